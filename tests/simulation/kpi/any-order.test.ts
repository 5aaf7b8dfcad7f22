/**
 * R6: whatever order frames come in. A made-up platform counts; its frames are duplicated (30 %), reordered within
 * five seconds, dropped (5 %); snapshots race them, and a last one follows. The engine must then say what the
 * platform counted. A failure prints its seed.
 */
import { describe, expect, it } from 'vitest';
import { HALF_HOUR_MS } from '../../../lib/day';
import type { QueueEvent } from '../../../server/kpi/apply';
import { emptyQueue } from '../../../server/kpi/queue-state';
import { type Random, seededRandom } from '../../../server/runtime/random';
import {
  allGauges,
  allIntervals,
  applyAll,
  DAY,
  gauges,
  interval,
  NINE,
  pick,
  sample,
} from '../../unit/kpi/kpi-events';

const SEEDS = 2_000;
const SECONDS = 60;
const MEDIA = ['voice', 'chat'];

interface Delivery {
  readonly at: number;
  readonly event: QueueEvent;
}

interface Books {
  waiting: number;
  onQueue: number;
  offered: number;
  answered: number;
  answeredMs: number;
  met: number;
}

const emptyBooks = (): Books => ({ waiting: 0, onQueue: 0, offered: 0, answered: 0, answeredMs: 0, met: 0 });

/** One simulated minute over the turn of a half hour. */
class Platform {
  readonly #random: Random;
  readonly #books = new Map<string, Books>();
  readonly deliveries: Delivery[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  book(media: string, half: number): Books {
    const key = `${media} ${half}`;
    const held = this.#books.get(key) ?? emptyBooks();
    this.#books.set(key, held);
    return held;
  }

  pickOne(below: number): number {
    return Math.floor(this.#random() * below);
  }

  send(make: (receivedAt: number) => QueueEvent, now: number): void {
    if (this.#random() < 0.05) return;
    for (let copy = this.#random() < 0.3 ? 2 : 1; copy > 0; copy--) {
      const at = now + this.pickOne(5_000);
      this.deliveries.push({ at, event: make(at) });
    }
  }

  work(media: string, now: number, half: number): void {
    const now$ = this.book(media, -1);
    now$.waiting = this.pickOne(9);
    now$.onQueue = this.pickOne(9);
    const books = this.book(media, half);
    books.offered += this.pickOne(3);
    if (this.#random() < 0.6) {
      books.answered++;
      books.answeredMs += this.pickOne(60_000);
      books.met += this.pickOne(2);
    }
    // Gauges carry the platform's stamp; running aggregates only the moment they are read.
    const { waiting, onQueue } = now$;
    this.send(() => gauges(now, [sample('oWaiting', waiting)], { mediaType: media }), now);
    if (media === 'voice')
      this.send(() => gauges(now, [sample('oOnQueueUsers', onQueue, 'IDLE')], { mediaType: null }), now);
    const metrics = samplesOf(books);
    this.send((at) => interval(at, NINE + half * HALF_HOUR_MS, metrics, { mediaType: media }), now);
  }

  /** REST's answer to a request of `now`, told `delayMs` later; what has no work is left out. */
  answer(now: number, delayMs: number): void {
    const events: QueueEvent[] = [];
    for (const [key, books] of this.#books) {
      const [media = '', half = ''] = key.split(' ');
      const from = { mediaType: media, origin: 'backfill' } as const;
      if (half !== '-1')
        events.push(interval(now, NINE + Number(half) * HALF_HOUR_MS, samplesOf(books), from));
      else {
        if (books.waiting > 0) events.push(gauges(now, [sample('oWaiting', books.waiting)], from));
        if (media === 'voice' && books.onQueue > 0) {
          events.push(
            gauges(now, [sample('oOnQueueUsers', books.onQueue, 'IDLE')], {
              mediaType: null,
              origin: 'backfill',
            }),
          );
        }
      }
    }
    const common = {
      kind: 'snapshotCompleted',
      queueId: gauges(0, []).queueId,
      observedAt: now,
      reason: 'backfill',
    } as const;
    const day = allIntervals(DAY, NINE + 2 * HALF_HOUR_MS);
    for (const event of [...events, { ...common, scope: allGauges }, { ...common, scope: day }]) {
      this.deliveries.push({ at: now + delayMs, event });
    }
  }

  total(of: keyof Books, gauge: boolean): number {
    let sum = 0;
    for (const [key, books] of this.#books) if (key.endsWith(' -1') === gauge) sum += books[of];
    return sum;
  }
}

function samplesOf(books: Books) {
  return [
    sample('nOffered', books.offered),
    sample('tAnswered', { count: books.answered, sum: books.answeredMs }),
    sample('oServiceLevel', { numerator: books.met, denominator: books.answered }),
  ];
}

function run(seed: number) {
  const random = seededRandom(seed);
  const platform = new Platform(random);
  const start = NINE + HALF_HOUR_MS - (SECONDS / 2) * 1_000;
  for (let second = 0; second < SECONDS; second++) {
    const now = start + second * 1_000;
    for (const media of MEDIA) if (random() < 0.8) platform.work(media, now, second < SECONDS / 2 ? 0 : 1);
    if (random() < 0.05) platform.answer(now, platform.pickOne(4_000));
  }
  // The last one overtakes frames that are still on their way.
  platform.answer(start + SECONDS * 1_000, 500);
  const order = platform.deliveries.map((delivery, index) => ({ ...delivery, index }));
  order.sort((a, b) => a.at - b.at || a.index - b.index);
  const state = applyAll(
    order.map(({ event }) => event),
    emptyQueue(DAY),
  );
  const [waiting, onQueue, offered, answered, asa, level] = pick(state, [
    'waiting',
    'agentsOnQueue',
    'offered',
    'answered',
    'asaMs',
    'serviceLevel',
  ]);
  const total = (of: keyof Books) => platform.total(of, false);
  const ratio = (a: number, b: number) => (b === 0 ? null : a / b);
  const truth = {
    waiting: platform.total('waiting', true),
    onQueue: platform.book('voice', -1).onQueue,
    offered: total('offered'),
    answered: total('answered'),
    asa: ratio(total('answeredMs'), total('answered')),
    level: ratio(total('met'), total('answered')),
  };
  return { said: { waiting, onQueue, offered, answered, asa, level }, truth };
}

describe('any order', () => {
  it(`KPI-12 comes to the truth after duplicates, reordering, drops and racing snapshots (${SEEDS} seeds)`, () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { said, truth } = run(seed);
      expect(said, `seed ${seed}`).toEqual(truth);
    }
  }, 60_000);
});
