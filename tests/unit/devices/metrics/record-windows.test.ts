import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricWindow } from '../../../../lib/contracts/diagnostics';
import { createRecordWindows, WINDOW_MS } from '../../../../server/devices/metrics/record-windows';

const START = Date.UTC(2026, 10, 20, 9, 0, 0) + 137;
type Sample = { readonly value: number; readonly at: number };
type Windows = ReturnType<typeof createRecordWindows>;

const windows = (startedAt = START) => createRecordWindows('signal_dbm', WINDOW_MS, startedAt);
/** Samples in order, at whole ms from shortly before the start on. */
const samples = fc
  .array(
    fc.record({
      value: fc.double({ min: -200, max: 50, noNaN: true }),
      after: fc.integer({ min: 0, max: 4_000 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((list) => {
    let at = START - 1_500;
    return list.map(({ value, after }): Sample => {
      at += after;
      return { value, at };
    });
  });

/** All windows, with ticks wherever `ticks` says. */
function run(target: Windows, list: readonly Sample[], ticks: readonly number[] = []): MetricWindow[] {
  const closed: (MetricWindow | null)[] = [];
  const moments = [...ticks].sort((a, b) => a - b);
  for (const { value, at } of list) {
    while ((moments[0] ?? Number.POSITIVE_INFINITY) <= at) closed.push(target.tick(moments.shift() ?? 0));
    closed.push(target.take(value, at));
  }
  closed.push(target.tick((list.at(-1)?.at ?? START) + WINDOW_MS));
  return closed.filter((window) => window !== null);
}

/** From scratch: samples by the window they belong to. */
function expected(list: readonly Sample[]): MetricWindow[] {
  const groups = new Map<number, number[]>();
  for (const { value, at } of list) {
    const from = START + Math.floor((at - START) / WINDOW_MS) * WINDOW_MS;
    groups.set(from, [...(groups.get(from) ?? []), value]);
  }
  return [...groups].map(([from, values]) => {
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const avg = Math.min(max, Math.max(min, mean));
    return { metric: 'signal_dbm', from, to: from + WINDOW_MS, min, max, avg, count: values.length };
  });
}

describe('windows for the record', () => {
  it('DEV-80 hold each sample once, aligned to the start, with smallest, largest, mean and count', () => {
    fc.assert(
      fc.property(samples, (list) => {
        expect(run(windows(), list)).toEqual(expected(list));
      }),
    );
  });

  it('DEV-81 are the same whenever somebody ticks', () => {
    const ticks = fc.array(fc.integer({ min: START - 2_000, max: START + 120_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(samples, ticks, (list, moments) => {
        expect(run(windows(), list, moments)).toEqual(run(windows(), list));
      }),
    );
  });

  it('DEV-80 have a mean between their smallest and their largest, whatever fractions add up to', () => {
    const target = windows();
    for (let n = 0; n < 3; n += 1) target.take(0.1, START + n);
    expect(target.tick(START + WINDOW_MS)).toMatchObject({ min: 0.1, max: 0.1, avg: 0.1, count: 3 });
  });

  it('DEV-81 close on time when nothing comes, and none is made up', () => {
    const target = windows();
    expect(target.tick(START + 60_000)).toBeNull();
    target.take(-70, START + 61_000);
    expect(target.tick(START + 64_999)).toBeNull();
    expect(target.tick(START + 65_000)).toMatchObject({ from: START + 60_000, to: START + 65_000, count: 1 });
    expect(target.tick(START + 70_000)).toBeNull();
  });

  it('DEV-82 take what comes late within the open window, and leave out what comes later', () => {
    const target = windows();
    target.take(-70, START + 7_000);
    target.take(-71, START + 5_000);
    target.take(-90, START + 4_999);
    expect(target.tick(START + 10_000)).toMatchObject({ min: -71, max: -70, count: 2 });
    expect(target.take(-95, START + 9_999)).toBeNull();
    expect(target.tick(START + 20_000)).toBeNull();
    expect(target.lateCount).toBe(2);
  });

  it('DEV-82 go on at once when the clock is put back', () => {
    const target = windows();
    target.take(-70, START + 3_600_000);
    const closed = target.take(-80, START + 1_000);
    expect(closed).toMatchObject({ from: START + 3_600_000, count: 1 });
    expect(target.tick(START + 5_000)).toMatchObject({ from: START, max: -80, count: 1 });
    target.take(-60, START + 3_600_000);
    expect(target.tick(START + 10)).toMatchObject({ max: -60 });
    target.take(-61, START + 11);
    expect(target.tick(START + 5_000)).toMatchObject({ max: -61 });
  });

  it('DEV-83 close as they are when the session ends', () => {
    const target = windows();
    target.take(-70, START + 1_000);
    expect(target.end(START + 1_500)).toMatchObject({ from: START, to: START + 1_500, count: 1 });
    expect(target.end(START + 1_500)).toBeNull();
    target.take(-71, START + 6_000);
    expect(target.end(START + 60_000)).toMatchObject({ to: START + 10_000 });
    target.take(-72, START + 61_000);
    expect(target.end(START + 60_000)).toMatchObject({ from: START + 60_000, to: START + 65_000 });
  });
});
