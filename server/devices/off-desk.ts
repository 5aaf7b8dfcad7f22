/** The desk of telemetry where no device cloud is set up: it knows of nothing, and says why. */
import type { Telemetry } from '../../lib/contracts/device';
import type { Clock } from '../runtime/clock';
import type { TelemetryDesk } from './telemetry-desk';

export function createOffDesk(clock: Pick<Clock, 'now'>): TelemetryDesk {
  const telemetry = (): Telemetry => ({
    ...{ deviceId: null, deviceStatus: 'unknown', battery: null, firmwareVersion: null, lastSeen: null },
    reason: { code: 'off', message: 'No device cloud is set up here.' },
    asOf: clock.now(),
  });
  return {
    status: async () => telemetry(),
    ofInteraction: async (interactionId) => ({
      ...{ serverTime: clock.now(), interactionId, customerId: null, telemetry: telemetry() },
    }),
    watch: () => () => {},
  };
}
