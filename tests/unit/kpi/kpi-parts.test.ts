import { describe, expect, it } from 'vitest';
import { KPI_KEYS, type KpiKey } from '../../../lib/contracts/kpi';
import { FIGURE, noFigures } from '../../../server/kpi/figures';
import { kpiAt, kpiIndex } from '../../../server/kpi/formulas';
import { partsOf } from '../../../server/kpi/kpi-parts';

const OPTIONS = { excludeShortAbandons: false };
const figures: number[] = [...noFigures()];
for (const [index, name] of Object.keys(FIGURE).entries())
  figures[FIGURE[name as keyof typeof FIGURE]] = 100 + index;
figures[FIGURE.target] = 0.8;
figures[FIGURE.offered] = 1_000;

describe('what a figure is made of', () => {
  const shares = ['serviceLevel', 'abandonRate', 'asaMs', 'ahtMs', 'avgWaitMs', 'occupancy'] as const;

  it.each(shares)('UI-220 the parts of %s give the figure', (kpi) => {
    for (const excludeShortAbandons of [false, true]) {
      const parts = partsOf(kpi, figures, { excludeShortAbandons });
      const value = (parts?.numerator ?? Number.NaN) / (parts?.denominator ?? Number.NaN);
      expect(value).toBeCloseTo(kpiAt(kpiIndex(kpi), figures, { excludeShortAbandons }), 10);
    }
  });

  it('UI-220 the other figures are made of nothing, and what is not known is null', () => {
    const others: KpiKey[] = KPI_KEYS.filter(
      (kpi) => ![...shares, 'serviceLevelBudget', 'agentsAvailable'].includes(kpi as never),
    );
    expect(others.filter((kpi) => partsOf(kpi, figures, OPTIONS) !== null)).toEqual([]);
    expect(partsOf('serviceLevel', noFigures(), OPTIONS)).toEqual({ numerator: null, denominator: null });
    expect(partsOf('agentsAvailable', figures, OPTIONS)?.numerator).toBe(figures[FIGURE.idle]);
  });
});
