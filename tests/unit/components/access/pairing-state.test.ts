import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginPairing,
  type PairingEvent,
  type PairingScreen,
  type PairingStep,
  stepPairing,
} from '../../../../components/access/pairing-state';

const PATH = '/screen/main?screen=s1&diagonal=55&distance=8';
const CALM = { failures: 0, trouble: null, lostCodes: 0 } as const;
const CODE = { code: 'K7M4XR', endsAt: 120_000, lifeMs: 120_000 } as const;

const STATES = {
  meeting: { state: 'meeting', turn: 7, ...CALM },
  asking: { state: 'asking', turn: 7, ...CALM },
  proving: { state: 'proving', turn: 7, ...CALM, ...CODE },
  showing: { state: 'showing', turn: 7, ...CALM, ...CODE },
  going: { state: 'going', turn: 7, failures: 0, path: PATH },
} as const satisfies Record<PairingScreen['state'], PairingScreen>;

const EVENTS = {
  metPaired: { kind: 'met', turn: 7, path: PATH },
  metNobody: { kind: 'met', turn: 7, path: null },
  waiting: {
    kind: 'answered',
    turn: 7,
    answer: { state: 'waiting', code: 'K7M4XR', expiresAt: 5_100_000, serverTime: 5_000_000 },
    at: 10_000,
  },
  expired: { kind: 'answered', turn: 7, answer: { state: 'expired' }, at: 10_000 },
  paired: { kind: 'answered', turn: 7, answer: { state: 'paired', path: PATH }, at: 10_000 },
  failed: { kind: 'failed', turn: 7, trouble: 'away', waitMs: null },
  tickedBefore: { kind: 'ticked', at: 119_999 },
  tickedAfter: { kind: 'ticked', at: 120_000 },
  late: { kind: 'answered', turn: 6, answer: { state: 'paired', path: PATH }, at: 10_000 },
} as const satisfies Record<string, PairingEvent>;

type StateName = keyof typeof STATES;
type EventName = keyof typeof EVENTS;
/** `same`: the very screen that went in, and nothing to do. */
type Expected = PairingStep | 'same';

const GO: PairingStep = {
  screen: { state: 'going', turn: 8, failures: 0, path: PATH },
  effects: [
    { kind: 'go', path: PATH },
    { kind: 'ask', question: 'who', turn: 8, delayMs: 60_000 },
  ],
};
const NEW_CODE: PairingStep = {
  screen: { state: 'asking', turn: 8, ...CALM },
  effects: [{ kind: 'ask', question: 'newCode', turn: 8, delayMs: 0 }],
};
const SHOWN: PairingStep = {
  screen: { state: 'showing', turn: 8, ...CALM, code: 'K7M4XR', endsAt: 110_000, lifeMs: 120_000 },
  effects: [{ kind: 'ask', question: 'entered', turn: 8, delayMs: 2_000 }],
};
const again = (screen: PairingScreen, question: 'who' | 'newCode' | 'entered'): PairingStep => ({
  screen,
  effects: [{ kind: 'ask', question, turn: 8, delayMs: 2_000 }],
});
const AWAY = { turn: 8, failures: 1, trouble: 'away', lostCodes: 0 } as const;

const TABLE: Record<StateName, Record<EventName, Expected>> = {
  meeting: {
    metPaired: GO,
    metNobody: NEW_CODE,
    waiting: 'same',
    expired: 'same',
    paired: 'same',
    failed: again({ state: 'meeting', ...AWAY }, 'who'),
    tickedBefore: 'same',
    tickedAfter: 'same',
    late: 'same',
  },
  asking: {
    metPaired: 'same',
    metNobody: 'same',
    waiting: {
      screen: { state: 'proving', turn: 8, ...CALM, code: 'K7M4XR', endsAt: 110_000, lifeMs: 100_000 },
      effects: [{ kind: 'ask', question: 'entered', turn: 8, delayMs: 0 }],
    },
    expired: again({ state: 'asking', ...AWAY, trouble: 'odd' }, 'newCode'),
    paired: GO,
    failed: again({ state: 'asking', ...AWAY }, 'newCode'),
    tickedBefore: 'same',
    tickedAfter: 'same',
    late: 'same',
  },
  proving: {
    metPaired: 'same',
    metNobody: 'same',
    waiting: SHOWN,
    expired: { ...NEW_CODE, screen: { state: 'asking', turn: 8, ...CALM, lostCodes: 1 } },
    paired: GO,
    failed: again({ state: 'proving', ...AWAY, ...CODE }, 'entered'),
    tickedBefore: 'same',
    tickedAfter: NEW_CODE,
    late: 'same',
  },
  showing: {
    metPaired: 'same',
    metNobody: 'same',
    waiting: SHOWN,
    expired: NEW_CODE,
    paired: GO,
    failed: again({ state: 'showing', ...AWAY, ...CODE }, 'entered'),
    tickedBefore: 'same',
    tickedAfter: NEW_CODE,
    late: 'same',
  },
  going: {
    metPaired: GO,
    metNobody: NEW_CODE,
    waiting: 'same',
    expired: 'same',
    paired: 'same',
    failed: again({ state: 'going', turn: 8, failures: 1, path: PATH }, 'who'),
    tickedBefore: 'same',
    tickedAfter: 'same',
    late: 'same',
  },
};

describe('a television that wants to be paired', () => {
  it('UI-40 asks first who it is', () => {
    expect(beginPairing()).toEqual({
      screen: { state: 'meeting', turn: 1, ...CALM },
      effects: [{ kind: 'ask', question: 'who', turn: 1, delayMs: 0 }],
    });
  });

  const cells = Object.entries(TABLE).flatMap(([state, row]) =>
    // The keys of the two records are the very names that they were declared with.
    Object.entries(row).map(([event, next]) => [state as StateName, event as EventName, next] as const),
  );
  it.each(cells)('UI-40 UI-41 UI-42 in %s, on %s', (state, event, next) => {
    const before: PairingScreen = STATES[state];
    const step = stepPairing(before, EVENTS[event]);
    if (next === 'same') {
      expect(step.screen).toBe(before);
      expect(step.effects).toEqual([]);
    } else expect(step).toEqual(next);
  });

  it.each([
    '/pair',
    '/',
    '//evil.test/screen/x',
    'https://evil.test/screen/x',
    '/screen/..//evil.test',
    '/screen/../pair',
  ])('UI-40 does not go to %s', (path) => {
    const met = stepPairing(STATES.meeting, { kind: 'met', turn: 7, path });
    expect(met).toEqual(NEW_CODE);
    const answer = { state: 'paired', path } as const;
    const paired = stepPairing(STATES.showing, { kind: 'answered', turn: 7, answer, at: 0 });
    expect(paired.screen).toMatchObject({ state: 'showing', trouble: 'odd' });
  });

  it('UI-41 holds the first end of a code: an answer that was slow makes it no younger', () => {
    const slow = { ...EVENTS.waiting, at: 40_000 };
    expect(stepPairing(STATES.showing, slow).screen).toMatchObject({ endsAt: 120_000 });
  });

  it('UI-42 waits longer after each failure, at most 10 s, and never less than it was told', () => {
    let screen: PairingScreen = STATES.asking;
    const delays: number[] = [];
    for (let failure = 0; failure < 6; failure += 1) {
      const step = stepPairing(screen, { ...EVENTS.failed, turn: screen.turn });
      screen = step.screen;
      delays.push(...delaysOf(step));
    }
    expect(delays).toEqual([2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
    const told = (waitMs: number) =>
      delaysOf(stepPairing(STATES.asking, { ...EVENTS.failed, trouble: 'busy', waitMs }));
    expect([told(500), told(30_000), told(86_400_000)]).toEqual([[2_000], [30_000], [300_000]]);
  });

  it('UI-43 says after two codes that were not known again that the browser keeps no cookie, and asks a minute later', () => {
    const once = stepPairing({ ...STATES.proving, lostCodes: 1 }, EVENTS.expired);
    expect(once.screen).toMatchObject({ state: 'asking', trouble: 'unkept', lostCodes: 2 });
    expect(delaysOf(once)).toEqual([60_000]);
    const kept = stepPairing({ ...STATES.proving, lostCodes: 2 }, EVENTS.waiting);
    expect(kept.screen).toMatchObject({ state: 'showing', trouble: null, lostCodes: 0 });
  });

  it('UI-42 has one question under way whatever comes, and never asks for a code again without a pause', () => {
    const event = fc.constantFrom(...Object.values(EVENTS));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let { screen } = beginPairing();
        for (const one of events) {
          const before = screen;
          const step = stepPairing(screen, 'turn' in one ? { ...one, turn: screen.turn } : one);
          screen = step.screen;
          const asks = step.effects.filter((effect) => effect.kind === 'ask');
          expect(asks.map(({ turn }) => turn)).toEqual(screen === before ? [] : [screen.turn]);
          const isRepeated = before.state === 'asking' && screen.state === 'asking';
          if (isRepeated && screen !== before) expect(asks[0]?.delayMs).toBeGreaterThan(0);
        }
      }),
    );
  });
});

function delaysOf({ effects }: PairingStep): readonly number[] {
  return effects.flatMap((effect) => (effect.kind === 'ask' ? [effect.delayMs] : []));
}
