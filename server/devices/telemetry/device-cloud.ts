/**
 * The state of one device, as the device cloud says it: always an answer, `unknown` with its reason where there is
 * none. It keeps nothing.
 */
import { cloudStatusSchema, type Telemetry } from '../../../lib/contracts/device';
import type { Failure } from '../../runtime/errors';
import { cleanTelemetry } from './clean-status';
import type { CloudClient } from './cloud-client';
import { reasonOf, unknownTelemetry } from './reasons';

export interface DeviceCloudOptions {
  readonly client: CloudClient;
  readonly now: () => number;
  /** How the call went; `null`: well. A device that the cloud does not know is an answer too. */
  readonly onCall: (failure: Failure | null) => void;
}

export type AskDevice = (deviceId: string) => Promise<Telemetry>;

export function createDeviceCloud({ client, now, onCall }: DeviceCloudOptions): AskDevice {
  return async (deviceId) => {
    const said = await client.get({ path: ['devices', deviceId, 'status'], schema: cloudStatusSchema });
    if (said.ok) {
      onCall(null);
      return cleanTelemetry(deviceId, said.value, now());
    }
    const reason = reasonOf(said.error, 'cloud');
    onCall(reason.code === 'not-found' ? null : said.error);
    return unknownTelemetry(reason, deviceId, now());
  };
}
