import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alarmedFirst,
  type HeldOrder,
  holdOrder,
  ORDER_HOLD_MS,
  type RowFacts,
  worstStatus,
} from '../../../../components/board/order';

function row(name: string, status: RowFacts['status'], waiting: number | null): RowFacts {
  return { subject: `queue:${name}`, name, status, quiet: true, waiting };
}

describe('the order of a queue table', () => {
  it('UI-6 puts the alarmed first, then who has most waiting, then by name as people count', () => {
    const rows = [
      row('Team 10', 'normal', 0),
      row('Team 9', 'normal', 0),
      row('Quiet', 'unknown', null),
      row('Busy', 'normal', 100),
      row('Less busy', 'normal', 90),
      row('Hardly busy', 'normal', 9),
      row('Warned', 'warning', 0),
      row('Alarmed', 'critical', 1),
    ];
    expect(alarmedFirst(rows)).toEqual(
      ['Alarmed', 'Warned', 'Busy', 'Less busy', 'Hardly busy', 'Team 9', 'Team 10', 'Quiet'].map(
        (n) => `queue:${n}`,
      ),
    );
  });

  it.each([
    [[], 'normal'],
    [['normal', 'unknown'], 'unknown'],
    [['unknown', 'warning'], 'warning'],
    [['warning', 'unknown', 'critical'], 'critical'],
    [['warning', 'unknown'], 'warning'],
  ] as const)('UI-6 takes of %j the worst, %s', (statuses, worst) => {
    expect(worstStatus(statuses)).toBe(worst);
  });

  it('UI-6 lets rows change places at most every six seconds', () => {
    const first = holdOrder(null, ['a', 'b', 'c'], 0);
    const kept = holdOrder(first, ['c', 'a', 'b'], ORDER_HOLD_MS - 1);
    expect(kept).toBe(first);
    const moved = holdOrder(kept, ['c', 'a', 'b'], ORDER_HOLD_MS);
    expect(moved).toEqual({ subjects: ['c', 'a', 'b'], changedAt: ORDER_HOLD_MS });
    expect(holdOrder(moved, ['c', 'a', 'b'], 10 * ORDER_HOLD_MS)).toBe(moved);
  });

  it('UI-6 holds nothing by a clock that was set back', () => {
    const held = holdOrder(null, ['a', 'b'], 600_000);
    expect(holdOrder(held, ['b', 'a'], 1_000)).toEqual({ subjects: ['b', 'a'], changedAt: 1_000 });
  });

  it('UI-6 lets go at once what is gone, and sets new rows at the end meanwhile', () => {
    const held: HeldOrder = { subjects: ['a', 'b', 'c'], changedAt: 0 };
    expect(holdOrder(held, ['new', 'c', 'a'], 1_000)).toEqual({ subjects: ['a', 'c', 'new'], changedAt: 0 });
  });

  it('UI-6 shows at every moment exactly the wanted rows', () => {
    const names = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 0, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.nat(4_000))), (steps) => {
        let held: HeldOrder | null = null;
        let now = 0;
        for (const [wanted, later] of steps) {
          now += later;
          held = holdOrder(held, wanted, now);
          expect([...held.subjects].sort()).toEqual([...wanted].sort());
        }
      }),
    );
  });
});
