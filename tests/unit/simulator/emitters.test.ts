import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActivityEmitter } from '../../../server/simulator/platform/activity-emitter';
import { createObservationEmitter } from '../../../server/simulator/platform/observation-emitter';
import { createBooks, type Leg } from '../../../server/simulator/world/books';
import { MEDIA_TYPES } from '../../../server/simulator/world/catalogue';
import type { SimQueue } from '../../../server/simulator/world/world';
import { FakeClock } from '../../support/fake-clock';

const QUEUES: readonly SimQueue[] = [0, 1].map((index) => ({
  index,
  id: `q${index}`,
  name: `Queue ${index}`,
  division: { id: 'd', name: 'D' },
  memberCount: 3,
  targets: MEDIA_TYPES.map(() => ({ percentage: 0.8, durationMs: 20_000 })),
}));

interface Sent {
  readonly atMs: number;
  readonly queue: string;
  readonly body: {
    group: Record<string, string>;
    data: {
      interval: string;
      metrics: { metric: string; qualifier?: string; stats: Record<string, number> }[];
    }[];
  };
}

function setUp(startAt?: number) {
  const clock = new FakeClock(startAt);
  const books = createBooks(QUEUES.length, 900_000);
  const sent: Sent[] = [];
  const emitter = createObservationEmitter({
    queues: QUEUES,
    books,
    clock,
    send: (queue, body) =>
      sent.push({ atMs: clock.monotonicNow(), queue: queue.id, body: body as Sent['body'] }),
  });
  books.listen(emitter);
  let id = 0;
  return {
    clock,
    books,
    sent,
    emitter,
    leg: (queue = 0, media = 0): Leg => {
      id += 1;
      return { id, queue, media };
    },
    /** Moves on in ticks of 25 ms. */
    tick(ms: number) {
      for (let passed = 0; passed < ms; passed += 25) {
        clock.advance(25);
        emitter.flush();
      }
    },
    names: (one: Sent | undefined) =>
      one?.body.data.flatMap((entry) => entry.metrics.map((metric) => metric.metric)),
  };
}

describe('the observations emitter', () => {
  it('SIM-11 sends the first change at once and merges the rest of the second', () => {
    const { clock, books, sent, emitter, leg, tick } = setUp();
    emitter.watch(0, true);
    books.offered(leg(), clock.now());
    emitter.flush();
    for (let n = 0; n < 5; n += 1) {
      tick(100);
      books.offered(leg(), clock.now());
    }
    tick(2_000);
    expect(sent.map((one) => one.atMs)).toEqual([0, 1_000]);
    expect(sent.map((one) => one.body.data[0]?.metrics[0])).toEqual([
      { metric: 'oWaiting', stats: { count: 1 } },
      { metric: 'oWaiting', stats: { count: 6 } },
    ]);
  });

  it('SIM-11 names only what changed', () => {
    const { clock, books, sent, emitter, leg, tick, names } = setUp();
    const call = leg();
    emitter.watch(0, true);
    books.offered(call, clock.now());
    tick(1_000);
    books.talkStarted(call, clock.now());
    tick(1_000);
    books.leftQueue(call, clock.now(), {
      outcome: 'abandoned',
      waitMs: 2_000,
      metTarget: false,
      shortAbandon: true,
    });
    tick(1_000);
    expect(sent.map(names)).toEqual([
      ['oWaiting', 'nOffered'],
      ['oInteracting'],
      ['oWaiting', 'tAbandon', 'tWait', 'tAcd', 'oServiceLevel'],
    ]);
  });

  it('SIM-12 gives gauges the moment of their change and figures their half hour', () => {
    const { clock, books, sent, emitter, leg } = setUp(Date.UTC(2026, 10, 20, 9, 46, 54, 839));
    const call = leg();
    books.offered(call, clock.now() - 11_781);
    emitter.watch(0, true);
    books.leftQueue(call, clock.now(), {
      outcome: 'abandoned',
      waitMs: 11_781,
      metTarget: false,
      shortAbandon: false,
    });
    emitter.flush();
    const wait = { count: 1, sum: 11_781, min: 11_781, max: 11_781 };
    expect(sent.map((one) => one.body)).toEqual([
      {
        group: { queueId: 'q0', mediaType: 'voice' },
        data: [
          {
            interval: '2026-11-20T09:46:54.839Z/2026-11-20T09:46:54.839Z',
            metrics: [{ metric: 'oWaiting', stats: { count: 0 } }],
          },
          {
            interval: '2026-11-20T09:30:00.000Z/2026-11-20T10:00:00.000Z',
            metrics: [
              { metric: 'tAbandon', stats: wait },
              { metric: 'tWait', stats: wait },
              { metric: 'tAcd', stats: wait },
              { metric: 'oServiceLevel', stats: { ratio: 0, numerator: 0, denominator: 1, target: 0.8 } },
            ],
          },
        ],
      },
    ]);
  });

  it('SIM-12 finishes the half hour that closes and begins the next anew', () => {
    const { clock, books, sent, emitter, leg, tick } = setUp(Date.UTC(2026, 10, 20, 9, 59, 59, 500));
    emitter.watch(0, true);
    books.offered(leg(), clock.now());
    tick(25);
    books.offered(leg(), clock.now());
    tick(600);
    books.offered(leg(), clock.now());
    tick(1_000);
    const offered = sent.map((one) =>
      one.body.data.flatMap(({ interval, metrics }) =>
        metrics.filter((m) => m.metric === 'nOffered').map((m) => [interval.slice(11, 16), m.stats.count]),
      ),
    );
    expect(offered).toEqual([
      [['09:30', 1]],
      [
        ['09:30', 2],
        ['10:00', 1],
      ],
    ]);
  });

  it('SIM-13 sends users as a group of their own, where a count changed', () => {
    const { clock, books, sent, emitter, tick } = setUp();
    const idle = { kind: 'onQueue', index: 0 } as const;
    books.userMoved([0], null, idle, clock.now());
    emitter.watch(0, true);
    books.userMoved([0, 1], null, { kind: 'offQueue', index: 2 }, clock.now());
    tick(25);
    books.userMoved([0], idle, { kind: 'onQueue', index: 1 }, clock.now());
    tick(1_000);
    books.userMoved([0], { kind: 'onQueue', index: 1 }, idle, clock.now());
    books.userMoved([0], idle, { kind: 'onQueue', index: 1 }, clock.now());
    tick(2_000);
    const flat = sent.map((one) => [
      one.body.group,
      one.body.data.flatMap((entry) =>
        entry.metrics.map((m) => `${m.metric} ${m.qualifier?.slice(0, 8)} ${m.stats.count}`),
      ),
    ]);
    expect(flat).toEqual([
      [{ queueId: 'q0' }, ['oUserRoutingStatuses OFF_QUEU 1', 'oOffQueueUsers 227b37e2 1']],
      [
        { queueId: 'q0' },
        [
          'oOnQueueUsers IDLE 0',
          'oOnQueueUsers INTERACT 1',
          'oUserRoutingStatuses IDLE 0',
          'oUserRoutingStatuses INTERACT 1',
        ],
      ],
    ]);
  });

  it('SIM-11 says nothing on topics that nobody watches', () => {
    const { clock, books, sent, emitter, leg, tick } = setUp();
    emitter.watch(0, true);
    books.offered(leg(0), clock.now());
    books.offered(leg(1), clock.now());
    emitter.watch(0, false);
    tick(2_000);
    expect(sent).toEqual([]);
  });

  it('SIM-11 holds for any run of changes: never twice in a second, never late, and the last word is right', () => {
    const step = fc.record({
      waitTicks: fc.integer({ min: 0, max: 60 }),
      queue: fc.integer({ min: 0, max: 1 }),
      media: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        const { clock, books, sent, emitter, leg, tick } = setUp();
        for (const queue of QUEUES) emitter.watch(queue.index, true);
        for (const { waitTicks, queue, media } of steps) {
          tick(waitTicks * 25);
          books.offered(leg(queue, media), clock.now());
        }
        tick(1_100);
        for (const queue of QUEUES) {
          const own = sent.filter((one) => one.queue === queue.id);
          const moments = [...new Set(own.map((one) => one.atMs))];
          for (const [at, moment] of moments.entries()) {
            if (at > 0) expect(moment - (moments[at - 1] ?? 0)).toBeGreaterThanOrEqual(1_000);
          }
          for (const media of [0, 1]) {
            const last = own.filter((one) => one.body.group.mediaType === MEDIA_TYPES[media]).at(-1);
            const count = last?.body.data[0]?.metrics[0]?.stats.count ?? 0;
            expect(count).toBe(books.gauges(queue.index, media).waiting);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the activity emitter', () => {
  it('SIM-14 sends all gauges of the media types that changed, with the longest wait’s epoch', () => {
    const books = createBooks(2, 900_000);
    const sent: unknown[] = [];
    const emitter = createActivityEmitter({
      queues: QUEUES,
      books,
      send: (queue, body) => sent.push([queue.id, body]),
    });
    books.listen({
      mediaChanged: (queue, media, _at, gauges) => emitter.mediaChanged(queue, media, gauges),
      usersChanged() {},
    });
    emitter.watch(0, true);
    const call = { id: 1, queue: 0, media: 1 };
    books.offered(call, 5_000);
    books.offered({ id: 2, queue: 0, media: 1 }, 6_000);
    books.offered({ id: 3, queue: 1, media: 0 }, 6_000);
    emitter.flush();
    emitter.flush();
    books.handled(call, 7_000, { talkMs: 1, heldMs: 0, acwMs: 0 });
    emitter.flush();
    books.talkStarted(call, 8_000);
    books.leftQueue(call, 8_000, {
      outcome: 'answered',
      waitMs: 3_000,
      metTarget: true,
      shortAbandon: false,
    });
    emitter.flush();
    const body = (waiting: number, since: number, interacting: number, talkSince?: number) => [
      'q0',
      {
        results: [
          {
            mediaType: 'chat',
            data: [
              { metric: 'oWaiting', count: waiting },
              { metric: 'oInteracting', count: interacting },
              { metric: 'oAlerting', count: 0 },
              { metric: 'oLongestWaiting', calculatedMetricValue: since },
              talkSince === undefined
                ? { metric: 'oLongestInteracting', count: 0 }
                : { metric: 'oLongestInteracting', calculatedMetricValue: talkSince },
            ],
          },
        ],
      },
    ];
    expect(sent).toEqual([body(2, 5_000, 0), body(1, 6_000, 1, 8_000)]);
  });
});
