import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HALF_HOUR_MS } from '../../../lib/day';
import type { QueueEvent } from '../../../server/kpi/apply';
import { joinQueue } from '../../../server/kpi/join-queue';
import { emptyQueue } from '../../../server/kpi/queue-state';
import { readQueueState, tellQueueState } from '../../../server/kpi/queue-state-text';
import {
  allGauges,
  allIntervals,
  applyAll,
  DAY,
  gauges,
  interval,
  kpisOf,
  NINE,
  pick,
  sample,
  snapshot,
} from './kpi-events';

/** A history as a platform makes one: each moment its own, running totals that only grow. */
const step = fc.record({
  what: fc.constantFrom('waiting', 'users', 'presence', 'offered', 'answered', 'zero', 'zeroDay'),
  media: fc.constantFrom('voice', 'chat'),
  half: fc.integer({ min: 0, max: 2 }),
  n: fc.integer({ min: 0, max: 9 }),
  /** Which of two observers see it. */
  seenBy: fc.constantFrom('first', 'second', 'both'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function eventsOf(
  steps: readonly Step[],
): readonly { readonly event: QueueEvent; readonly seenBy: string }[] {
  const totals = new Map<string, number>();
  const grown = (key: string, by: number) => {
    totals.set(key, (totals.get(key) ?? 0) + by);
    return totals.get(key) ?? 0;
  };
  return steps.map(({ what, media, half, n, seenBy }, index) => {
    const at = NINE + index * 10;
    const start = NINE + half * HALF_HOUR_MS;
    const mediaType = media;
    switch (what) {
      case 'waiting':
        return {
          seenBy,
          event: gauges(at, [sample('oWaiting', n), sample('oInteracting', n + 1)], { mediaType }),
        };
      case 'users':
        return { seenBy, event: gauges(at, [sample('oOnQueueUsers', n, 'IDLE')], { mediaType: null }) };
      case 'presence':
        return { seenBy, event: gauges(at, [sample('oOffQueueUsers', n, `p${half}`)], { mediaType: null }) };
      case 'zero':
        return { seenBy, event: snapshot(at, allGauges) };
      case 'zeroDay':
        return { seenBy, event: snapshot(at, allIntervals(NINE - 9 * 3_600_000, NINE + 3 * HALF_HOUR_MS)) };
      default: {
        const metric = what === 'offered' ? 'nOffered' : 'tAnswered';
        const count = grown(`${metric} ${media} ${half}`, n + 1);
        return {
          seenBy,
          event: interval(at, start, [sample(metric, { count, sum: count * 10 })], { mediaType }),
        };
      }
    }
  });
}

const gaugesOnly = (steps: readonly Step[]) => steps.filter(({ what }) => what !== 'zeroDay');

describe('two pictures of one queue made one', () => {
  it('CLUSTER-1 a picture joined with itself, or with nothing, is the same', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const state = applyAll(eventsOf(steps).map(({ event }) => event));
        expect(joinQueue(state, state)).toBe(state);
        expect(joinQueue(state, emptyQueue(DAY))).toBe(state);
        expect(kpisOf(joinQueue(emptyQueue(DAY), state))).toEqual(kpisOf(state));
      }),
    );
  });

  it('CLUSTER-1 who joins an older picture with a newer one has the newer one, either way round', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, cut) => {
        const events = eventsOf(steps).map(({ event }) => event);
        const [older, newer] = [applyAll(events.slice(0, cut)), applyAll(events)];
        expect(kpisOf(joinQueue(older, newer))).toEqual(kpisOf(newer));
        expect(kpisOf(joinQueue(newer, older))).toEqual(kpisOf(newer));
      }),
    );
  });

  it('CLUSTER-1 two that each saw a part know together what one knows who saw all', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const events = eventsOf(gaugesOnly(steps));
        const seen = (by: string) =>
          applyAll(
            events.filter(({ seenBy }) => seenBy === by || seenBy === 'both').map(({ event }) => event),
          );
        const all = applyAll(events.map(({ event }) => event));
        expect(kpisOf(joinQueue(seen('first'), seen('second')))).toEqual(kpisOf(all));
        expect(kpisOf(joinQueue(seen('second'), seen('first')))).toEqual(kpisOf(all));
      }),
    );
  });

  it('CLUSTER-1 what came after a picture was taken holds against it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), (steps, cut) => {
        const events = eventsOf(steps).map(({ event }) => event);
        const joiner = applyAll(events.slice(cut));
        const owner = applyAll(events.slice(0, cut));
        expect(kpisOf(joinQueue(joiner, owner))).toEqual(kpisOf(applyAll(events)));
      }),
    );
  });

  it('CLUSTER-2 a picture of yesterday adds no figure of yesterday', () => {
    const yesterday = applyAll([interval(NINE, NINE, [sample('nOffered', 7)])]);
    const today = emptyQueue(DAY + 86_400_000);
    expect(pick(joinQueue(today, yesterday), ['offered'])).toEqual([null]);
    expect(joinQueue(yesterday, today).dayStart).toBe(today.dayStart);
  });

  it('CLUSTER-3 a picture goes through JSON unchanged', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const state = applyAll(eventsOf(steps).map(({ event }) => event));
        expect(readQueueState(JSON.parse(JSON.stringify(tellQueueState(state))))).toEqual(state);
      }),
    );
  });

  it.each([
    ['nothing', null],
    ['a text', 'x'],
    ['a row too short', { ...tellQueueState(emptyQueue(DAY)), users: { row: [1], presences: [] } }],
    ['no day', { ...tellQueueState(emptyQueue(DAY)), dayStart: 'today' }],
  ])('CLUSTER-3 what is no picture is refused whole: %s', (_name, value) => {
    expect(readQueueState(value)).toBeNull();
  });
});
