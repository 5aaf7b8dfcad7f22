import { describe, expect, it } from 'vitest';
import { hopsOf, worstHop } from '../../../../components/board/hop-state';
import type { LinkState } from '../../../../components/live/link-state';
import { sources } from '../live/frames';

const LIVE: LinkState = { state: 'live', since: 0 };
const LOST: LinkState = { state: 'lost', since: 30, heardAt: 20 };

describe('the hops to this screen', () => {
  it('UI-16 are each watched by itself, with its own age', () => {
    expect(hopsOf(LIVE, sources('degraded'), 40)).toEqual([
      { name: 'server', level: 'live', heardAt: 40, word: 'server' },
      { name: 'genesys', level: 'partly', heardAt: 1_000, word: 'genesysDegraded' },
    ]);
    expect(hopsOf(LOST, null, 40)[0]).toMatchObject({ level: 'lost', heardAt: 20 });
  });

  it.each([
    [LIVE, 'live', 'server', 'live'],
    [LIVE, 'degraded', 'genesys', 'partly'],
    [LIVE, 'connecting', 'genesys', 'waiting'],
    [LIVE, 'down', 'genesys', 'lost'],
    [LIVE, 'off', 'genesys', 'lost'],
    [LOST, 'down', 'server', 'lost'],
    [LOST, 'live', 'server', 'lost'],
    [{ state: 'connecting' }, 'live', 'server', 'waiting'],
    [{ state: 'refused', code: 'c', message: 'm' }, 'live', 'server', 'lost'],
  ] as const)('UI-16 of %j and Genesys %s the worst is %s, %s', (link, genesys, name, level) => {
    expect(worstHop(hopsOf(link, sources(genesys), 1))).toMatchObject({ name, level });
  });
});
