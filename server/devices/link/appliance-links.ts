/**
 * Links to appliances: one WebSocket each to DEVICE_LINK_URL, with our token, watched by its heartbeats, and back by
 * itself when it is lost (see `link-state`). They share a token, a timer and their figures. What devices say goes to
 * who asked for the link, and into no log.
 */
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import type { Metrics } from '../../runtime/metrics';
import type { Random } from '../../runtime/random';
import type { TokenSource } from '../../runtime/token-source';
import type { OpenApplianceLink } from '../ports';
import { Link } from './appliance-link';
import { createHeartbeatSweep } from './heartbeat-sweep';
import { createLinkCounts } from './link-counts';
import type { OpenLinkSocket } from './link-socket';
import { wsLinkSockets } from './ws-link-socket';

export interface ApplianceLinksOptions {
  /** DEVICE_LINK_URL: with `{deviceId}` in it, or the device is added as the last part. */
  readonly url: string;
  /** Of the server's own identity; bounded by itself, and shared. */
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** PEM of the authority that vouches for the link; `null`: those of the system. */
  readonly ca: string | null;
  /** Absent: real ones. */
  readonly openSocket?: OpenLinkSocket;
}

/** A link opens by itself and tells nothing before this has returned; who opened it closes it. */
export function createApplianceLinks(options: ApplianceLinksOptions): OpenApplianceLink {
  const { url, tokens, clock, random, log, metrics, openSocket = wsLinkSockets(options.ca) } = options;
  const sweep = createHeartbeatSweep(clock);
  const counts = createLinkCounts(metrics, log);
  const ground = { url, tokens, openSocket, sweep, counts, clock, random, log };
  return (deviceId, listener) => new Link(ground, deviceId, listener);
}
