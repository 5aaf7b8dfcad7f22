import { describe, expect, it } from 'vitest';
import { ALL_QUEUES, subjectKey } from '../../../lib/ids';
import { DEFAULT_THRESHOLDS } from '../../../server/kpi/default-thresholds';
import { compileRule, fits, limitsOf, type RuleInForce, rulesFor } from '../../../server/kpi/threshold-rules';
import {
  isCalm,
  type Latch,
  type Limits,
  QUIET_THRESHOLD,
  statusOf,
  stepLatch,
  stepThreshold,
  type ThresholdState,
  UNKNOWN_THRESHOLD,
  type Zone,
  zoneOf,
} from '../../../server/kpi/thresholds';

const T = 50_000;
const time = { now: T, onDelayMs: 5_000, offDelayMs: 10_000 };
const off: Latch = { state: 'off' };
const on: Latch = { state: 'on' };
const rising = (since: number): Latch => ({ state: 'rising', since });
const falling = (since: number): Latch => ({ state: 'falling', since });

type Row = Record<Zone, Latch>;
const TABLE: Record<Latch['state'], readonly (readonly [Latch, Row])[]> = {
  unknown: [[{ state: 'unknown' }, { breach: on, band: off, clear: off }]],
  off: [[off, { breach: rising(T), band: off, clear: off }]],
  rising: [
    [rising(T - 4_999), { breach: rising(T - 4_999), band: off, clear: off }],
    [rising(T - 5_000), { breach: on, band: off, clear: off }],
  ],
  on: [[on, { breach: on, band: on, clear: falling(T) }]],
  falling: [
    [falling(T - 9_999), { breach: on, band: on, clear: falling(T - 9_999) }],
    [falling(T - 10_000), { breach: on, band: on, clear: off }],
  ],
};

describe('a latch', () => {
  const cells = Object.values(TABLE).flatMap((rows) =>
    rows.flatMap(([from, row]) => Object.entries(row).map(([zone, expected]) => ({ from, zone, expected }))),
  );
  it.each(cells)('KPI-23 $from on $zone', ({ from, zone, expected }) => {
    expect(stepLatch(from, zone as Zone, time)).toEqual(expected);
  });

  it('KPI-23 has no delay where none is wished', () => {
    const none = { now: T, onDelayMs: 0, offDelayMs: 0 };
    expect(stepLatch(off, 'breach', none)).toEqual(on);
    expect(stepLatch(on, 'clear', none)).toEqual(off);
  });
});

describe('zones', () => {
  const below = { direction: 'below', value: 0.8, deadBand: 0.02 } as const;
  const above = { direction: 'above', value: 60_000, deadBand: 5_000 } as const;
  it.each([
    [below, 0.79, 'breach'],
    [below, 0.8, 'band'],
    [below, 0.819, 'band'],
    [below, 0.82, 'clear'],
    [below, 28 / 35, 'band'],
    [above, 60_000, 'breach'],
    [above, 59_999, 'band'],
    [above, 55_000, 'band'],
    [above, 54_999, 'clear'],
    [above, null, 'clear'],
    [{ ...above, value: null }, 90_000, 'clear'],
  ] as const)('KPI-23 %o at %s: %s', (limit, value, zone) => {
    expect(zoneOf(value, limit)).toBe(zone);
  });
});

const LIMITS: Limits = {
  direction: 'above',
  warning: 10,
  critical: 20,
  deadBand: 1,
  onDelayMs: 5_000,
  offDelayMs: 10_000,
};

/** The status after each look: [second, value]. */
function watch(
  looks: readonly (readonly [number, number | null])[],
  from: ThresholdState = QUIET_THRESHOLD,
): string[] {
  let state = from;
  return looks.map(([second, value]) => {
    state = stepThreshold(state, value, { limits: LIMITS, now: second * 1_000 });
    return statusOf(state);
  });
}

describe('a threshold', () => {
  it('KPI-23 warns after the on-delay, is critical after its own, and comes back after the off-delay', () => {
    const looks = [
      [0, 12],
      [4, 12],
      [5, 12],
      [6, 25],
      [10, 25],
      [11, 25],
      [12, 19.5],
      [13, 5],
      [22, 5],
      [23, 5],
    ] as const;
    expect(watch(looks)).toEqual([
      'normal',
      'normal',
      'warning',
      'warning',
      'warning',
      'critical',
      'critical',
      'critical',
      'critical',
      'normal',
    ]);
  });

  it('KPI-23 does not show a peak that is shorter than the on-delay', () => {
    expect(
      watch([
        [0, 25],
        [4, 25],
        [4.5, 5],
        [9, 5],
        [10, 25],
        [14, 25],
      ]),
    ).toEqual(Array(6).fill('normal'));
  });

  it('KPI-24 is unknown until something is known, which then decides at once', () => {
    expect(statusOf(UNKNOWN_THRESHOLD)).toBe('unknown');
    expect(watch([[0, 25]], UNKNOWN_THRESHOLD)).toEqual(['critical']);
    expect(watch([[0, 15]], UNKNOWN_THRESHOLD)).toEqual(['warning']);
    expect(watch([[0, null]], UNKNOWN_THRESHOLD)).toEqual(['normal']);
  });

  it('KPI-23 gives the same state back where nothing moves', () => {
    expect(stepThreshold(QUIET_THRESHOLD, 5, { limits: LIMITS, now: 0 })).toBe(QUIET_THRESHOLD);
    expect(isCalm(9.9, LIMITS, 0)).toBe(true);
    expect(isCalm(10, LIMITS, 0)).toBe(false);
    expect(isCalm(null, LIMITS, 0)).toBe(true);
  });
});

describe('rules', () => {
  const rule = (more: Partial<RuleInForce>): RuleInForce => {
    const delays = { onDelayMs: 0, offDelayMs: 0, deadBand: 0, minimumCount: 0 };
    return { kpi: 'waiting', warning: 1, critical: 2, ...delays, ...more };
  };
  const queue = subjectKey('queue', 'q*1', 'voice');

  it('KPI-26 lets the more specific rule hold, and the later one among equals', () => {
    const rules = [
      rule({ subject: queue, warning: 3 }),
      rule({ subject: 'queue:*', warning: 2 }),
      rule({ warning: 0 }),
      rule({ warning: 1 }),
    ];
    expect(rulesFor(rules, ALL_QUEUES).map((r) => r.warning)).toEqual([1]);
    expect(rulesFor(rules, subjectKey('queue', 'x')).map((r) => r.warning)).toEqual([2]);
    expect(
      rulesFor([rule({ subject: 'queue:y', warning: 3 }), rule({})], subjectKey('queue', 'y')).map(
        (r) => r.warning,
      ),
    ).toEqual([3]);
  });

  it.each([
    [undefined, 'all', true],
    ['all', 'all', true],
    ['all', 'all|voice', false],
    ['queue:*', 'queue:a|voice', true],
    ['*|chat', 'queue:a|chat', true],
    ['*|chat', 'queue:a|voice', false],
    ['queue:*|voice', 'queue:|voic', false],
    ['a*a', 'a', false],
    ['queue:a*b*c', 'queue:axxbyyc', true],
    ['queue:a*b*c', 'queue:axxc', false],
    ['(.*)+$', 'queue:a', false],
  ])('KPI-26 the pattern %s for %s: %s', (pattern, subject, expected) => {
    expect(fits(pattern, subject)).toBe(expected);
  });

  it('KPI-26 by default, judges the service level by the queue’s own target, or by 80 % where none is known', () => {
    const level = compileRule(DEFAULT_THRESHOLDS.find((r) => r.kpi === 'serviceLevel') as RuleInForce);
    expect(limitsOf(level, 0.9)).toMatchObject({
      direction: 'below',
      warning: 0.9,
      critical: 0.8,
      deadBand: 0.02,
    });
    expect(limitsOf(level, Number.NaN)).toMatchObject({ warning: 0.8, critical: 0.7 });
  });
});
