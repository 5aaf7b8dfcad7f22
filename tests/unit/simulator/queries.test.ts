import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerAggregates } from '../../../server/simulator/platform/aggregates-query';
import { answerObservations } from '../../../server/simulator/platform/observations-query';
import { createBooks } from '../../../server/simulator/world/books';
import { MEDIA_TYPES } from '../../../server/simulator/world/catalogue';
import type { SimQueue } from '../../../server/simulator/world/world';

const QUEUES: readonly SimQueue[] = ['a', 'b', 'c'].map((id, index) => ({
  index,
  id,
  name: id,
  division: { id: 'd', name: 'D' },
  memberCount: 2,
  targets: MEDIA_TYPES.map(() => ({ percentage: 0.8, durationMs: 20_000 })),
}));
const BY_ID = new Map(QUEUES.map((queue) => [queue.id, queue]));
const predicate = (dimension: string, value: unknown) => ({
  type: 'dimension',
  dimension,
  operator: 'matches',
  value,
});
const filter = (...ids: string[]) => ({ type: 'or', predicates: ids.map((id) => predicate('queueId', id)) });
const NINE = Date.UTC(2026, 10, 20, 9, 0, 0);
const MINUTE = 60_000;

describe('the observations query', () => {
  const books = createBooks(3, 15 * MINUTE);
  books.offered({ id: 1, queue: 0, media: 0 }, NINE);
  books.userMoved([0], null, { kind: 'onQueue', index: 0 }, NINE);
  books.userMoved([0], null, { kind: 'offQueue', index: 2 }, NINE);
  const ask = (body: unknown) => answerObservations(body, BY_ID, books);
  const groups = (body: unknown) => {
    const answer = ask(body);
    return answer.ok
      ? answer.value.results.map((one) => [one.group.queueId, one.group.mediaType ?? null])
      : answer.error;
  };

  it('SIM-15 gives every media type with its zeros, and users without the empty qualifiers', () => {
    const answer = ask({
      filter: filter('a'),
      metrics: ['oWaiting', 'oLongestWaiting', 'oOnQueueUsers', 'oUserRoutingStatuses', 'oOffQueueUsers'],
    });
    if (!answer.ok) throw new Error(answer.error);
    const [users, voice, chat, ...others] = answer.value.results;
    expect(users).toEqual({
      group: { queueId: 'a' },
      data: [
        { metric: 'oOnQueueUsers', qualifier: 'IDLE', stats: { count: 1 } },
        { metric: 'oOffQueueUsers', qualifier: '227b37e2-f1d0-4dd0-8f50-badd7cf6d158', stats: { count: 1 } },
        { metric: 'oUserRoutingStatuses', qualifier: 'IDLE', stats: { count: 1 } },
        { metric: 'oUserRoutingStatuses', qualifier: 'OFF_QUEUE', stats: { count: 1 } },
      ],
    });
    expect(voice).toEqual({
      group: { queueId: 'a', mediaType: 'voice' },
      data: [
        { metric: 'oWaiting', stats: { count: 1 } },
        { metric: 'oLongestWaiting', stats: { calculatedMetricValue: NINE } },
      ],
    });
    expect(chat?.data).toEqual([
      { metric: 'oWaiting', stats: { count: 0 } },
      { metric: 'oLongestWaiting', stats: { count: 0 } },
    ]);
    expect(others).toHaveLength(3);
    expect(answer.value.systemToOrganizationMappings?.TRAINING).toHaveLength(2);
  });

  it.each([
    [
      'no mapping without presence metrics',
      { filter: filter('a'), metrics: ['oOnQueueUsers'] },
      [['a', null]],
    ],
    ['queues that are not there', { filter: filter('a', 'zz'), metrics: ['oMemberUsers'] }, [['a', null]]],
    [
      'one media type of two queues',
      {
        filter: {
          type: 'and',
          clauses: [filter('a', 'b'), { type: 'or', predicates: [predicate('mediaType', 'chat')] }],
        },
        metrics: ['oWaiting', 'oActiveUsers'],
      },
      [
        ['a', 'chat'],
        ['b', 'chat'],
      ],
    ],
    [
      'and of both dimensions',
      {
        filter: { type: 'and', predicates: [predicate('queueId', 'c'), predicate('mediaType', 'email')] },
        metrics: ['oWaiting'],
      },
      [['c', 'email']],
    ],
    [
      'and of two queues',
      {
        filter: { type: 'and', predicates: [predicate('queueId', 'a'), predicate('queueId', 'b')] },
        metrics: ['oWaiting'],
      },
      [],
    ],
  ])('SIM-15 answers %s', (_what, body, expected) => {
    expect(groups(body)).toEqual(expected);
  });

  it.each([
    [null],
    [{ metrics: ['oWaiting'] }],
    [{ filter: filter('a') }],
    [{ filter: filter('a'), metrics: [] }],
    [{ filter: filter('a'), metrics: ['nOffered'] }],
    [{ filter: { type: 'or', predicates: [] }, metrics: ['oWaiting'] }],
    [{ filter: { type: 'not', predicates: [predicate('queueId', 'a')] }, metrics: ['oWaiting'] }],
    [{ filter: { type: 'or', predicates: [predicate('userId', 'a')] }, metrics: ['oWaiting'] }],
    [{ filter: { type: 'or', predicates: [predicate('queueId', 7)] }, metrics: ['oWaiting'] }],
    [
      {
        filter: { type: 'or', predicates: [{ ...predicate('queueId', 'a'), operator: 'exists' }] },
        metrics: ['oWaiting'],
      },
    ],
    [{ filter: { type: 'or', predicates: [predicate('mediaType', 'voice')] }, metrics: ['oWaiting'] }],
    [{ filter: { type: 'or', clauses: [{ type: 'or', clauses: [filter('a')] }] }, metrics: ['oWaiting'] }],
  ])('SIM-15 refuses %j', (body) => {
    expect(ask(body).ok).toBe(false);
  });
});

describe('the aggregates query', () => {
  const books = createBooks(3, 15 * MINUTE);
  const offer = (id: number, queue: number, media: number, at: number) =>
    books.offered({ id, queue, media }, at);
  offer(1, 0, 0, NINE + MINUTE);
  offer(2, 0, 0, NINE + 20 * MINUTE);
  offer(3, 0, 0, NINE + 31 * MINUTE);
  offer(4, 0, 1, NINE + 31 * MINUTE);
  offer(5, 1, 0, NINE + 31 * MINUTE);
  const iso = (at: number) => new Date(at).toISOString();
  const interval = (from: number, to: number) => `${iso(NINE + from * MINUTE)}/${iso(NINE + to * MINUTE)}`;
  const base = {
    interval: interval(0, 120),
    granularity: 'PT30M',
    groupBy: ['queueId', 'mediaType'],
    metrics: ['nOffered', 'tAnswered'],
  };
  const ask = (more: Record<string, unknown>) => answerAggregates({ ...base, ...more }, QUEUES, BY_ID, books);
  const flat = (more: Record<string, unknown>) => {
    const answer = ask(more);
    if (!answer.ok) return answer.error;
    return answer.value.results.map(({ group, data }) => [
      [group.queueId, group.mediaType].filter(Boolean).join(' '),
      ...data.map(
        (step) =>
          `${step.interval.slice(11, 16)}-${step.interval.slice(36, 41)} ${step.metrics.map((m) => m.stats.count)}`,
      ),
    ]);
  };

  it.each([
    [
      'half hours by queue and media type',
      {},
      [
        ['a voice', '09:00-09:30 2', '09:30-10:00 1'],
        ['a chat', '09:30-10:00 1'],
        ['b voice', '09:30-10:00 1'],
      ],
    ],
    [
      'by queue',
      { groupBy: ['queueId'] },
      [
        ['a', '09:00-09:30 2', '09:30-10:00 2'],
        ['b', '09:30-10:00 1'],
      ],
    ],
    ['everything in one', { groupBy: [] }, [['', '09:00-09:30 2', '09:30-10:00 3']]],
    [
      'clipped at both ends',
      { interval: interval(15, 45), groupBy: ['queueId'] },
      [
        ['a', '09:15-09:30 1', '09:30-09:45 2'],
        ['b', '09:30-09:45 1'],
      ],
    ],
    [
      'without granularity',
      { granularity: undefined, groupBy: ['queueId'] },
      [
        ['a', '09:00-11:00 4'],
        ['b', '09:00-11:00 1'],
      ],
    ],
    [
      'by hours',
      { granularity: 'PT1H', groupBy: ['queueId'] },
      [
        ['a', '09:00-10:00 4'],
        ['b', '09:00-10:00 1'],
      ],
    ],
    ['of one queue', { filter: filter('b') }, [['b voice', '09:30-10:00 1']]],
    [
      'of one media type',
      { filter: { type: 'and', predicates: [predicate('mediaType', 'chat')] } },
      [['a chat', '09:30-10:00 1']],
    ],
    ['a metric that was never counted', { metrics: ['tAbandon'] }, []],
    ['an empty interval', { interval: interval(-120, 0) }, []],
  ])('SIM-16 gives %s', (_what, more, expected) => {
    expect(flat(more)).toEqual(expected);
  });

  it.each([
    [{ interval: 'yesterday' }],
    [{ interval: interval(60, 0) }],
    [{ interval: '2026-11-20T09:00:00/2026-11-20T10:00:00' }],
    [{ interval: interval(0, 60 * 24 * 40) }],
    [{ granularity: 'PT0M' }],
    [{ granularity: 'PT10M' }],
    [{ granularity: '30M' }],
    [{ metrics: ['nAbandon'] }],
    [{ metrics: 'nOffered' }],
    [{ groupBy: ['userId'] }],
    [{ filter: { type: 'or' } }],
  ])('SIM-16 refuses %j', (more) => {
    expect(ask(more).ok).toBe(false);
  });

  it('SIM-16 the parts of a day add up to the day, wherever it is cut on a quarter hour', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 1_439 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 95 }), (minutes, cut) => {
        const day = createBooks(1, 15 * MINUTE);
        for (const [id, minute] of minutes.entries())
          day.offered({ id, queue: 0, media: 0 }, NINE + minute * MINUTE);
        const count = (from: number, to: number) => {
          const answer = answerAggregates(
            { ...base, interval: interval(from, to) },
            QUEUES.slice(0, 1),
            BY_ID,
            day,
          );
          if (!answer.ok) throw new Error(answer.error);
          return answer.value.results
            .flatMap((one) => one.data)
            .reduce((sum, step) => sum + (step.metrics[0]?.stats.count ?? 0), 0);
        };
        expect(count(0, cut * 15) + count(cut * 15, 1_440)).toBe(minutes.length);
      }),
      { numRuns: 60 },
    );
  });
});
