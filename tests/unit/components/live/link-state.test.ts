import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  INITIAL_LINK,
  type LinkEvent,
  type LinkState,
  reconnectDelayMs,
  stepLink,
} from '../../../../components/live/link-state';

const STATES = {
  connecting: { state: 'connecting' },
  live: { state: 'live', since: 10 },
  lost: { state: 'lost', since: 30, heardAt: 20 },
  refused: { state: 'refused', code: 'forbidden', message: 'No.' },
} as const satisfies Record<LinkState['state'], LinkState>;

const EVENTS = {
  snapshotReceived: { kind: 'snapshotReceived', at: 50 },
  pictureRestored: { kind: 'pictureRestored', heardAt: 5 },
  closed: { kind: 'closed', at: 60, heardAt: 55 },
  refused: { kind: 'refused', code: 'board.unknown', message: 'No such board.' },
} as const satisfies Record<LinkEvent['kind'], LinkEvent>;

const LIVE: LinkState = { state: 'live', since: 50 };
const REFUSED: LinkState = { state: 'refused', code: 'board.unknown', message: 'No such board.' };

/** `same`: the very object that went in. */
const TABLE: Record<LinkState['state'], Record<LinkEvent['kind'], LinkState | 'same'>> = {
  connecting: {
    snapshotReceived: LIVE,
    pictureRestored: { state: 'lost', since: 5, heardAt: 5 },
    closed: 'same',
    refused: REFUSED,
  },
  live: {
    snapshotReceived: 'same',
    pictureRestored: 'same',
    closed: { state: 'lost', since: 60, heardAt: 55 },
    refused: REFUSED,
  },
  lost: { snapshotReceived: LIVE, pictureRestored: 'same', closed: 'same', refused: REFUSED },
  refused: { snapshotReceived: LIVE, pictureRestored: 'same', closed: 'same', refused: REFUSED },
};

describe('the link to the server', () => {
  const cells = Object.entries(TABLE).flatMap(([state, row]) =>
    // The keys of the two records are the very unions that they were declared with.
    Object.entries(row).map(
      ([kind, next]) => [state as LinkState['state'], kind as LinkEvent['kind'], next] as const,
    ),
  );

  it.each(cells)('UI-9 in %s, on %s, becomes %j', (state, kind, next) => {
    const before: LinkState = STATES[state];
    const after = stepLink(before, EVENTS[kind]);
    if (next === 'same') expect(after).toBe(before);
    else expect(after).toEqual(next);
  });

  it('UI-9 has nothing to lose before anything was heard', () => {
    expect(stepLink(STATES.live, { kind: 'closed', at: 60, heardAt: null })).toBe(STATES.live);
    expect(INITIAL_LINK).toEqual(STATES.connecting);
  });

  it.each([
    [0, 0, 500],
    [0, 1, 1_000],
    [3, 1, 8_000],
    [4, 0, 5_000],
    [4, 1, 10_000],
    [1_000, 1, 10_000],
  ])('UI-10 waits at attempt %d with chance %d for %d ms', (attempt, chance, delayMs) => {
    expect(reconnectDelayMs(attempt, () => chance)).toBe(delayMs);
  });

  it('UI-10 waits between half a second and ten, for ever', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const delayMs = reconnectDelayMs(attempt, () => chance);
        expect(delayMs).toBeGreaterThanOrEqual(500);
        expect(delayMs).toBeLessThanOrEqual(10_000);
      }),
    );
  });
});
