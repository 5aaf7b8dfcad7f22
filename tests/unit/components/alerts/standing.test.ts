import { describe, expect, it } from 'vitest';
import { alertStanding } from '../../../../components/alerts/alert-standing';
import type { LinkState } from '../../../../components/live/link-state';
import type { Sources } from '../../../../lib/contracts/source';
import { sources } from '../live/frames';
import { frame } from './made-up-alerts';

const LIVE: LinkState = { state: 'live', since: 0 };
const LOST: LinkState = { state: 'lost', since: 90, heardAt: 80 };
const ALERTS = { frame: frame(), rightUntil: null };
const EARLIER = { frame: frame(), rightUntil: 60 };

function withBroker(state: Sources['mqtt']['state'], lastHeardAt: number | null): Sources {
  return { ...sources(), mqtt: { state, since: 0, message: null, lastHeardAt } };
}

describe('alerts', () => {
  it.each([
    ['live', LIVE, withBroker('live', 50), ALERTS, { kind: 'live' }],
    ['some topics refused', LIVE, withBroker('degraded', 50), ALERTS, { kind: 'live' }],
    ['broker gone', LIVE, withBroker('down', 50), ALERTS, { kind: 'stale', hop: 'broker', asOf: 50 }],
    [
      'broker never there',
      LIVE,
      withBroker('connecting', null),
      ALERTS,
      { kind: 'stale', hop: 'broker', asOf: null },
    ],
    ['server gone', LOST, withBroker('live', 50), ALERTS, { kind: 'stale', hop: 'server', asOf: 80 }],
    [
      'server gone after the broker',
      LOST,
      withBroker('down', 50),
      ALERTS,
      { kind: 'stale', hop: 'server', asOf: 50 },
    ],
    [
      'server refuses',
      { state: 'refused', code: 'c', message: 'm' },
      withBroker('live', 5),
      ALERTS,
      { kind: 'stale', hop: 'server', asOf: 70 },
    ],
    [
      'of an earlier connection',
      LIVE,
      withBroker('live', 50),
      EARLIER,
      { kind: 'stale', hop: 'server', asOf: 60 },
    ],
    ['never heard', LIVE, withBroker('live', 50), null, { kind: 'stale', hop: 'server', asOf: null }],
    ['no devices here', LIVE, withBroker('off', null), EARLIER, { kind: 'off' }],
    ['nothing known', LIVE, null, null, { kind: 'off' }],
  ] as const)('UI-71 with %s are as they are', (_what, link, from, alerts, standing) => {
    expect(alertStanding({ alerts, link, sources: from, heardAt: 70 })).toEqual(standing);
  });
});
