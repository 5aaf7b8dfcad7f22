/**
 * Whether what is known of devices' alerts is still true: they come over two hops, broker to server and server to
 * screen, and each can be gone by itself. Pure.
 */
import type { Sources } from '../../lib/contracts/source';
import type { HeardAlerts } from '../live/heard-alerts';
import type { LinkState } from '../live/link-state';

/** `off`: there are no devices here. `asOf`: server time at which it was last right; `null`: it never was known. */
export type AlertStanding =
  | { readonly kind: 'off' }
  | { readonly kind: 'live' }
  | { readonly kind: 'stale'; readonly hop: 'server' | 'broker'; readonly asOf: number | null };

export interface AlertHearing {
  readonly alerts: HeardAlerts | null;
  readonly link: LinkState;
  readonly sources: Sources | null;
  /** Server time of its last sign of life. */
  readonly heardAt: number | null;
}

const OFF: AlertStanding = { kind: 'off' };
const LIVE: AlertStanding = { kind: 'live' };

/** The nearer hop speaks: behind it nothing is known. */
export function alertStanding({ alerts, link, sources, heardAt }: AlertHearing): AlertStanding {
  if (sources === null || sources.mqtt.state === 'off') return OFF;
  const broker = brokerStanding(sources.mqtt);
  if (link.state !== 'live') return earlier(broker, link.state === 'lost' ? link.heardAt : heardAt);
  if (alerts === null) return earlier(broker, null);
  return alerts.rightUntil === null ? broker : earlier(broker, alerts.rightUntil);
}

/** `degraded`: the broker refuses some topics; those of the others come. */
function brokerStanding({ state, lastHeardAt }: Sources['mqtt']): AlertStanding {
  if (state === 'live' || state === 'degraded') return LIVE;
  return { kind: 'stale', hop: 'broker', asOf: lastHeardAt };
}

/** The server is not heard since `asOf`; what the broker had not said by then is older still. */
function earlier(broker: AlertStanding, asOf: number | null): AlertStanding {
  const isOlder = broker.kind === 'stale' && (broker.asOf === null || (asOf !== null && broker.asOf < asOf));
  return { kind: 'stale', hop: 'server', asOf: isOlder ? broker.asOf : asOf };
}
