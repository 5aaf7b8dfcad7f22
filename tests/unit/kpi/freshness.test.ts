import { describe, expect, it } from 'vitest';
import {
  BLIP_MS,
  type Freshness,
  type FreshnessEvent,
  isStale,
  SILENCE_MS,
  stepFreshness,
} from '../../../server/kpi/freshness';

const NOW = 1_000_000;
const EVENTS = {
  lost: { kind: 'lost', now: NOW, heardAt: 70, silentMs: 0 },
  lostSilent: { kind: 'lost', now: NOW, heardAt: 70, silentMs: SILENCE_MS },
  restored: { kind: 'restored' },
  tickEarly: { kind: 'tick', now: NOW + BLIP_MS - 1 },
  tickLate: { kind: 'tick', now: NOW + BLIP_MS },
} as const satisfies Record<string, FreshnessEvent>;
const STATES = {
  never: { state: 'never' },
  live: { state: 'live' },
  lost: { state: 'lost', since: NOW, heardAt: 50 },
  stale: { state: 'stale', heardAt: 50 },
} as const satisfies Record<Freshness['state'], Freshness>;

const { never, live, lost, stale } = STATES;
const TABLE: Record<Freshness['state'], Record<keyof typeof EVENTS, Freshness>> = {
  never: { lost: never, lostSilent: never, restored: live, tickEarly: never, tickLate: never },
  live: {
    lost: { state: 'lost', since: NOW, heardAt: 70 },
    lostSilent: { state: 'stale', heardAt: 70 },
    restored: live,
    tickEarly: live,
    tickLate: live,
  },
  lost: {
    lost,
    lostSilent: lost,
    restored: live,
    tickEarly: lost,
    tickLate: { state: 'stale', heardAt: 50 },
  },
  stale: { lost: stale, lostSilent: stale, restored: live, tickEarly: stale, tickLate: stale },
};

describe('freshness', () => {
  const cells = Object.entries(TABLE).flatMap(([state, row]) =>
    Object.entries(row).map(([event, expected]) => ({ state, event, expected })),
  );
  it.each(cells)('KPI-21 $state on $event', ({ state, event, expected }) => {
    const from = STATES[state as Freshness['state']];
    expect(stepFreshness(from, EVENTS[event as keyof typeof EVENTS])).toEqual(expected);
  });

  it('KPI-21 is stale where no link has ever been, or where it is gone for long', () => {
    expect(
      Object.values(STATES)
        .filter(isStale)
        .map(({ state }) => state),
    ).toEqual(['never', 'stale']);
  });
});
