import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricKey, ThresholdBreach } from '../../../../lib/contracts/diagnostics';
import { type BreachState, CALM_MS, stepBreach } from '../../../../server/devices/metrics/limits';

/** What is told of samples 100 ms apart. */
function told(metric: MetricKey, values: readonly number[]): ThresholdBreach[] {
  let state: BreachState = null;
  return values.flatMap((value, n) => {
    const step = stepBreach(state, metric, value, n * 100);
    state = step.state;
    return step.told ?? [];
  });
}
const times = (count: number, value: number) => Array.from({ length: count }, () => value);

describe('limits', () => {
  it.each<[MetricKey, number, number, number]>([
    ['packet_loss_pct', 5, 5.1, 5],
    ['signal_dbm', -85, -85.1, -85],
  ])('DEV-84 %s is no breach at %d, and one with the first sample beyond', (metric, at, beyond, limit) => {
    expect(told(metric, [at, at, at])).toEqual([]);
    expect(told(metric, [at, beyond, beyond])).toEqual([
      { metric, value: beyond, limit, since: 100, endedAt: null },
    ]);
  });

  it('DEV-84 ends when all of 2 s was on the good side of the dead-band, with the worst it was', () => {
    const breach = { metric: 'signal_dbm', limit: -85, since: 0 } as const;
    expect(told('signal_dbm', [-86, -93, -89, ...times(21, -82)])).toEqual([
      { ...breach, value: -86, endedAt: null },
      { ...breach, value: -93, endedAt: 300 + CALM_MS },
    ]);
    expect(told('packet_loss_pct', [9, ...times(20, 4), 4.1, ...times(20, 4)])).toHaveLength(1);
    expect(told('packet_loss_pct', [9, ...times(100, 4.5)])).toHaveLength(1);
  });

  it('DEV-84 is one breach, however a figure swings around its limit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 4.01, max: 9, noNaN: true }), { maxLength: 100 }), (values) => {
        expect(told('packet_loss_pct', [6, ...values])).toHaveLength(1);
      }),
    );
  });

  it('DEV-84 begins and ends by turns, and a begun one never changes since when', () => {
    const values = fc.array(fc.constantFrom(-95, -86, -84, -80, -60), { maxLength: 200 });
    fc.assert(
      fc.property(values, (list) => {
        const all = told(
          'signal_dbm',
          list.flatMap((value) => times(12, value)),
        );
        for (const [n, one] of all.entries()) {
          expect(one.endedAt === null).toBe(n % 2 === 0);
          if (n % 2 === 1) expect(one.since).toBe(all[n - 1]?.since);
        }
      }),
    );
  });

  it('DEV-84 ends also where the clock was put back meanwhile', () => {
    const begun = stepBreach(null, 'signal_dbm', -90, 3_600_000).state;
    const calm = stepBreach(begun, 'signal_dbm', -70, 3_600_100).state;
    const back = stepBreach(calm, 'signal_dbm', -70, 1_000).state;
    expect(stepBreach(back, 'signal_dbm', -70, 1_000 + CALM_MS).told).toMatchObject({ endedAt: 3_000 });
  });

  it('DEV-84 other metrics have no limit', () => {
    expect(told('latency_ms', [1e6])).toEqual([]);
    expect(told('errors', [1e6])).toEqual([]);
  });
});
