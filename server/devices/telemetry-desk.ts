/**
 * What the readers of telemetry (push, http) see: the state of one device, fetched once for all who look at it. Types
 * only; `telemetry/` implements it. Nothing here rejects or waits longer than the time-outs of the device cloud: what
 * is not known is `unknown` with its reason. Whoever calls has been let in by the table of access.
 */
import type { AgentDevice, DeviceStatusQuery, Telemetry } from '../../lib/contracts/device';

export interface TelemetryDesk {
  /** By device, account or calling number; the customer is looked up before any device is asked after. */
  status(query: DeviceStatusQuery): Promise<Telemetry>;
  /** The device of the customer in that conversation; `null`: there is no such conversation, or not that agent's. */
  ofInteraction(interactionId: string, viewer: Viewer): Promise<AgentDevice | null>;
  /**
   * Told how things are as soon as they are known, then when `ofInteraction` would say something else; asked for anew
   * in the background while somebody watches. Of a conversation that turns out not to be the viewer's he is told
   * nothing. `known`: what `ofInteraction` said, which he is not told again.
   */
  watch(
    interactionId: string,
    viewer: Viewer,
    listener: (device: AgentDevice) => void,
    known?: AgentDevice,
  ): () => void;
}

/** Who looks. `genesysUserId`: of the platform, where sign-in tells it; `reach` `own`: his own interactions only. */
export interface Viewer {
  readonly reach: 'all' | 'own';
  readonly genesysUserId: string | null;
  readonly email: string | null;
}
