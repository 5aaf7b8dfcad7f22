/** A group of alerts, as boards are told of one. */
import type { AlertGroup } from '../../lib/contracts/alert';

export function aGroup(more: Partial<AlertGroup> = {}): AlertGroup {
  return {
    ...{ key: 'g1', level: 'critical', sensorType: 'temperature', product: 'Thermo', firmwareVersion: '3.2' },
    ...{ queueId: null, devices: 1, alerts: 1, unacknowledged: 0, active: 1, deviceId: 'thermo-1' },
    ...{ site: 'Cork', since: 1, acknowledgedBy: null, ...more },
  };
}
