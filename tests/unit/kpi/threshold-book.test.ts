import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThresholdRule } from '../../../lib/contracts/settings';
import type { SubjectKey } from '../../../lib/ids';
import { DEFAULT_THRESHOLDS } from '../../../server/kpi/default-thresholds';
import { createThresholdBook } from '../../../server/kpi/threshold-book';
import { compileRule, rulesFor } from '../../../server/kpi/threshold-rules';

const SUBJECTS = ['all', 'all|chat', 'queue:a', 'queue:a|chat', 'queue:ab', 'group:a'] as SubjectKey[];
const PATTERNS = [undefined, ...SUBJECTS, 'queue:*', '*|chat', '*', 'queue:*b', '*a*'];

const rule = fc.record({
  kpi: fc.constantFrom('waiting' as const, 'serviceLevel' as const, 'alertsCritical' as const),
  subject: fc.constantFrom(...PATTERNS),
  warning: fc.integer({ min: 0, max: 9 }),
});

function whole({
  kpi,
  subject,
  warning,
}: {
  kpi: ThresholdRule['kpi'];
  subject?: string | undefined;
  warning: number;
}): ThresholdRule {
  const rest = { critical: null, deadBand: 0, onDelayMs: 0, offDelayMs: 0, minimumCount: 0 };
  return { kpi, warning, ...rest, ...(subject === undefined ? {} : { subject }) };
}

describe('createThresholdBook', () => {
  it('BOARD-39 finds the rules of a subject as trying all of them would', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 12 }), (wanted) => {
        const own = wanted.map(whole);
        const book = createThresholdBook(own);
        const all = [...DEFAULT_THRESHOLDS, ...own];
        for (const subject of SUBJECTS) {
          const byKpi = (rules: readonly { readonly kpi: string }[]) => new Map(rules.map((r) => [r.kpi, r]));
          expect(byKpi(book.rulesOf(subject)), subject).toEqual(
            byKpi(rulesFor(all, subject).map(compileRule)),
          );
        }
      }),
    );
  });

  it('BOARD-39 a rule that stays is the same one, and subjects without their own share one list', () => {
    const own = [
      whole({ kpi: 'waiting', warning: 1 }),
      whole({ kpi: 'waiting', subject: 'queue:a', warning: 2 }),
    ];
    const former = createThresholdBook(own);
    const next = createThresholdBook([...own, whole({ kpi: 'offered', warning: 1 })], former);
    const [b, c] = ['queue:b', 'queue:c'] as SubjectKey[];
    expect(former.rulesOf(b as SubjectKey)).toBe(former.rulesOf(c as SubjectKey));
    for (const held of former.rules) expect(next.rules).toContain(held);
    const other = createThresholdBook([whole({ kpi: 'waiting', warning: 3 })], former);
    expect(former.rules).not.toContain(other.rules.at(-1));
  });
});
