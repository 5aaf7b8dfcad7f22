import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CalmGroups,
  calmGroups,
  GROUP_HOLD_MS,
  GROUP_ON_DELAY_MS,
  inOrder,
  readGroups,
} from '../../../../components/alerts/calm-groups';
import { ALERT_LEVELS, type AlertGroup } from '../../../../lib/contracts/alert';
import { group } from './made-up-alerts';

const warning = (key: string) => group(key, { level: 'warning' });

/** What is shown after each of these moments. */
function shown(moments: readonly (readonly [at: number, groups: readonly AlertGroup[]])[]): string[] {
  let calm: CalmGroups | null = null;
  return moments.map(([at, groups]) => {
    calm = calmGroups(calm, groups, at);
    return calm.order.join('');
  });
}

describe('groups of alerts on a wall', () => {
  it('UI-73 are there at once when the page begins, later ones when they have lasted two seconds', () => {
    const [a, b] = [warning('a'), warning('b')];
    expect(
      shown([
        [0, [a]],
        [1_000, [a, b]],
        [2_999, [a, b]],
        [3_000, [a, b]],
        [4_000, [b]],
      ]),
    ).toEqual(['a', 'a', 'a', 'ab', 'b']);
    expect(GROUP_ON_DELAY_MS).toBe(2_000);
  });

  it('UI-73 that are over before that are never shown, and begin anew when they come again', () => {
    const [a, b] = [warning('a'), warning('b')];
    expect(
      shown([
        [0, [a]],
        [1_000, [a, b]],
        [2_000, [a]],
        [3_500, [a, b]],
        [5_000, [a, b]],
        [5_500, [a, b]],
      ]),
    ).toEqual(['a', 'a', 'a', 'a', 'a', 'ab']);
  });

  it('UI-73 change places at most every six seconds, but for what is worse than all', () => {
    const [a, b, c] = [warning('a'), warning('b'), group('c')];
    expect(
      shown([
        [0, [a, b]],
        [1_000, [b, a]],
        [5_999, [b, a]],
        [6_000, [b, a]],
        [7_000, [a, b]],
        [8_000, [c, a, b]],
        [10_000, [c, a, b]],
        [11_000, [a, c, b]],
      ]),
    ).toEqual(['ab', 'ab', 'ab', 'ba', 'ba', 'ba', 'cab', 'cab']);
    expect(GROUP_HOLD_MS).toBe(6_000);
  });

  it('UI-73 go down at once when somebody took the first and another waits to be taken', () => {
    const taken = group('a', { unacknowledged: 0 });
    expect(
      shown([
        [0, [group('a'), group('b')]],
        [1_000, [group('b'), taken]],
      ]),
    ).toEqual(['ab', 'ba']);
  });

  it('UI-73 are held by no clock that was set back', () => {
    const [a, b] = [warning('a'), warning('b')];
    expect(
      shown([
        [600_000, [a]],
        [601_000, [a, b]],
        [1_000, [b, a]],
      ]),
    ).toEqual(['a', 'a', 'ba']);
  });

  it('UI-211 of another moment that is looked back at are all there at once', () => {
    const [ten, half] = [{}, {}];
    const none = readGroups(null, [], { by: ten, now: 0 });
    expect(readGroups(none, [warning('a')], { by: ten, now: 1 }).calm.order).toEqual([]);
    expect(readGroups(none, [warning('a')], { by: half, now: 1_800_000 }).calm.order).toEqual(['a']);
    expect(readGroups(none, [warning('a')], { by: half, now: -5 }).calm.order).toEqual(['a']);
  });

  it('UI-73 say what is newest of them, each once, and none that has gone', () => {
    const keys = fc.uniqueArray(fc.constantFrom(...'abcdef'), { maxLength: 6 });
    const moment = fc.record({
      wait: fc.nat(7_000),
      keys,
      levels: fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 12 }), (moments) => {
        let [calm, now]: [CalmGroups | null, number] = [null, 0];
        for (const { wait, keys: there, levels } of moments) {
          now += wait;
          const groups = there
            .map((key, index) =>
              group(key, { level: ALERT_LEVELS[levels[index] ?? 0] ?? 'info', since: now }),
            )
            .sort((x, y) => ALERT_LEVELS.indexOf(x.level) - ALERT_LEVELS.indexOf(y.level));
          calm = calmGroups(calm, groups, now);
          const drawn = inOrder(calm.order, groups);
          expect(new Set(calm.order).size).toBe(calm.order.length);
          expect(drawn.map(({ key }) => key)).toEqual(calm.order);
          expect(drawn.every((one) => groups.includes(one))).toBe(true);
          // Who waits long enough sees all of them, worst first.
          const later = calmGroups(calm, groups, now + GROUP_HOLD_MS);
          expect(later.order).toEqual(groups.map(({ key }) => key));
        }
      }),
    );
  });
});
