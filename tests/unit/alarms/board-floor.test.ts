import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dueTickOf,
  EMPTY_FLOOR,
  type Floor,
  interruptedOf,
  type Policy,
  stepFloor,
} from '../../../server/alarms/board-floor';
import { countedOf, frameOf } from '../../../server/alarms/board-list';
import type { Standing } from '../../../server/alarms/standing';
import { standingOf } from './alarm-rows';

const MINUTE = 60_000;
const POLICY: Policy = { most: 1, minutes: 10, holdMs: 30_000 };

/** A floor by itself: what is listed stands. */
class Stage {
  floor: Floor = EMPTY_FLOOR;
  now = 0;
  policy = POLICY;

  see(...listed: readonly Standing[]): string | null {
    const at = this.now;
    const stands = (key: string) => listed.some((one) => one.key === key);
    this.floor = stepFloor(this.floor, { at, tick: at, listed, stands, policy: this.policy });
    return this.floor.current?.key ?? null;
  }

  at(ms: number): this {
    this.now = ms;
    return this;
  }
}

const [a, b, c] = [
  standingOf('a', { level: 'critical' }),
  standingOf('b', { level: 'critical' }),
  standingOf('c'),
];
const taken = { acknowledgement: { by: 'Sam', at: 1 } };

describe('the budget of a floor', () => {
  it('ALARM-11 lets the worst interrupt, holds it, and gives the next turn to the worst that still lasts', () => {
    const stage = new Stage();
    expect(stage.see(a, b, c)).toBe('a');
    expect(stage.at(29_999).see(a, b, c)).toBe('a');
    expect(stage.at(30_000).see(a, b, c)).toBeNull();
    expect(stage.at(10 * MINUTE - 1).see(a, b, c)).toBeNull();
    expect(stage.at(10 * MINUTE).see(a, c)).toBe('c');
    expect(stage.at(20 * MINUTE).see(a, c)).toBeNull();
  });

  it('ALARM-10 a critical one does not overrun it', () => {
    const stage = new Stage();
    expect(stage.see(c)).toBe('c');
    expect(stage.at(MINUTE).see(a, c)).toBeNull();
    expect(stage.at(10 * MINUTE).see(a, c)).toBe('a');
  });

  it('ALARM-10 is what the board says: none, or more at a time', () => {
    const none = new Stage();
    none.policy = { ...POLICY, most: 0 };
    expect(none.see(a)).toBeNull();
    const two = new Stage();
    two.policy = { ...POLICY, most: 2 };
    expect([two.see(a, b, c), two.at(31_000).see(a, b, c), two.at(62_000).see(a, b, c)]).toEqual([
      'a',
      'b',
      null,
    ]);
  });

  it('ALARM-11 gives one turn while it lasts, one more when it is worse than ever, and a new one when it comes again', () => {
    const stage = new Stage();
    stage.see(c);
    expect(stage.at(11 * MINUTE).see(c)).toBeNull();
    expect(stage.at(12 * MINUTE).see({ ...c, level: 'critical', worst: 'critical' })).toBe('c');
    expect(stage.at(23 * MINUTE).see({ ...c, worst: 'critical' })).toBeNull();
    stage.see();
    expect(stage.at(24 * MINUTE).see(c)).toBe('c');
  });

  it.each([
    ['acknowledged', { ...a, ...taken }],
    ['not known to last', { ...a, unknownSince: 1 }],
    ['over', { ...a, isOver: true }],
  ])('ALARM-12 what is %s interrupts nobody', (_, one) => {
    expect(new Stage().see(one)).toBeNull();
    expect(new Stage().see(one, c)).toBe('c');
  });

  it('ALARM-12 ends when it is acknowledged or no more to be seen, and the budget is spent', () => {
    const stage = new Stage();
    stage.see(a, b);
    expect(stage.at(1_000).see({ ...a, ...taken }, b)).toBeNull();
    const other = new Stage();
    other.see(a, b);
    expect(other.at(1_000).see(b)).toBeNull();
  });

  it('ALARM-15 counts the last ten minutes, whatever the time of the budget', () => {
    const stage = new Stage();
    stage.policy = { most: 1, minutes: 1, holdMs: 5_000 };
    stage.see(a);
    stage.at(MINUTE).see(a, b);
    stage.at(2 * MINUTE).see(a, b, c);
    expect(interruptedOf(stage.floor, stage.now)).toHaveLength(3);
    expect(interruptedOf(stage.floor, 10 * MINUTE)).toHaveLength(2);
    expect(dueTickOf(stage.floor, { tick: stage.now, policy: stage.policy })).toBe(2 * MINUTE + 5_000);
  });
});

describe('a flood', () => {
  const some = (count: number, since: number, from = 0) =>
    Array.from({ length: count }, (_, i) => standingOf(`n${from + i}`, { since }));

  it('ALARM-13 is ten new ones within a minute: one line, one turn, until under three came in a minute', () => {
    const stage = new Stage();
    stage.policy = { ...POLICY, most: 5 };
    stage.see(a);
    expect(stage.see(a, ...some(8, 0))).toBe('a');
    expect(stage.floor.flood).toBeNull();
    stage.at(59_000).see(a, ...some(9, 59_000));
    expect(stage.floor.flood).toMatchObject({ count: 10, since: 0 });
    expect(stage.floor.current?.key).toBe('flood');
    // More of them join it, and have no turn of their own.
    stage.at(89_500).see(a, ...some(12, 59_000));
    expect(stage.floor.flood).toMatchObject({ count: 13 });
    expect(stage.floor.current).toBeNull();
    stage.at(119_000).see(a, ...some(12, 59_000));
    expect(stage.floor.flood).toMatchObject({ count: 13 });
    stage.at(149_500).see(a, ...some(12, 59_000));
    expect([stage.floor.flood, stage.floor.current]).toEqual([null, null]);
    expect(stage.at(30 * MINUTE).see(a, ...some(12, 59_000))).toBeNull();
  });

  it('ALARM-13 is none where nine come, or where they came long ago on a board that is new', () => {
    const nine = new Stage();
    nine.see(...some(9, 0));
    nine.at(61_000).see(...some(18, 61_000).slice(0, 14));
    expect(nine.floor.flood).toBeNull();
    const old = new Stage();
    old.at(5 * MINUTE).see(...some(30, 0));
    expect(old.floor.flood).toBeNull();
  });

  it('ALARM-13 that somebody took interrupts nobody', () => {
    const stage = new Stage();
    const all = some(10, 0);
    expect(stage.see(...all)).toBe('flood');
    expect(stage.at(1_000).see(...all.map((one) => ({ ...one, ...taken })))).toBeNull();
    const late = new Stage();
    late.see(c);
    late.see(c, ...all.map((one) => ({ ...one, ...taken })));
    expect(late.at(10 * MINUTE).see(c, ...all.map((one) => ({ ...one, ...taken })))).toBeNull();
  });
});

describe('laws of the budget', () => {
  /** What may be seen of six alarms, and of many at once. */
  const look = fc.record({
    waitMs: fc.integer({ min: 0, max: 4 * MINUTE }),
    seen: fc.array(
      fc.constantFrom('none', 'none', 'warning', 'critical', 'taken', 'shelved', 'unknown', 'over'),
      { minLength: 6, maxLength: 6 },
    ),
    crowd: fc.constantFrom(0, 0, 0, 9, 12, 40),
  });

  it('ALARM-10 never more than `most` in any `minutes`, whatever comes', () => {
    const policies = fc.record({
      most: fc.integer({ min: 0, max: 3 }),
      minutes: fc.integer({ min: 1, max: 20 }),
      holdMs: fc.integer({ min: 5_000, max: 120_000 }),
    });
    fc.assert(
      fc.property(policies, fc.array(look, { maxLength: 60 }), (policy, looks) => {
        const begun: number[] = [];
        for (const { at, floor } of played(policy, looks)) if (floor.current?.at === at) begun.push(at);
        const times = [...new Set(begun)];
        for (const from of times) {
          const within = times.filter((at) => at >= from && at < from + policy.minutes * MINUTE);
          expect(within.length).toBeLessThanOrEqual(policy.most);
        }
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('ALARM-12 nothing that is acknowledged, on the shelf, unknown or over begins to interrupt', () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 60 }), (looks) => {
        const policy = { most: 3, minutes: 1, holdMs: 5_000 };
        for (const { at, floor, listed } of played(policy, looks)) {
          const { current } = floor;
          if (current === null || current.at !== at) continue;
          const whose =
            current.key === 'flood'
              ? listed.filter(({ key }) => floor.flood?.members.has(key))
              : listed.filter(({ key }) => key === current.key);
          expect(
            whose.some((one) => one.acknowledgement === null && one.unknownSince === null && !one.isOver),
          ).toBe(true);
        }
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });

  interface Look {
    readonly waitMs: number;
    readonly seen: readonly string[];
    readonly crowd: number;
  }

  function* played(policy: Policy, looks: readonly Look[]) {
    let floor = EMPTY_FLOOR;
    let at = 0;
    const since = new Map<string, number>();
    for (const { waitMs, seen, crowd } of looks) {
      // Each look at its own moment.
      at += waitMs + 1;
      const keys = [...seen.keys()].map((i) => [`k${i}`, seen[i] ?? 'none'] as const);
      const crowded = Array.from({ length: crowd }, (_, i) => [`c${i}`, 'warning'] as const);
      const present = [...keys, ...crowded].filter(([, state]) => state !== 'none');
      for (const key of since.keys()) if (!present.some(([one]) => one === key)) since.delete(key);
      for (const [key] of present) if (!since.has(key)) since.set(key, at);
      const listed = present
        .filter(([, state]) => state !== 'shelved')
        .map(([key, state]) => sightOf(key, state, since.get(key) ?? at));
      floor = stepFloor(floor, { at, tick: at, listed, stands: (key) => since.has(key), policy });
      yield { at, floor, listed };
    }
  }

  function sightOf(key: string, state: string, since: number): Standing {
    const level = state === 'critical' ? 'critical' : 'warning';
    return standingOf(key, {
      ...{ level, worst: level, since, isOver: state === 'over' },
      acknowledgement: state === 'taken' ? { by: 'Sam', at: since } : null,
      unknownSince: state === 'unknown' ? since : null,
    });
  }
});

describe('what a frame counts', () => {
  it('PUSH-64 is there by keys as well', () => {
    const listed = Array.from({ length: 53 }, (_, i) => standingOf(`a${i}`));
    const list = { listed, shelved: ['s'] };
    const interruptions = [
      { key: 'a0', at: 5, tick: 0 },
      { key: 'a1', at: 7, tick: 2 },
    ];
    const flood = { since: 0, count: 9, members: new Set(['a0', 'gone']), hadTurn: true };
    const floor = { ...EMPTY_FLOOR, interruptions, flood };
    const counted = countedOf(list, floor, 10 * MINUTE);
    expect(counted).toEqual({
      interrupted: [{ key: 'a1', at: 7 }],
      flooded: ['a0'],
      unlisted: ['a51', 'a52'],
      shelved: ['s'],
    });
    expect(frameOf(list, floor, 10 * MINUTE)).toMatchObject({ interruptions: 1, more: 2, shelved: 1 });
  });
});
