import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExtremeTree, setExtreme, smallest } from '../../../server/kpi/extreme-tree';
import { ADDITIVE_FIGURES, FIGURE, FIGURES, noFigures } from '../../../server/kpi/figures';
import { commonTarget, createDifference, createRollup, differ, moveMember } from '../../../server/kpi/rollup';

const MEMBERS = 5;
const unknownOr = (value: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(Number.NaN) }, { weight: 3, arbitrary: value });
const step = fc.record({
  member: fc.nat({ max: MEMBERS - 1 }),
  sums: fc.array(unknownOr(fc.nat({ max: 1_000_000 })), {
    minLength: ADDITIVE_FIGURES,
    maxLength: ADDITIVE_FIGURES,
  }),
  longest: unknownOr(fc.integer({ min: 1, max: 50 })),
  maxWait: unknownOr(fc.integer({ min: 0, max: 50 })),
  target: unknownOr(fc.constantFrom(0.8, 0.9, -1)),
});

function recomputed(members: readonly (readonly number[])[]): number[] {
  const out = noFigures();
  const known = (f: number) => members.map((m) => m[f] ?? Number.NaN).filter((value) => !Number.isNaN(value));
  for (let f = 0; f < ADDITIVE_FIGURES; f++) {
    if (known(f).length > 0) out[f] = known(f).reduce((sum, value) => sum + value, 0);
  }
  if (known(FIGURE.longestSince).length > 0)
    out[FIGURE.longestSince] = Math.min(...known(FIGURE.longestSince));
  if (known(FIGURE.maxWait).length > 0) out[FIGURE.maxWait] = Math.max(...known(FIGURE.maxWait));
  out[FIGURE.target] = commonTarget(known(FIGURE.target));
  return out;
}

describe('roll-ups', () => {
  it('KPI-19 are, kept by difference, what adding up all members gives', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const rollup = createRollup(MEMBERS);
        const members = Array.from({ length: MEMBERS }, noFigures);
        const difference = createDifference();
        for (const { member, sums, longest, maxWait, target } of steps) {
          const before = members[member] ?? noFigures();
          const after = [...sums, longest, maxWait, target];
          differ(difference, before, after);
          moveMember(rollup, { member, before, after, difference });
          members[member] = after;
        }
        expect(rollup.figures).toHaveLength(FIGURES);
        expect(rollup.figures.map((value) => value + 0)).toEqual(recomputed(members));
      }),
    );
  });

  it('KPI-19 find the earliest of members that come and go', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 8 }), unknownOr(fc.integer())), { maxLength: 60 }),
        (moves) => {
          const tree = createExtremeTree(9);
          const values = new Map<number, number>();
          for (const [member, value] of moves) {
            setExtreme(tree, member, value);
            if (Number.isNaN(value)) values.delete(member);
            else values.set(member, value);
            const least = values.size === 0 ? Number.NaN : Math.min(...values.values());
            expect(smallest(tree) + 0).toBe(least + 0);
          }
        },
      ),
    );
  });
});
