/** Alerts to draw pages with. */
import type { AlertGroup, AlertRecord, AlertsFrame, Device, Fault } from '../../../../lib/contracts/alert';
import { AN_ALERT, NO_FORWARDING } from '../../../support/fake-desk';

export function group(key: string, more: Partial<AlertGroup> = {}): AlertGroup {
  const devices = more.devices ?? 412;
  return {
    ...{ key, level: 'critical', sensorType: 'lost_heartbeat', product: 'Thermo X', firmwareVersion: '3.2' },
    ...{ queueId: 'q1', devices, alerts: devices, unacknowledged: devices, active: devices, deviceId: null },
    ...{ site: null, since: 9_000_000, acknowledgedBy: null },
    ...more,
  };
}

export function fault(id: string, more: Partial<Fault> = {}): Fault {
  return {
    ...{ id, queueId: 'q1', queueName: 'Heating', product: 'Thermo X', firmwareVersion: '3.2', site: null },
    ...{ sensorType: 'lost_heartbeat', devices: 38, alertsTimesUsual: 12.3, callsTimesUsual: 2.8 },
    ...{ alertsSince: 8_000_000, callsSince: 8_540_000, leadMinutes: 9, endedAt: null },
    ...more,
  };
}

export function frame(more: Partial<AlertsFrame> = {}): AlertsFrame {
  return { serverTime: 1_000_000, groups: [], more: 0, faults: [], forwarding: NO_FORWARDING, ...more };
}

export function record(id: string, more: Partial<AlertRecord> = {}): AlertRecord {
  return { ...AN_ALERT, id, ...more };
}

export function device(deviceId: string, more: Partial<Device> = {}): Device {
  return {
    ...{ deviceId, product: 'Thermo X', firmwareVersion: '3.2', site: 'Cork', queueId: 'q1' },
    ...{ connection: 'online', connectionSince: 1, critical: 0, warning: 0, info: 0 },
    ...{ lastAlertAt: null, clockSkewMs: null },
    ...more,
  };
}
