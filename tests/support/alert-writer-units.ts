/** What `alert-writer` writes, so that who comes afterwards can tell a whole unit from a part of one. */
import type { AlertUnit } from '../../server/store/alert-ports';
import { alertRow, deliveryRow, deviceRow, numbered, ROWS_BEGIN, refusalRow } from './alert-rows';

export const ALERTS_OF_UNIT = 120;
const CLOSED = { state: 'cleared-acknowledged', clearedAt: 1, acknowledgedAt: 2 } as const;

/** New alerts with deliveries, the unit before it closed, one device that counts, and one refusal. */
export function writerUnit(name: string, n: number): AlertUnit {
  const alerts = numbered(0, ALERTS_OF_UNIT, (index) => alertRow(n, { id: writerAlertId(name, n, index) }));
  const before = n === 1 ? [] : [alertRow(n - 1, { id: writerAlertId(name, n - 1, 0), ...CLOSED })];
  return {
    newAlerts: alerts,
    changedAlerts: before,
    devices: [deviceRow(name, { lastAlertAt: ROWS_BEGIN + n })],
    deliveries: alerts.map(({ id }) => deliveryRow(n, { alertId: id })),
    refusals: [refusalRow(n, { id: `${name} ${n}` })],
  };
}

export function writerAlertId(name: string, n: number, index: number): string {
  return `${name} ${n} ${index}`;
}
