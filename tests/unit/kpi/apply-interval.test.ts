import { describe, expect, it } from 'vitest';
import { HALF_HOUR_MS } from '../../../lib/day';
import { applyToQueue, exceedsBounds } from '../../../server/kpi/apply';
import { emptyQueue, MAX_INTERVALS } from '../../../server/kpi/queue-state';
import { applyAll, DAY, interval, NINE, pick, sample } from './kpi-events';

const answered = (count: number, sum: number) => sample('tAnswered', { count, sum });
const REST = { origin: 'backfill' } as const;

describe('running aggregates', () => {
  it.each([
    ['a greater count', answered(3, 90), 3],
    ['the same count with a greater sum', answered(2, 95), 2],
    ['the same again', answered(2, 50), 2],
  ])('KPI-5 takes %s of a later live observation', (_, told, count) => {
    const held = applyAll([interval(NINE, NINE, [answered(2, 50)])]);
    const next = applyToQueue(held, interval(NINE + 1_000, NINE, [told]));
    expect(next).not.toBe(held);
    expect(pick(next, ['answered'])).toEqual([count]);
  });

  it.each([
    ['a smaller count', answered(1, 900)],
    ['the same count with a smaller sum', answered(2, 49)],
  ])('KPI-5 knows a delayed frame by %s', (_, told) => {
    const held = applyAll([interval(NINE, NINE, [answered(2, 50)])]);
    expect(applyToQueue(held, interval(NINE + 1_000, NINE, [told]))).toBe(held);
  });

  it('KPI-5 takes the further of two frames that were read in the same millisecond, in either order', () => {
    const frames = [interval(NINE, NINE, [answered(1, 10)]), interval(NINE, NINE, [answered(2, 30)])];
    for (const order of [frames, [...frames].reverse()])
      expect(pick(applyAll(order), ['answered'])).toEqual([2]);
  });

  it('KPI-5 takes a service level by its denominator, then its numerator', () => {
    const level = (numerator: number, denominator: number) =>
      sample('oServiceLevel', { numerator, denominator, ratio: 9, target: 0.5 });
    const state = applyAll([interval(NINE, NINE, [level(3, 4)]), interval(NINE + 1, NINE, [level(3, 3)])]);
    expect(pick(state, ['serviceLevel'])).toEqual([0.75]);
    expect(pick(applyAll([interval(NINE + 2, NINE, [level(4, 5)])], state), ['serviceLevel'])).toEqual([0.8]);
  });

  it('KPI-6 lets REST win over what was observed before its request, also downwards', () => {
    const held = applyAll([interval(NINE, NINE, [answered(5, 50)])]);
    const corrected = applyToQueue(held, interval(NINE + 1_000, NINE, [answered(4, 40)], REST));
    expect(pick(corrected, ['answered', 'asaMs'])).toEqual([4, 10]);
  });

  it('KPI-6 lets REST win over a newer live observation only where it is further on', () => {
    const held = applyAll([interval(NINE + 2_000, NINE, [answered(5, 50)])]);
    expect(applyToQueue(held, interval(NINE, NINE, [answered(4, 40)], REST))).toBe(held);
    expect(pick(applyAll([interval(NINE, NINE, [answered(6, 60)], REST)], held), ['answered'])).toEqual([6]);
  });

  it('KPI-6 lets an older answer never beat a newer one', () => {
    const held = applyAll([interval(NINE + 1, NINE, [answered(4, 40)], REST)]);
    expect(applyToQueue(held, interval(NINE, NINE, [answered(9, 90)], REST))).toBe(held);
  });

  it('KPI-5 ignores a delayed frame after REST has said more', () => {
    const held = applyAll([interval(NINE, NINE, [answered(6, 60)], REST)]);
    expect(applyToQueue(held, interval(NINE + 3_000, NINE, [answered(5, 50)]))).toBe(held);
  });
});

describe('half hours', () => {
  it('KPI-7 closes a half hour with its last value when the next one begins, and adds them up', () => {
    const state = applyAll([
      interval(NINE + 1, NINE, [sample('nOffered', 7), answered(5, 50_000)]),
      interval(NINE + HALF_HOUR_MS + 1, NINE + HALF_HOUR_MS, [sample('nOffered', 2), answered(1, 4_000)]),
    ]);
    expect(pick(state, ['offered', 'answered', 'asaMs'])).toEqual([9, 6, 9_000]);
    expect(state.media[0]?.closed).toHaveLength(1);
  });

  it('KPI-7 replaces a closed half hour by what REST says of it, and keeps the running one', () => {
    const state = applyAll([
      interval(NINE + 1, NINE, [sample('nOffered', 7)]),
      interval(NINE + HALF_HOUR_MS + 1, NINE + HALF_HOUR_MS, [sample('nOffered', 2)]),
    ]);
    const confirmed = applyAll(
      [interval(NINE + HALF_HOUR_MS + 5_000, NINE, [sample('nOffered', 8)], REST)],
      state,
    );
    expect(pick(confirmed, ['offered'])).toEqual([10]);
    expect(confirmed.media[0]?.current).toBe(state.media[0]?.current);
  });

  it('KPI-7 puts half hours that come in any order in their places', () => {
    const starts = [3, 0, 2, 1].map((n) => NINE + n * HALF_HOUR_MS);
    const state = applyAll(
      starts.map((start, i) => interval(NINE + i, start, [sample('nOffered', i + 1)], REST)),
    );
    expect(state.media[0]?.closed.map((row) => row[0])).toEqual(
      [0, 1, 2].map((n) => NINE + n * HALF_HOUR_MS),
    );
    expect(pick(state, ['offered'])).toEqual([10]);
  });

  it('KPI-7 keeps the longest wait of the day', () => {
    const wait = (max: number) => sample('tWait', { count: 1, sum: max, max });
    const state = applyAll([
      interval(NINE, NINE, [wait(90_000)]),
      interval(NINE + HALF_HOUR_MS, NINE + HALF_HOUR_MS, [wait(20_000)]),
    ]);
    expect(pick(state, ['maxWaitMs', 'avgWaitMs'])).toEqual([90_000, 55_000]);
  });

  it('KPI-33 ignores intervals that are none: empty, reversed, longer than half an hour, of yesterday', () => {
    const state = emptyQueue(DAY);
    const offered = [sample('nOffered', 1)];
    for (const [start, end] of [
      [NINE, NINE],
      [NINE, NINE - 1],
      [NINE, NINE + HALF_HOUR_MS + 1],
      [NINE, Number.NaN],
      [DAY - HALF_HOUR_MS, DAY],
    ] as const) {
      expect(applyToQueue(state, interval(NINE, start, offered, { intervalEnd: end }))).toBe(state);
    }
  });

  it('KPI-32 holds no more intervals than a day can have', () => {
    const all = Array.from({ length: MAX_INTERVALS + 1 }, (_, i) =>
      interval(NINE, NINE + i * HALF_HOUR_MS, [sample('nOffered', 1)]),
    );
    const full = applyAll(all);
    const more = interval(NINE, NINE + 100 * HALF_HOUR_MS, [sample('nOffered', 1)]);
    expect(applyToQueue(full, more)).toBe(full);
    expect(exceedsBounds(full, more)).toBe(true);
  });
});
