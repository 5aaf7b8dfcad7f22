import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateOf } from '../../../../components/replay/replay-notes';
import {
  atOf,
  deedOf,
  isInGap,
  paceOf,
  placeOf,
  playedOn,
  type Reach,
  reachOf,
  SPEEDS,
  tableSeconds,
  within,
} from '../../../../components/replay/replay-state';
import { hoursOf } from '../../../../components/replay/time-line';
import type { ReplaySpan } from '../../../../lib/contracts/replay';

const HOUR = 3_600_000;
const reach: Reach = { from: 1_000_000, until: 2_000_000, gaps: [{ from: 1_400_000, until: 1_600_000 }] };

const SPAN: ReplaySpan = {
  ...{
    serverTime: 0,
    boardId: 'floor',
    name: 'Floor',
    timeZone: 'UTC',
    from: 1,
    until: 2,
    gaps: [],
    marks: [],
  },
  ...{ isRecorded: true, stoppedAt: null, isShortened: false },
};

describe('moving through the past', () => {
  it.each([
    ['ArrowLeft', false, -5_000],
    ['ArrowRight', false, 5_000],
    ['ArrowLeft', true, -60_000],
    ['ArrowRight', true, 60_000],
    ['PageDown', false, -600_000],
    ['PageUp', false, 600_000],
  ])('UI-213 %s (shift: %s) goes %i ms', (key, shift, ms) => {
    expect(deedOf(key, shift)).toEqual({ kind: 'step', ms });
  });

  it('UI-213 ends and play have keys; other keys are left alone', () => {
    expect([deedOf('Home', false), deedOf('End', false), deedOf(' ', false)]).toEqual([
      { kind: 'end', which: 'first' },
      { kind: 'end', which: 'last' },
      { kind: 'play' },
    ]);
    expect(deedOf('a', false)).toBeNull();
    expect(deedOf('Tab', false)).toBeNull();
  });

  it('UI-213 never leaves what is kept', () => {
    expect([within(0, reach), within(1_500_000, reach), within(9_000_000, reach)]).toEqual([
      1_000_000, 1_500_000, 2_000_000,
    ]);
    expect([isInGap(1_400_000, reach), isInGap(1_400_001, reach), isInGap(1_600_000, reach)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(reachOf({ ...SPAN, from: null, until: null })).toBeNull();
  });

  it('UI-214 plays ×1, ×10 and ×60, over gaps, and comes to the end', () => {
    for (const speed of SPEEDS) {
      const { everyMs, stepMs } = paceOf(speed);
      expect(stepMs / everyMs).toBe(speed);
    }
    expect(playedOn(1_399_000, 5_000, reach)).toBe(1_600_000);
    fc.assert(
      fc.property(
        fc.constantFrom(...SPEEDS),
        fc.integer({ min: 1_000_000, max: 2_000_000 }),
        (speed, start) => {
          const { stepMs } = paceOf(speed);
          let at = start;
          for (let step = 0; step < 250 && at !== reach.until; step++) {
            const next = playedOn(at, stepMs, reach);
            expect(next).toBeGreaterThan(at);
            expect(isInGap(next, reach)).toBe(false);
            at = next;
          }
          expect(playedOn(at, stepMs, reach)).toBe(reach.until);
        },
      ),
    );
  });

  it.each([
    ['1763733800000', 1_763_733_800_000],
    ['2026-11-21T14:03:20Z', Date.UTC(2026, 10, 21, 14, 3, 20)],
    ['', null],
    ['soon', null],
    ['-5', null],
    ['1e400', null],
    [undefined, null],
    [['1', '2'], null],
  ])('UI-215 the address %j is the time %s', (text, expected) => {
    const at = atOf(text);
    expect(at === null || at >= 0).toBe(true);
    if (text !== '-5') expect(at).toBe(expected);
  });

  it('UI-216 a table of a span has fewer moments where a board has more figures, and fits', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 8, 24), fc.integer({ min: 0, max: 30_000 }), (hours, figures) => {
        const seconds = tableSeconds(hours * HOUR, figures);
        expect(seconds).toBeGreaterThanOrEqual(5);
        const moments = Math.floor((hours * 3_600) / seconds) + 1;
        if (seconds < 86_400) expect(moments * figures).toBeLessThanOrEqual(500_000);
      }),
    );
    expect(tableSeconds(HOUR, 50)).toBe(10);
    expect(tableSeconds(24 * HOUR, 50)).toBe(60);
  });

  it('UI-212 the line has full hours of the board’s zone, few enough to read', () => {
    const from = Date.UTC(2026, 10, 21, 0, 10);
    const hours = hoursOf(from, from + 24 * HOUR, 'Asia/Kathmandu');
    expect(hours.length).toBeLessThanOrEqual(9);
    expect(hours.every((at) => (at + 345 * 60_000) % HOUR === 0)).toBe(true);
    expect(hoursOf(from, from + 5 * 60_000, 'UTC').length).toBeGreaterThan(1);
    expect([placeOf(reach.from, reach), placeOf(1_500_000, reach), placeOf(9e9, reach)]).toEqual([
      0, 50, 100,
    ]);
  });
});

describe('what is said of the past', () => {
  const refused = (status: number, code: string) => ({
    kind: 'refused' as const,
    status,
    code,
    waitMs: null,
  });
  const said = { span: SPAN, failure: null, problem: null, hasMoment: true };
  it.each([
    ['shown', said],
    ['asking', { ...said, span: null, hasMoment: false }],
    ['off', { ...said, span: null, failure: refused(503, 'replay.off'), hasMoment: false }],
    ['unknown', { ...said, span: null, failure: refused(404, 'board.unknown'), hasMoment: false }],
    ['nothing', { ...said, span: { ...SPAN, from: null, until: null }, hasMoment: false }],
    ['missing', { ...said, problem: refused(404, 'replay.nothing'), hasMoment: false }],
    ['barred', { ...said, failure: refused(403, 'forbidden'), hasMoment: false }],
    ['failed', { ...said, problem: { kind: 'unreachable' as const } }],
  ])('UI-217 is %s', (expected, given) => {
    expect(stateOf(given)).toBe(expected);
  });
});
