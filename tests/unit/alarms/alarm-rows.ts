/** Alarms as a test wants them. */
import type { AlertGroup, Fault } from '../../../lib/contracts/alert';
import type { Standing } from '../../../server/alarms/standing';

export function standingOf(key: string, more: Partial<Standing> = {}): Standing {
  return {
    ...{ key, kind: 'kpi', level: 'warning', worst: more.level ?? 'warning', subject: `queue:${key}` },
    ...{ kpi: 'waiting', queueId: null, value: 1, text: `text of ${key}`, since: 0, acknowledgement: null },
    ...{ unknownSince: null, isOver: false, ...more },
  };
}

export const GROUP: AlertGroup = {
  ...{ key: 'g1', level: 'critical', sensorType: 'lost_heartbeat', product: 'Thermo X' },
  ...{ firmwareVersion: '3.2', queueId: 'q1', devices: 17, alerts: 17, unacknowledged: 17, active: 17 },
  ...{ deviceId: null, site: null, since: 5, acknowledgedBy: null },
};

export const FAULT: Fault = {
  ...{ id: 'f1', queueId: 'q1', queueName: 'Billing', product: 'Thermo X', firmwareVersion: null },
  ...{ site: null, sensorType: null, devices: 40, alertsTimesUsual: 6.04, callsTimesUsual: 2 },
  ...{ alertsSince: 1, callsSince: 2, leadMinutes: 3, endedAt: null },
};
