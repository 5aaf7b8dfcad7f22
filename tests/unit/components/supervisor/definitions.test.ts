import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../../components/supervisor/why-different';
import { KPI_KEYS } from '../../../../lib/contracts/kpi';
import en from '../../../../messages/en.json';

describe('definitions', () => {
  it('UI-221 every figure says why the platform’s own report may differ, in words', () => {
    const words = new Map(Object.entries(en.definition.differs));
    for (const kpi of KPI_KEYS) {
      const reasons = reasonsOf(kpi);
      expect(reasons.length, kpi).toBeGreaterThan(0);
      expect(reasons.filter((reason) => !words.has(reason))).toEqual([]);
    }
    const used = new Set(KPI_KEYS.flatMap(reasonsOf));
    expect([...words.keys()].filter((word) => ![...used].includes(word as never))).toEqual([]);
  });
});
