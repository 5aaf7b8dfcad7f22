import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KPI_KEYS, type KpiKey } from '../../../lib/contracts/kpi';
import { FIGURE, MIXED_TARGET, noFigures } from '../../../server/kpi/figures';
import { kpiAt, kpiIndex, serviceLevelBudget } from '../../../server/kpi/formulas';
import { commonTarget } from '../../../server/kpi/rollup';

type Named = Partial<Record<keyof typeof FIGURE, number>>;

function kpi(key: KpiKey, given: Named, excludeShortAbandons = false): number | null {
  const figures = noFigures();
  for (const [name, value] of Object.entries(given)) figures[FIGURE[name as keyof typeof FIGURE]] = value;
  const value = kpiAt(kpiIndex(key), figures, { excludeShortAbandons });
  return Number.isNaN(value) ? null : value;
}

describe('formulas', () => {
  it.each<[KpiKey, Named, number | null]>([
    ['abandonRate', { abandoned: 1, offered: 4 }, 0.25],
    ['abandonRate', { abandoned: 0, offered: 0 }, null],
    ['serviceLevel', { levelMet: 3, levelCounted: 4 }, 0.75],
    ['serviceLevel', { levelMet: 0, levelCounted: 0 }, null],
    ['asaMs', { answeredMs: 90_000, answered: 4 }, 22_500],
    ['ahtMs', { handledMs: 90_000, handled: 3 }, 30_000],
    ['avgWaitMs', { leftMs: 10, left: 4 }, 2.5],
    ['avgWaitMs', { leftMs: 0, left: 0 }, null],
    ['maxWaitMs', { maxWait: 9 }, 9],
    ['occupancy', { idle: 1, agentsInteracting: 2, communicating: 1, notResponding: 0 }, 0.75],
    ['occupancy', { idle: 0, agentsInteracting: 0, communicating: 0, notResponding: 0 }, null],
    ['agentsOnQueue', { idle: 1 }, 1],
    ['agentsOnQueue', {}, null],
    ['serviceLevelTarget', { target: 0.8 }, 0.8],
    ['serviceLevelTarget', { target: MIXED_TARGET }, null],
    ['serviceLevelBudget', { target: 0.8, levelMet: 90, levelCounted: 100 }, 12],
    ['drift', { drift: 2 }, 2],
  ])('KPI-13 %s of %o is %s', (key, given, expected) => {
    expect(kpi(key, given)).toBe(expected);
  });

  it('KPI-13 gives null for every KPI of which nothing is known', () => {
    for (const key of KPI_KEYS) expect(kpi(key, {})).toBeNull();
  });

  it('KPI-14 leaves short abandons out of both sides where that is wished', () => {
    const given = { abandoned: 5, shortAbandoned: 2, offered: 32 };
    expect(kpi('abandonRate', given)).toBe(5 / 32);
    expect(kpi('abandonRate', given, true)).toBe(0.1);
    expect(kpi('abandonRate', { abandoned: 2, shortAbandoned: 2, offered: 2 }, true)).toBeNull();
  });

  it('KPI-16 shows a target only where all share it', () => {
    expect(commonTarget([])).toBeNaN();
    expect(commonTarget([0.8, 0.8])).toBe(0.8);
    expect(commonTarget([0.8, 0.9])).toBe(MIXED_TARGET);
  });
});

describe('the service-level budget', () => {
  it.each([
    [0.8, 4, 5, 0],
    [0.8, 8, 8, 2],
    [0.7, 7, 10, 0],
    [0.8, 0, 1, -4],
    [0.8, 7, 10, -5],
    [1, 5, 5, 0],
    [1, 4, 5, null],
    [0.8, 0, 0, null],
    [Number.NaN, 4, 5, null],
  ])('KPI-15 for a target of %s, %s of %s met, is %s', (target, met, counted, expected) => {
    const budget = serviceLevelBudget(target, met, counted);
    expect(Number.isNaN(budget) ? null : budget).toBe(expected);
  });

  it('KPI-15 is the first count at which the level changes sides, by trying', () => {
    const percent = fc.integer({ min: 1, max: 100 });
    const counted = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(percent, counted, fc.nat(), (p, n, seed) => {
        const met = seed % (n + 1);
        // In whole hundredths, so that the trial itself is exact.
        const reaches = (m: number, of: number) => m * 100 >= p * of;
        let expected: number | null = 0;
        if (reaches(met, n)) while (reaches(met, n + expected + 1)) expected++;
        else if (p === 100) expected = null;
        else while (!reaches(met - expected, n - expected)) expected--;
        const budget = serviceLevelBudget(p / 100, met, n);
        expect(Number.isNaN(budget) ? null : budget).toBe(expected);
      }),
    );
  });
});
