/**
 * Whatever happens, no frame made for the floor has a value in it that its audience may not know. Each value is one of
 * its own, so that a frame which has it gives it away; what may be told is said by an oracle that shares no code.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyDelta, fromSnapshot, type LiveState } from '../../../../lib/apply-delta';
import type { Audience, Board } from '../../../../lib/contracts/board';
import type { KpiKey } from '../../../../lib/contracts/kpi';
import {
  type Delta,
  deltaSchema,
  type Snapshot,
  snapshotSchema,
  type TrendPoint,
  trendKey,
  type ValueChange,
} from '../../../../lib/contracts/push';
import type { AudienceKind } from '../../../../server/push/audience/audience-of';
import type { PreparedFrame } from '../../../../server/push/frame';
import { createPushCounters } from '../../../../server/push/push-counters';
import { Rooms } from '../../../../server/push/rooms';
import type { Screen } from '../../../../server/push/screen';
import { FakeClock } from '../../../support/fake-clock';
import { change, FakeKpiReader } from '../../../support/fake-kpi-reader';
import { boardOf, FakeBoards, SOURCES } from '../../../support/push-boards';

const SUBJECTS = ['all', 'queue:a', 'queue:b'] as const;
const PEOPLE = ['agentsAvailable', 'agentsInteracting', 'interacting', 'occupancy', 'ahtMs'] as const;
const GROUPS = ['agentsOnQueue', 'agentsOffQueue'] as const;
const TRENDS = ['waiting', 'longestWaitSince', 'agentsOnQueue', 'agentsAvailable'] as const;
const MINUTE_MS = 60_000;

class Reader implements Screen {
  idle = true;
  state: LiveState | null = null;
  gaps = 0;
  constructor(readonly heard: (frame: Snapshot | Delta, text: string) => void = () => {}) {}
  isIdle(): boolean {
    return this.idle;
  }
  deliver(frame: PreparedFrame): boolean {
    if (this.idle) this.queue(frame);
    return this.idle;
  }
  queue({ event, json }: PreparedFrame): void {
    if (event === 'snapshot') {
      const snapshot = snapshotSchema.parse(JSON.parse(json));
      this.state = fromSnapshot(snapshot);
      this.heard(snapshot, json);
    } else {
      const delta = deltaSchema.parse(JSON.parse(json));
      this.heard(delta, json);
      const applied = this.state === null ? null : applyDelta(this.state, delta);
      if (applied?.kind === 'applied') this.state = applied.state;
      if (applied?.kind === 'gap') this.gaps += 1;
    }
  }
  refuse(): void {}
}

function boardFor(audience: Audience, columns: readonly KpiKey[]): Board {
  const board = boardOf('main', { audience });
  const [page] = board.pages;
  if (page === undefined) throw new Error('a board has a page');
  const trends = TRENDS.map((kpi) => ({ id: kpi, subject: 'all', kpi, every: 'minute' as const }));
  const tiles = columns.slice(0, 2).map((kpi, index) => ({ id: `t${index}`, subject: 'all', kpi }));
  return {
    ...board,
    pages: [{ ...page, tiles, table: { id: 'q', subjects: 'queues', columns: [...columns] }, trends }],
  };
}

/** What one audience may be told, said anew and simply. */
class Oracle {
  readonly #may = new Set<string>();
  constructor(
    readonly audience: Audience,
    readonly raw: ReadonlyMap<string, number | null>,
    readonly points: ReadonlyMap<string, number | null>,
  ) {}
  /** Notes what may be told now, beside what might be before: a frame can be as old as the board's cadence. */
  note(now: number): void {
    for (const [key, value] of this.raw) if (this.mayTell(key, now)) this.#may.add(`${key}=${value}`);
  }
  might(key: string, value: number): boolean {
    return this.#may.has(`${key}=${value}`);
  }
  mayTell(key: string, now: number): boolean {
    const [subject = '', kpi = ''] = key.split('#');
    const count = (of: string) => this.raw.get(`${subject}#${of}`) ?? null;
    if (kpi === 'waiting' || kpi === 'longestWaitSince') {
      const since = count('longestWaitSince');
      const isOld = since !== null && now - since >= this.audience.loneWaiterDelaySeconds * 1_000;
      return (count('waiting') ?? 0) > 1 || isOld || this.audience.loneWaiterDelaySeconds === 0;
    }
    const on = count('agentsOnQueue');
    const off = count('agentsOffQueue');
    const people =
      kpi === 'agentsOffQueue' ? off : kpi === 'ahtMs' ? (on === null || off === null ? null : on + off) : on;
    return this.audience.minimumGroup === 0 || (people ?? -1) >= this.audience.minimumGroup;
  }
  mayTellPoint({ trend, at, value }: TrendPoint): boolean {
    const then = (kpi: string) => this.points.get(`${trendKey('all', kpi, 'minute')}@${at}`) ?? null;
    const delayMs = this.audience.loneWaiterDelaySeconds * 1_000;
    if (trend.includes('#waiting#')) return value !== 1 || (then('longestWaitSince') ?? -1) >= delayMs;
    if (trend.includes('#longestWaitSince#')) return (value ?? 0) >= delayMs || (then('waiting') ?? 0) > 1;
    return this.audience.minimumGroup === 0 || (then('agentsOnQueue') ?? -1) >= this.audience.minimumGroup;
  }
}

function stage(board: Board) {
  const clock = new FakeClock();
  const reader = new FakeKpiReader(SUBJECTS);
  const boards = new FakeBoards([board]);
  const counters = createPushCounters();
  let epoch = 0;
  const rooms = new Rooms(
    {
      ...{ reader, boards, clock, counters, limits: () => [], sources: () => SOURCES, maxQueues: 100 },
      ...{ build: 'b', graceMs: 60_000, newEpoch: () => `e${epoch++}` },
    },
    () => {},
  );
  return { clock, reader, boards, rooms, counters };
}

const audience = fc.record({
  names: fc.constant('none' as const),
  minimumGroup: fc.constantFrom(0, 3, 5),
  loneWaiterDelaySeconds: fc.constantFrom(0, 30, 90),
});
const subject = fc.constantFrom(...SUBJECTS);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('people' as const), subject, kpi: fc.constantFrom(...PEOPLE) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      subject,
      kpi: fc.constantFrom(...GROUPS),
      count: fc.nat(8),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('waits' as const),
      subject,
      count: fc.nat(3),
      forMs: fc.nat(100_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('minute' as const),
      on: fc.nat(8),
      count: fc.nat(3),
      forMs: fc.nat(100_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(50, 300, 10_000, 40_000),
    }),
  },
  fc.record({ kind: fc.constant('idle' as const), idle: fc.boolean() }),
  fc.record({ kind: fc.constant('resync' as const) }),
  fc.record({ kind: fc.constant('return' as const) }),
  fc.record({ kind: fc.constant('audience' as const), audience }),
);
const columns = fc.shuffledSubarray(['waiting', 'longestWaitSince', ...GROUPS, ...PEOPLE] as KpiKey[], {
  minLength: 2,
});

it('PUSH-47 no frame for the floor has a value that its audience may not know; the desk has them all', () => {
  fc.assert(
    fc.property(audience, columns, fc.array(step, { maxLength: 60 }), (first, shown, steps) => {
      let board = boardFor(first, shown);
      const { clock, reader, boards, rooms } = stage(board);
      const raw = new Map<string, number | null>();
      const pointsKnown = new Map<string, number | null>();
      const oracles = new Map([[JSON.stringify(first), new Oracle(first, raw, pointsKnown)]]);
      const oracleOf = (of: Audience) => {
        const known = oracles.get(JSON.stringify(of)) ?? new Oracle(of, raw, pointsKnown);
        oracles.set(JSON.stringify(of), known);
        return known;
      };
      const note = () => {
        for (const one of oracles.values()) one.note(clock.now());
      };
      let oracle = oracleOf(first);
      const leaks: string[] = [];
      const floor = new Reader((frame) => {
        if ('board' in frame) oracle = oracleOf(frame.board.audience ?? first);
        note();
        leaks.push(...leaksOf(frame, oracle));
      });
      const desk = new Reader();
      const place = (kind: AudienceKind) => ({ boardId: 'main', audience: kind });
      rooms.join({ board, audience: 'floor' }, floor);
      rooms.join({ board, audience: 'desk' }, desk);
      let canary = 1_000;
      let minute = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
      const announce = (changes: readonly ValueChange[]) => {
        for (const { subject, kpi, value } of changes) raw.set(`${subject}#${kpi}`, value);
        note();
        reader.announce(changes);
      };
      for (const s of steps) {
        if (s.kind === 'people') announce([change(s.subject, s.kpi, canary++)]);
        if (s.kind === 'group') announce([change(s.subject, s.kpi, s.count)]);
        if (s.kind === 'waits') {
          const since = s.count === 0 ? null : clock.now() - s.forMs;
          announce([change(s.subject, 'longestWaitSince', since), change(s.subject, 'waiting', s.count)]);
        }
        if (s.kind === 'minute') {
          minute += MINUTE_MS;
          const values = [s.count, s.count === 0 ? 0 : s.forMs, s.on, canary++];
          const points = TRENDS.map((kpi, index) => ({
            ...{ trend: trendKey('all', kpi, 'minute'), at: minute, value: values[index] ?? null },
          }));
          for (const { trend, at, value } of points) pointsKnown.set(`${trend}@${at}`, value);
          reader.announcePoints(points);
        }
        if (s.kind === 'pass') {
          clock.advance(s.ms);
          note();
        }
        if (s.kind === 'idle') floor.idle = s.idle;
        if (s.kind === 'resync') rooms.resync(place('floor'), floor);
        if (s.kind === 'return') {
          rooms.leave(place('floor'), floor);
          const { epoch = 'none', seq = 0 } = floor.state ?? {};
          rooms.join({ board, audience: 'floor' }, floor, { epoch, seq });
        }
        if (s.kind === 'audience') {
          board = boardFor(s.audience, shown);
          oracleOf(s.audience).note(clock.now());
          boards.set([board]);
        }
      }
      expect(leaks).toEqual([]);
      floor.idle = true;
      clock.advance(20_000);
      note();
      expect(leaks).toEqual([]);
      for (const [key, { value }] of desk.state?.values ?? [])
        expect([key, value]).toEqual([key, raw.get(key) ?? null]);
      for (const [key, told] of floor.state?.values ?? []) {
        const known = raw.get(key);
        if (known === undefined) continue;
        const isTold = oracle.mayTell(key, clock.now());
        const isWait = /#(waiting|longestWaitSince)$/.test(key);
        const expected = isTold ? known : isWait ? (key.endsWith('waiting') ? 0 : null) : null;
        expect([key, told.value, told.hidden ?? false]).toEqual([key, expected, !isTold && !isWait]);
      }
      expect([floor.gaps, desk.gaps]).toEqual([0, 0]);
      rooms.close();
      expect(clock.pendingCount).toBe(0);
      expect([...reader.watched.values()].every((count) => count === 0)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

/** Values that this frame should not have. */
function leaksOf(frame: Snapshot | Delta, oracle: Oracle): string[] {
  const values = 'values' in frame ? frame.values : frame.changes;
  const points = 'trends' in frame ? frame.trends : (frame.points ?? []);
  const leaks: string[] = [];
  for (const { subject, kpi, value, hidden, asOf, stale } of values) {
    const key = `${subject}#${kpi}`;
    const isNobody = kpi === 'waiting' ? value === 0 : value === null;
    if (hidden === true && (value !== null || asOf !== null || stale))
      leaks.push(`${key} is not quite hidden`);
    if (value !== null && !isNobody && !oracle.might(key, value)) leaks.push(`${key}=${value}`);
  }
  for (const point of points) {
    if (point.value === null || point.value === 0) continue;
    if (!oracle.mayTellPoint(point)) leaks.push(`${point.trend}@${point.at}=${point.value}`);
  }
  return leaks;
}
