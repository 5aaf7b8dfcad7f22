import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../server/runtime/random';
import { tellTruth } from '../../../server/simulator/truth';
import { type Books, createBooks } from '../../../server/simulator/world/books';
import { MEDIA_TYPES } from '../../../server/simulator/world/catalogue';
import { createDayCurve } from '../../../server/simulator/world/day-curve';
import { exponential, logNormal, poisson } from '../../../server/simulator/world/distributions';
import { createEventHeap } from '../../../server/simulator/world/event-heap';
import { createMadeUpWorld } from '../../../server/simulator/world/made-up';
import { planCentre } from '../../../server/simulator/world/made-up-plan';
import { createWaitingLine } from '../../../server/simulator/world/waiting-line';

const NOON = Date.UTC(2026, 10, 20, 12, 0, 0);
const HOUR = 3_600_000;

function centre(
  queues: number,
  seed: number,
  more: { warmUp?: boolean; callsPerHour?: number; zone?: string } = {},
) {
  const plan = planCentre({
    queues,
    seed,
    ...(more.callsPerHour === undefined ? {} : { callsPerHour: more.callsPerHour }),
  });
  const books: Books = createBooks(queues, 900_000);
  const options = { seed, warmUp: more.warmUp ?? true, now: NOON, timeZone: more.zone ?? 'UTC' };
  const world = createMadeUpWorld(plan, books, options);
  const truth = (now: number, since = 0) =>
    tellTruth(
      { queues: plan.queues, books, timeZone: 'UTC', now, worldTime: now, replay: null, devices: null },
      { since },
    );
  return { plan, books, world, truth };
}

describe('the made-up centre', () => {
  it('SIM-21 is the same for the same seed, and another for another', () => {
    const figures = (seed: number) => JSON.stringify(centre(6, seed).truth(NOON));
    expect(figures(3)).toBe(figures(3));
    expect(figures(3)).not.toBe(figures(4));
  });

  it('SIM-21 is the same whether it is stepped or jumped', () => {
    const stepped = centre(4, 9, { warmUp: false });
    for (let now = NOON; now <= NOON + HOUR; now += 25) stepped.world.advanceTo(now);
    const jumped = centre(4, 9, { warmUp: false });
    jumped.world.advanceTo(NOON + HOUR);
    expect(jumped.truth(NOON + HOUR)).toEqual(stepped.truth(NOON + HOUR));
  });

  it('SIM-21 has had its day so far when it is warmed up, and nothing when it is not', () => {
    const warm = centre(12, 1).truth(NOON, NOON - 12 * HOUR);
    for (const queue of warm.queues) {
      const voice = queue.media.find((one) => one.mediaType === 'voice');
      expect(voice?.today.offered).toBeGreaterThan(50);
      expect(Object.keys(queue.users.onQueue).length).toBeGreaterThan(0);
    }
    const shares = warm.queues.flatMap(({ media }) =>
      media
        .filter((m) => m.mediaType === 'voice')
        .map((m) => m.today.serviceLevel.numerator / m.today.serviceLevel.denominator),
    );
    expect(shares.filter((share) => share >= 0.7).length).toBeGreaterThanOrEqual(8);
    expect(Math.min(...shares)).toBeLessThan(0.75);
    const cold = centre(12, 1, { warmUp: false }).truth(NOON);
    expect(cold.queues.flatMap((queue) => queue.media)).toEqual([]);
  });

  it('SIM-21 begins its day at midnight in its zone', () => {
    const zone = 'Asia/Kathmandu';
    const { truth } = centre(3, 1, { zone });
    // Midnight in Kathmandu was 18:15 UTC; the lines were filled in the half hour before it.
    const midnight = Date.UTC(2026, 10, 19, 18, 15, 0);
    const offered = (since: number) =>
      truth(NOON, since)
        .queues.flatMap((q) => q.media)
        .reduce((sum, m) => sum + m.today.offered, 0);
    expect(offered(midnight - HOUR)).toBe(offered(midnight - HOUR / 2));
    expect(offered(midnight)).toBeLessThan(offered(midnight - HOUR / 2));
  });

  it('SIM-21 loses nobody: offered = answered + abandoned + flowed out + waiting, for any centre', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 10, max: 300 }),
        fc.integer({ min: 0, max: 3 * HOUR }),
        (queues, seed, callsPerHour, ms) => {
          const { world, truth, plan } = centre(queues, seed, { warmUp: false, callsPerHour });
          world.advanceTo(NOON + ms);
          const now = truth(NOON + ms);
          for (const [index, queue] of now.queues.entries()) {
            for (const { today, now: gauges } of queue.media) {
              expect(today.answered + today.abandoned + today.flowedOut + gauges.waiting).toBe(today.offered);
              expect(today.serviceLevel.denominator).toBe(today.answered + today.abandoned);
              expect(today.tHandle.sum).toBeGreaterThanOrEqual(today.tTalk.sum + today.tAcw.sum);
              expect(gauges.alerting).toBeLessThanOrEqual(gauges.waiting);
              expect(gauges.longestWaitSince === null).toBe(gauges.waiting === 0);
              expect(today.tHandle.count + gauges.interacting).toBeLessThanOrEqual(today.answered);
            }
            const present = [...Object.values(queue.users.onQueue), ...Object.values(queue.users.offQueue)];
            for (const count of present) expect(count).toBeGreaterThan(0);
            expect(present.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(
              plan.queues[index]?.memberCount ?? 0,
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('SIM-21 has the queues, divisions and media types of an appliance maker, as many as asked for', () => {
    const { plan } = centre(30, 1, { warmUp: false });
    expect(plan.queues.slice(0, 13).map((queue) => queue.name)).toEqual([
      'Washers',
      'Ovens',
      'Fridges',
      'Dryers',
      'Dishwashers',
      'Smart Home',
      'Parts',
      'Returns',
      'Warranty',
      'Billing',
      'Installation',
      'Priority',
      'Washers 2',
    ]);
    expect(new Set(plan.queues.map((queue) => queue.id)).size).toBe(30);
    expect(new Set(plan.queues.map((queue) => queue.division.name)).size).toBe(3);
    expect(new Set(plan.queuePlans.flatMap((one) => one.mix.map(([profile]) => profile.media))).size).toBe(
      MEDIA_TYPES.length,
    );
  });

  it('SIM-21 sketches the early day of a big centre, whose figures add up as well', () => {
    const { truth, books } = centre(60, 2, { callsPerHour: 600 });
    const all = truth(NOON).queues.flatMap((queue) => queue.media);
    const sum = (pick: (one: (typeof all)[number]) => number) =>
      all.reduce((total, one) => total + pick(one), 0);
    expect(sum((one) => one.today.offered)).toBeGreaterThan(100_000);
    expect(
      sum((one) => one.today.answered + one.today.abandoned + one.today.flowedOut + one.now.waiting),
    ).toBe(sum((one) => one.today.offered));
    expect(books.interval(0, 0, NOON + 1_000, NOON + HOUR)).toBeNull();
  });
});

describe('its parts', () => {
  it('the event heap gives events in order of time, then of planning', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const heap = createEventHeap();
        const out: [number, number][] = [];
        for (const [order, at] of times.entries()) heap.plan(at, (when) => out.push([when, order]));
        for (let event = heap.takeDue(20); event !== null; event = heap.takeDue(20)) event.run(event.at);
        expect(out).toEqual(
          times.map((at, order): [number, number] => [at, order]).sort((a, b) => a[0] - b[0] || a[1] - b[1]),
        );
      }),
    );
  });
  it('the event heap keeps what is not due', () => {
    const heap = createEventHeap();
    heap.plan(10, () => {});
    expect(heap.takeDue(9)).toBeNull();
    expect(heap.size).toBe(1);
  });

  it('the waiting line serves in order, drops who has gone and puts one back in front', () => {
    const gone = new Set<string>();
    const line = createWaitingLine<string>((name) => !gone.has(name));
    for (const name of ['a', 'b', 'c', 'd']) line.join(name);
    gone.add('a');
    expect([line.front(), line.take()]).toEqual(['b', 'b']);
    line.rejoinFirst('b');
    gone.add('c');
    expect([line.take(), line.take(), line.take(), line.front()]).toEqual(['b', 'd', null, null]);
  });

  it('the day curve peaks at ten, never dies and follows the zone', () => {
    const curve = createDayCurve('UTC');
    const hours = Array.from({ length: 24 }, (_, hour) => curve(Date.UTC(2026, 10, 20, hour)));
    expect([Math.max(...hours), hours.indexOf(1), Math.min(...hours)]).toEqual([1, 10, 0.4]);
    expect(createDayCurve('Asia/Tokyo')(Date.UTC(2026, 10, 20, 1))).toBe(1);
  });

  it.each([
    ['exponential', (random: () => number) => exponential(random, 100), 100],
    ['log-normal', (random: () => number) => logNormal(random, 100, 0.5), 100],
    ['a small Poisson', (random: () => number) => poisson(random, 3), 3],
    ['a big Poisson', (random: () => number) => poisson(random, 80), 80],
  ])('%s draws have their mean', (_name, draw, mean) => {
    const random = seededRandom(5);
    const count = 20_000;
    let sum = 0;
    for (let n = 0; n < count; n += 1) sum += draw(random);
    expect(Math.abs(sum / count / mean - 1)).toBeLessThan(0.03);
  });
});
