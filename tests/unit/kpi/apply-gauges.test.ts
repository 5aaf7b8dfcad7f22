import { describe, expect, it } from 'vitest';
import { applyToQueue, exceedsBounds } from '../../../server/kpi/apply';
import { emptyQueue, MAX_MEDIA_TYPES, MAX_PRESENCES } from '../../../server/kpi/queue-state';
import { allGauges, applyAll, DAY, gauges, NINE, pick, sample, snapshot } from './kpi-events';

describe('gauges of a media type', () => {
  it('KPI-2 lets the newest observation win, and nothing change by equal or older ones', () => {
    const held = applyAll([gauges(NINE, [sample('oWaiting', 3)])]);
    for (const observedAt of [NINE, NINE - 1]) {
      expect(applyToQueue(held, gauges(observedAt, [sample('oWaiting', 9)]))).toBe(held);
    }
    expect(pick(applyAll([gauges(NINE + 1, [sample('oWaiting', 9)])], held), ['waiting'])).toEqual([9]);
  });

  it('KPI-3 leaves unchanged what an event leaves out, and keeps media types apart', () => {
    const state = applyAll([
      gauges(NINE, [sample('oWaiting', 3), sample('oInteracting', 5)]),
      gauges(NINE + 1, [sample('oWaiting', 4)]),
      gauges(NINE + 1, [sample('oWaiting', 2)], { mediaType: 'chat' }),
    ]);
    expect(pick(state, ['waiting', 'interacting', 'alerting'], 'voice')).toEqual([4, 5, null]);
    expect(pick(state, ['waiting', 'interacting'])).toEqual([6, 5]);
  });

  it('KPI-3 keeps the identity of what an event does not touch', () => {
    const before = applyAll([
      gauges(NINE, [sample('oWaiting', 1)]),
      gauges(NINE, [sample('oWaiting', 1)], { mediaType: 'chat' }),
    ]);
    const after = applyToQueue(before, gauges(NINE + 1, [sample('oWaiting', 2)]));
    expect(after.media[1]).toBe(before.media[1]);
    expect(after.users).toBe(before.users);
    expect(after.complete).toBe(before.complete);
  });

  it('KPI-33 ignores metrics it does not know and figures that are no counts', () => {
    const state = emptyQueue(DAY);
    for (const stats of [{}, { count: -1 }, { count: Number.NaN }, { count: Number.POSITIVE_INFINITY }]) {
      expect(applyToQueue(state, gauges(NINE, [sample('oWaiting', stats)]))).toBe(state);
    }
    expect(applyToQueue(state, gauges(NINE, [sample('__proto__', 1), sample('oFlow', 1)]))).toBe(state);
  });

  it('KPI-32 holds sixteen media types a queue and ignores the rest', () => {
    const many = Array.from({ length: MAX_MEDIA_TYPES }, (_, i) =>
      gauges(NINE, [sample('oWaiting', 1)], { mediaType: `m${i}` }),
    );
    const full = applyAll(many);
    const more = gauges(NINE, [sample('oWaiting', 1)], { mediaType: 'more' });
    expect(applyToQueue(full, more)).toBe(full);
    expect(exceedsBounds(full, more)).toBe(true);
    expect(exceedsBounds(full, gauges(NINE, [sample('oWaiting', 1)], { mediaType: 'm3' }))).toBe(false);
  });
});

describe('the longest wait', () => {
  const since = (at: number) => sample('oLongestWaiting', { calculatedMetricValue: at });

  it('KPI-17 takes the platform’s epoch, never one in the future', () => {
    const at = (value: number) =>
      pick(applyAll([gauges(NINE, [sample('oWaiting', 1), since(value)])]), ['longestWaitSince']);
    expect(at(NINE - 60_000)).toEqual([NINE - 60_000]);
    expect(at(NINE + 60_000)).toEqual([NINE]);
    expect(at(0)).toEqual([null]);
  });

  it('KPI-17 believes REST of a caller who joined after the question was put', () => {
    const asked = { ...gauges(NINE, [sample('oWaiting', 1), since(NINE + 40)]), origin: 'backfill' as const };
    expect(pick(applyAll([asked]), ['longestWaitSince'])).toEqual([NINE + 40]);
  });

  it('KPI-17 takes an oWaiting with a maximum as an age at the moment it was observed', () => {
    const state = applyAll([gauges(NINE, [sample('oWaiting', { count: 2, max: 45_000 })])]);
    expect(pick(state, ['waiting', 'longestWaitSince'])).toEqual([2, NINE - 45_000]);
  });

  it('KPI-17 has none where nobody waits, and forgets it with the last waiter', () => {
    const waiting = applyAll([gauges(NINE, [sample('oWaiting', 1), since(NINE - 5_000)])]);
    const over = applyAll([gauges(NINE + 1_000, [sample('oWaiting', 0)])], waiting);
    expect(pick(over, ['longestWaitSince'])).toEqual([null]);
    const next = applyAll([gauges(NINE + 2_000, [sample('oWaiting', 1)])], over);
    expect(pick(next, ['longestWaitSince'])).toEqual([null]);
    const told = applyAll([gauges(NINE + 2_001, [since(NINE + 1_900)])], next);
    expect(pick(told, ['longestWaitSince'])).toEqual([NINE + 1_900]);
  });

  it('KPI-17 forgets it in whichever order one event tells the two', () => {
    const samples = [sample('oWaiting', 0), since(NINE - 5_000)];
    for (const metrics of [samples, [...samples].reverse()]) {
      const state = applyAll([gauges(NINE, metrics), gauges(NINE + 1, [sample('oWaiting', 1)])]);
      expect(pick(state, ['longestWaitSince'])).toEqual([null]);
    }
  });

  it('KPI-17 keeps a newer longest wait when an older empty queue is heard of late', () => {
    const state = applyAll([
      gauges(NINE + 10, [sample('oWaiting', 1), since(NINE)]),
      gauges(NINE + 5, [sample('oWaiting', 0)]),
    ]);
    expect(pick(state, ['waiting', 'longestWaitSince'])).toEqual([1, NINE]);
  });

  it('KPI-17 is the earliest of all media types', () => {
    const state = applyAll([
      gauges(NINE, [sample('oWaiting', 1), since(NINE - 100)]),
      gauges(NINE, [sample('oWaiting', 1), since(NINE - 900)], { mediaType: 'chat' }),
    ]);
    expect(pick(state, ['longestWaitSince'])).toEqual([NINE - 900]);
  });
});

describe('agents of a queue', () => {
  const users = (observedAt: number, metrics: ReturnType<typeof sample>[]) =>
    gauges(observedAt, metrics, { mediaType: null });

  it('KPI-18 counts those on queue by what they do, and how busy they are', () => {
    const state = applyAll([
      users(NINE, [
        sample('oOnQueueUsers', 2, 'IDLE'),
        sample('oOnQueueUsers', 5, 'INTERACTING'),
        sample('oOnQueueUsers', 1, 'COMMUNICATING'),
        sample('oOnQueueUsers', 2, 'NOT_RESPONDING'),
        sample('oOnQueueUsers', 9, 'OFF_QUEUE'),
      ]),
    ]);
    const keys = [
      'agentsOnQueue',
      'agentsAvailable',
      'agentsInteracting',
      'agentsCommunicating',
      'agentsNotResponding',
      'occupancy',
    ] as const;
    expect(pick(state, keys)).toEqual([10, 2, 5, 1, 2, 0.6]);
  });

  it('KPI-18 falls back to routing statuses only where nothing else was ever sent', () => {
    const statuses = users(NINE, [
      sample('oUserRoutingStatuses', 3, 'IDLE'),
      sample('oUserRoutingStatuses', 40, 'OFF_QUEUE'),
    ]);
    const alone = applyAll([statuses, snapshot(NINE, allGauges)]);
    expect(pick(alone, ['agentsOnQueue', 'agentsAvailable'])).toEqual([3, 3]);
    const both = applyAll([users(NINE + 1, [sample('oOnQueueUsers', 1, 'IDLE')])], alone);
    expect(pick(both, ['agentsOnQueue'])).toEqual([1]);
  });

  it('KPI-18 adds up those off queue over their presences', () => {
    const state = applyAll([
      users(NINE, [sample('oOffQueueUsers', 4, 'p-lunch'), sample('oOffQueueUsers', 2, 'p-away')]),
    ]);
    expect(pick(state, ['agentsOffQueue'])).toEqual([6]);
    const later = applyAll([users(NINE + 1, [sample('oOffQueueUsers', 0, 'p-lunch')])], state);
    expect(pick(later, ['agentsOffQueue'])).toEqual([2]);
  });

  it('KPI-32 holds 64 presences a queue and ignores the rest', () => {
    const full = applyAll([
      users(
        NINE,
        Array.from({ length: MAX_PRESENCES }, (_, i) => sample('oOffQueueUsers', 1, `p${i}`)),
      ),
    ]);
    const more = users(NINE, [sample('oOffQueueUsers', 1, 'more')]);
    expect(applyToQueue(full, more)).toBe(full);
    expect(exceedsBounds(full, more)).toBe(true);
    expect(pick(full, ['agentsOffQueue'])).toEqual([64]);
  });
});
