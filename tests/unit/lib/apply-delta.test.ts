import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyDelta,
  fromSnapshot,
  type LiveState,
  MAX_TREND_POINTS,
  valueKey,
} from '../../../lib/apply-delta';
import type { Board } from '../../../lib/contracts/board';
import { KPI_KEYS } from '../../../lib/contracts/kpi';
import {
  type Delta,
  PUSH_VERSION,
  type Snapshot,
  type TrendPoint,
  trendKey,
  type ValueChange,
} from '../../../lib/contracts/push';
import type { Sources } from '../../../lib/contracts/source';
import { HALF_HOUR_MS } from '../../../lib/day';

const AT = Date.UTC(2026, 10, 20, 9, 0, 0);
const OFF = { state: 'off', since: AT, message: null, lastHeardAt: null } as const;
const SOURCES: Sources = {
  genesys: {
    ...OFF,
    channels: { live: 0, total: 0 },
    topics: { subscribed: 0, rejected: 0 },
    reconciliation: null,
  },
  mqtt: OFF,
  devices: OFF,
};
const BOARD: Board = {
  id: 'b',
  name: 'B',
  timeZone: 'UTC',
  cadenceMs: 250,
  screen: { diagonalInches: 55, distanceMetres: 8 },
  strip: [],
  pages: [{ id: 'p', title: 'P', seconds: 20, tiles: [], table: null, trends: [] }],
};
const MINUTES = trendKey('all', 'waiting', 'minute');
const HALF_HOURS = trendKey('all', 'offered', 'halfHour');

function value(subject: string, n: number | null, more: Partial<ValueChange> = {}): ValueChange {
  return {
    subject,
    kpi: 'waiting',
    value: n,
    asOf: AT,
    origin: 'live',
    status: 'normal',
    stale: false,
    ...more,
  };
}
function snapshot(more: Partial<Snapshot> = {}): Snapshot {
  const subjects = [{ subject: 'all', name: 'All', shortName: 'All', timeZone: 'Europe/Berlin' }];
  const head = { v: PUSH_VERSION, epoch: 'e', seq: 4, serverTime: AT, build: 'x' } as const;
  return { ...head, board: BOARD, subjects, values: [], trends: [], sources: SOURCES, ...more };
}
function delta(more: Partial<Delta> = {}): Delta {
  return { epoch: 'e', prevSeq: 4, seq: 5, serverTime: AT + 250, changes: [], ...more };
}
function applied(state: LiveState, frame: Delta) {
  const result = applyDelta(state, frame);
  if (result.kind !== 'applied') throw new Error(`expected applied, got ${result.kind}`);
  return result;
}

describe('applyDelta', () => {
  it.each([
    ['another epoch', { epoch: 'f' }, 'gap'],
    ['a missed delta', { prevSeq: 5, seq: 6 }, 'gap'],
    ['an overlap that does not start where we are', { prevSeq: 3, seq: 6 }, 'gap'],
    ['the same again', { prevSeq: 3, seq: 4 }, 'duplicate'],
    ['an older one', { prevSeq: 1, seq: 2 }, 'duplicate'],
    ['the next', { prevSeq: 4, seq: 5 }, 'applied'],
    ['several merged', { prevSeq: 4, seq: 9 }, 'applied'],
  ])('PUSH-1 %s is a %s frame', (_, more, kind) => {
    expect(applyDelta(fromSnapshot(snapshot()), delta(more)).kind).toBe(kind);
  });

  it('PUSH-2 replaces what changed and names it', () => {
    const before = fromSnapshot(snapshot({ values: [value('all', 1), value('queue:a', 1)] }));
    const { state, changedKeys } = applied(before, delta({ changes: [value('all', 2)] }));
    expect(changedKeys).toEqual([valueKey('all', 'waiting')]);
    expect(state.values.get(valueKey('all', 'waiting'))?.value).toBe(2);
    expect(state.seq).toBe(5);
    expect(state.serverTime).toBe(AT + 250);
  });

  it('PUSH-2 keeps the identity of every branch that did not change', () => {
    const points = [{ trend: MINUTES, at: AT, value: 1 }];
    const before = fromSnapshot(snapshot({ values: [value('all', 1), value('queue:a', 1)], trends: points }));
    const one = applied(before, delta({ changes: [value('all', 2)] })).state;
    expect(one.values.get('queue:a#waiting')).toBe(before.values.get('queue:a#waiting'));
    expect(one.trends).toBe(before.trends);
    expect(one.sources).toBe(before.sources);
    expect(one.board).toBe(before.board);
    const same = applied(before, delta({ changes: [value('all', 1)], points: [...points] }));
    expect(same.state.values).toBe(before.values);
    expect(same.state.trends).toBe(before.trends);
    expect(same.changedKeys).toEqual([]);
  });

  it('PUSH-2 sees a change of each field of a value', () => {
    const before = fromSnapshot(
      snapshot({ values: [value('all', 1, { detail: [{ label: 'x', count: 1 }] })] }),
    );
    const detail = [{ label: 'x', count: 1 }];
    const others: Partial<ValueChange>[] = [
      { value: null, detail },
      { asOf: AT + 1, detail },
      { origin: 'backfill', detail },
      { status: 'warning', detail },
      { stale: true, detail },
      {},
      { detail: [{ label: 'x', count: 2 }] },
      { detail: [{ label: 'y', count: 1 }] },
      { detail: [] },
    ];
    for (const more of others) {
      const result = applied(before, delta({ changes: [value('all', 1, more)] }));
      expect(result.changedKeys, JSON.stringify(more)).toHaveLength(1);
    }
    expect(applied(before, delta({ changes: [value('all', 1, { detail })] })).changedKeys).toEqual([]);
  });

  it('PUSH-3 keeps trend points in order, one a moment, and bounded', () => {
    const early = { trend: MINUTES, at: AT, value: 1 };
    const late = { trend: MINUTES, at: AT + 60_000, value: 2 };
    const before = fromSnapshot(snapshot({ trends: [late, early] }));
    expect(before.trends.get(MINUTES)).toEqual([early, late]);
    const corrected = { ...late, value: 3 };
    const { state, changedKeys } = applied(before, delta({ points: [corrected] }));
    expect(state.trends.get(MINUTES)).toEqual([early, corrected]);
    expect(changedKeys).toEqual([MINUTES]);
    const many = Array.from({ length: MAX_TREND_POINTS + 5 }, (_, i) => ({
      trend: MINUTES,
      at: AT + i * 60_000,
      value: i,
    }));
    const full = applied(before, delta({ points: many })).state.trends.get(MINUTES);
    expect(full).toHaveLength(MAX_TREND_POINTS);
    expect(full?.at(-1)?.value).toBe(MAX_TREND_POINTS + 4);
  });

  it('PUSH-3 drops yesterday’s half hours with the first point of a new day in the subject’s zone', () => {
    const midnight = Date.UTC(2026, 10, 20, 23, 0, 0); // 00:00 in Berlin
    const point = (at: number): TrendPoint => ({ trend: HALF_HOURS, at, value: 7 });
    const before = fromSnapshot(
      snapshot({
        serverTime: midnight - 1,
        trends: [point(midnight - 2 * HALF_HOUR_MS), point(midnight - HALF_HOUR_MS)],
      }),
    );
    expect(before.trends.get(HALF_HOURS)).toHaveLength(2);
    const { state } = applied(before, delta({ serverTime: midnight + 1, points: [point(midnight)] }));
    expect(state.trends.get(HALF_HOURS)).toEqual([point(midnight)]);
  });

  it('PUSH-4 snapshot + deltas = the later snapshot', () => {
    const subject = fc.constantFrom('all', 'queue:a', 'queue:__proto__', 'group:g');
    const change = fc
      .record({ subject, kpi: fc.constantFrom(...KPI_KEYS.slice(0, 4)), n: fc.option(fc.nat(3)) })
      .map(({ n, kpi, ...rest }) => value(rest.subject, n, { kpi }));
    const point = fc
      .record({ trend: fc.constantFrom(MINUTES, 'queue:a#waiting#minute'), at: fc.nat(9), n: fc.nat(3) })
      .map(({ trend, at, n }): TrendPoint => ({ trend, at: AT + at * 60_000, value: n }));
    const step = fc.record({ changes: fc.array(change), points: fc.array(point) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let state = fromSnapshot(snapshot({ seq: 0 }));
        const values = new Map<string, ValueChange>();
        const points = new Map<string, TrendPoint>();
        for (const [i, { changes, points: added }] of steps.entries()) {
          state = applied(state, delta({ prevSeq: i, seq: i + 1, changes, points: added })).state;
          for (const c of changes) values.set(valueKey(c.subject, c.kpi), c);
          for (const p of added) points.set(`${p.trend}@${p.at}`, p);
        }
        const later = fromSnapshot(
          snapshot({ seq: steps.length, values: [...values.values()], trends: [...points.values()] }),
        );
        expect(state.values).toEqual(later.values);
        expect(state.trends).toEqual(later.trends);
        expect(state.seq).toBe(later.seq);
      }),
    );
  });
});
