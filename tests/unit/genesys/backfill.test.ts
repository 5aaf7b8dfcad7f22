import { describe, expect, it } from 'vitest';
import { type QueueId, queueId } from '../../../lib/ids';
import { createBackfill } from '../../../server/genesys/backfill';
import type { KpiEvent } from '../../../server/kpi/events';
import { type Failure, failure } from '../../../server/runtime/errors';
import { FakeClock } from '../../support/fake-clock';
import { type AskedQuery, memoryRest } from './memory-rest';

const ids = (count: number) => Array.from({ length: count }, (_, at) => queueId(`q${at}`));
const [Q0, Q1] = [queueId('q0'), queueId('q1')];

function setUp(isShown: (id: QueueId) => boolean = () => false) {
  const clock = new FakeClock();
  const { rest, asked } = memoryRest(() => clock.now());
  const done: QueueId[] = [];
  const events: KpiEvent[] = [];
  const problems: (Failure | null)[] = [];
  const backfill = createBackfill({
    rest,
    clock,
    random: () => 0.5,
    sink: (event) => void events.push(event),
    timeZoneOf: () => 'UTC',
    isShown,
    onDone: (queueIds) => void done.push(...queueIds),
    onProblem: (problem) => void problems.push(problem),
  });
  /** The query that was asked as the nth; waits for nothing. */
  const nth = (at: number): AskedQuery => {
    const query = asked[at];
    if (query === undefined) throw new Error(`only ${asked.length} queries were asked`);
    return query;
  };
  return { clock, backfill, asked, nth, done, events, problems };
}

describe('backfill', () => {
  it('GEN-30 a queue is done when both scopes came', async () => {
    const { backfill, nth, done, events } = setUp();
    backfill.request([Q0]);
    expect(nth(0)).toMatchObject({ kind: 'gauges', lane: 'backfill', queueIds: ['q0'] });
    await nth(0).answer([]);
    expect(done).toEqual([]);
    expect(nth(1)).toMatchObject({
      kind: 'intervals',
      interval: '2026-11-20T00:00:00.000Z/2026-11-20T09:30:00.000Z',
    });
    await nth(1).answer([]);
    expect(done).toEqual([Q0]);
    expect(events.map((event) => event.kind === 'snapshotCompleted' && event.scope.kind)).toEqual([
      'gauges',
      'intervals',
    ]);
    expect(backfill.pendingCount()).toBe(0);
  });

  it('GEN-41 asks for a hundred at a time, those on a screen first', async () => {
    const shown = new Set(ids(250).slice(200, 230));
    const { backfill, asked, nth } = setUp((id) => shown.has(id));
    backfill.request(ids(250));
    expect(asked).toHaveLength(2);
    expect(nth(0).queueIds).toHaveLength(100);
    expect(nth(0).queueIds.slice(0, 30)).toEqual([...shown]);
    for (let i = 0; i < 6; i++) await nth(i).answer([]);
    const gauges = asked.filter(({ kind }) => kind === 'gauges').flatMap(({ queueIds }) => queueIds);
    expect([...gauges].sort()).toEqual([...ids(250)].sort());
  });

  it('GEN-31 a queue whose link came back meanwhile is asked for again', async () => {
    const { backfill, asked, nth, done } = setUp();
    backfill.request([Q0, Q1]);
    await nth(0).answer([]);
    backfill.forget([Q0]);
    backfill.request([Q0]);
    await nth(1).answer([]);
    expect(done).toEqual([Q1]);
    expect(nth(2)).toMatchObject({ kind: 'gauges', queueIds: ['q0'] });
    await nth(2).answer([]);
    await nth(3).answer([]);
    expect(done).toEqual([Q1, Q0]);
    expect(asked).toHaveLength(4);
  });

  it('GEN-31 a queue whose link is gone is not called caught up', async () => {
    const { backfill, nth, done, asked } = setUp();
    backfill.request([Q0]);
    backfill.forget([Q0]);
    await nth(0).answer([]);
    await nth(1).answer([]);
    expect(done).toEqual([]);
    expect(asked).toHaveLength(2);
  });

  it('GEN-32 tries again after a growing delay, not before Retry-After, and says what is wrong', async () => {
    const { backfill, nth, asked, clock, problems, done } = setUp();
    backfill.request([Q0]);
    await nth(0).fail(failure('retry', 'x', 'busy', { retryAfterMs: 7_000 }));
    await clock.advanceAsync(6_999);
    expect(asked).toHaveLength(1);
    await clock.advanceAsync(1);
    await nth(1).fail(failure('retry', 'x', 'busy'));
    await clock.advanceAsync(1_999);
    expect(asked).toHaveLength(2);
    await clock.advanceAsync(1);
    await nth(2).answer([]);
    await nth(3).answer([]);
    expect(done).toEqual([Q0]);
    expect(problems.map((problem) => problem?.message ?? null)).toEqual(['busy', 'busy', null]);
    backfill.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('GEN-32 an answer with an interval that nobody asked for is refused', async () => {
    const { backfill, nth, events, problems } = setUp();
    backfill.request([Q0]);
    await nth(0).answer([]);
    const data = [{ interval: '2026-11-19T09:00:00.000Z/2026-11-19T09:30:00.000Z', metrics: [] }];
    await nth(1).answer([{ group: { queueId: 'q0', mediaType: 'voice' }, data }]);
    expect(events.some((event) => event.kind === 'intervalObserved')).toBe(false);
    expect(problems[0]?.code).toBe('malformed');
    backfill.stop();
  });
});
