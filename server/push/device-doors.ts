/** The two namespaces of devices as push sees them: opened, silenced and closed together. */
import type { Server } from 'socket.io';
import { DEVICE_NAMESPACE, DIAGNOSTICS_NAMESPACE } from '../../lib/contracts/diagnostics';
import type { Refusal } from '../../lib/contracts/push';
import type { PlatformIdentities } from '../access/people/platform-identity';
import type { DiagnosticsDesk } from '../devices/diagnostics-desk';
import type { TelemetryDesk } from '../devices/telemetry-desk';
import { Trouble } from '../runtime/trouble';
import type { EngineSocket } from './connections';
import { deviceNamespace } from './device-namespace';
import { DeviceReception, type DeviceReceptionOptions } from './device-reception';
import { diagnosticsNamespace } from './diagnostics-namespace';

/** What push is told of devices. */
export interface DeviceDesks {
  readonly telemetry: Pick<TelemetryDesk, 'ofInteraction' | 'watch'>;
  /** `null`: there is no link to appliances, and so no session. */
  readonly diagnostics: Pick<DiagnosticsDesk, 'session' | 'mayRun' | 'watch'> | null;
  readonly platformIdentity: PlatformIdentities;
}

export type DeviceDoorsOptions = Omit<DeviceReceptionOptions<unknown>, 'service' | 'platformIdentity'> & {
  readonly devices: DeviceDesks;
};

export class DeviceDoors {
  readonly #receptions: readonly (readonly [namespace: string, reception: DeviceReception<unknown>])[];

  constructor({ devices, ...options }: DeviceDoorsOptions) {
    const { clock, log } = options;
    const { telemetry, diagnostics, platformIdentity } = devices;
    const trouble = new Trouble('a device cannot be shown now', clock, log);
    const device = deviceNamespace({ desk: telemetry, clock, trouble });
    const sessions = diagnosticsNamespace({ desk: diagnostics, clock, trouble });
    this.#receptions = [
      [DEVICE_NAMESPACE, new DeviceReception({ ...options, platformIdentity, service: device })],
      [DIAGNOSTICS_NAMESPACE, new DeviceReception({ ...options, platformIdentity, service: sessions })],
    ];
  }

  get seatsCount(): number {
    return this.#receptions.reduce((sum, [, reception]) => sum + reception.seatsCount, 0);
  }

  open(io: Pick<Server, 'of'>): void {
    for (const [namespace, reception] of this.#receptions) {
      io.of(namespace).on('connection', (socket) => reception.receive(socket));
    }
  }

  /** The client of a connection says too much; whether there is one to tell. */
  silence(engine: EngineSocket, refusal: Refusal): boolean {
    return this.#receptions.some(([, reception]) => reception.silence(engine, refusal));
  }

  close(): void {
    for (const [, reception] of this.#receptions) reception.close();
  }
}
