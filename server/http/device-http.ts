/** All that HTTP does for the customer's device: its routes, and the live views that are open. */
import type { AgentTokens } from '../access/agents/agent-tokens';
import type { Gate } from '../access/gate';
import type { PlatformIdentities } from '../access/people/platform-identity';
import type { DiagnosticsDesk } from '../devices/diagnostics-desk';
import type { TelemetryDesk } from '../devices/telemetry-desk';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { createDeviceCallers } from './device-callers';
import { deviceRoutes } from './device-routes';
import { diagnosticRoutes } from './diagnostic-routes';
import { LiveStreams } from './live-stream';
import type { Route } from './route';

export interface DeviceHttpOptions {
  readonly telemetry: TelemetryDesk;
  /** `null`: there is no link to appliances. */
  readonly diagnostics: DiagnosticsDesk | null;
  readonly platformIdentity: PlatformIdentities;
  readonly agentTokens: Pick<AgentTokens, 'issue'>;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly log: Log;
  /** Of live views; absent: 1,000 in all, 100 for one client. */
  readonly limits?: { readonly most: number; readonly perClient: number };
}

export interface DeviceHttp {
  readonly routes: readonly Route[];
  /** Ends the live views. */
  close(): void;
}

export function createDeviceHttp({
  telemetry,
  diagnostics,
  agentTokens,
  ...ground
}: DeviceHttpOptions): DeviceHttp {
  const callers = createDeviceCallers(ground);
  const { clock } = ground;
  const streams = new LiveStreams({ ...ground, desk: diagnostics, callers });
  return {
    routes: [
      ...deviceRoutes({ telemetry, callers, agentTokens }),
      ...diagnosticRoutes({ desk: diagnostics, callers, streams, clock }),
    ],
    close: () => streams.close(),
  };
}
