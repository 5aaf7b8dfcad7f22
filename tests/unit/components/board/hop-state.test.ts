import { describe, expect, it } from 'vitest';
import { hopsOf, worstHop } from '../../../../components/board/hop-state';
import type { LinkState } from '../../../../components/live/link-state';
import type { Sources } from '../../../../lib/contracts/source';
import messages from '../../../../messages/en.json';
import { sources } from '../live/frames';

const BROKER = (state: Sources['mqtt']['state']): Sources => ({
  ...sources(),
  mqtt: { state, since: 0, message: null, lastHeardAt: 500 },
});
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

  it('UI-72 have the devices’ broker among them where there are devices', () => {
    expect(hopsOf(LIVE, BROKER('off'), 1)).toHaveLength(2);
    expect(hopsOf(LIVE, null, 1)).toHaveLength(2);
    expect(hopsOf(LIVE, BROKER('down'), 1)[2]).toEqual({
      name: 'broker',
      level: 'lost',
      heardAt: 500,
      word: 'brokerDown',
    });
  });

  it.each([
    [LIVE, 'live', 'server', 'live'],
    [LIVE, 'degraded', 'broker', 'partly'],
    [LIVE, 'connecting', 'broker', 'waiting'],
    [LIVE, 'down', 'broker', 'lost'],
    [LOST, 'down', 'server', 'lost'],
  ] as const)('UI-72 of %j and a broker that is %s the worst is %s, %s', (link, broker, name, level) => {
    expect(worstHop(hopsOf(link, BROKER(broker), 1))).toMatchObject({ name, level });
  });

  it('UI-72 have words in the catalogue', () => {
    const states = ['live', 'degraded', 'connecting', 'down'] as const;
    const words = states.map((state) => hopsOf(LIVE, BROKER(state), 1)[2]?.word ?? '');
    expect(words.filter((word) => !Object.hasOwn(messages.link, word))).toEqual([]);
  });
});
