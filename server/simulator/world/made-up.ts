/**
 * A made-up contact centre at work: a seeded discrete-event simulation of its callers and agents, told the time from
 * outside. With `warmUp`, the day since local midnight has already happened when it starts.
 */
import { dayStart } from '../../../lib/day';
import { seededRandom } from '../../runtime/random';
import { type AgentWatch, createAgentDesk } from './agent-desk';
import type { Books } from './books';
import { type CallWatch, createCallerFlow } from './caller-flow';
import { createDayCurve } from './day-curve';
import { exponential, weighted } from './distributions';
import { createEventHeap } from './event-heap';
import type { CentrePlan, QueuePlan } from './made-up-plan';
import { sketchDay } from './sketched-day';
import type { CallSurge, World } from './world';

export interface MadeUpOptions {
  readonly seed: number;
  readonly warmUp: boolean;
  /** Epoch ms at which the world is opened. */
  readonly now: number;
  readonly timeZone: string;
  /** Known from the start, so that the day so far has their callers too; from when it is played. */
  readonly surges?: readonly CallSurge[];
  readonly watch?: CallWatch | undefined;
  readonly moved?: AgentWatch | undefined;
}

const HOUR_MS = 3_600_000;
/** The half hour before midnight fills the lines, so that a day does not start with an empty house. */
const LEAD_IN_MS = HOUR_MS / 2;

/** Up to so many interactions the whole day is played; a bigger day is sketched, but for its last part. */
const PLAYED_INTERACTIONS = 250_000;
const PLAYED_PART_MS = HOUR_MS;

export function createMadeUpWorld(plan: CentrePlan, books: Books, options: MadeUpOptions): World {
  const random = seededRandom(options.seed ^ 0x5eed);
  const heap = createEventHeap();
  const curve = createDayCurve(options.timeZone);
  const flow = createCallerFlow({ plan, books, heap, random, desk: () => desk, watch: options.watch });
  const desk = createAgentDesk({
    ...{ plan, books, heap, random, curve, freed: flow.serve, moved: options.moved },
  });

  /** Arrivals of an uneven rate: drawn at the peak's rate, and kept as often as the hour is busy. */
  function planArrival(queue: QueuePlan, at: number): void {
    if (queue.arrivalsPerHour <= 0) return;
    const gapMs = exponential(random, HOUR_MS / queue.arrivalsPerHour);
    heap.plan(Math.ceil(at + gapMs), (when) => {
      planArrival(queue, when);
      const [usual] = queue.mix[0] ?? [];
      if (usual !== undefined && random() < curve(when)) {
        flow.arrive(queue.queue.index, weighted(random, queue.mix, usual), when);
      }
    });
  }
  /** Its own randomness: the callers who come anyway come as they would have. */
  const surgeRandom = seededRandom(options.seed ^ 0x5a59e);
  function planSurge(surge: CallSurge, queue: QueuePlan, at: number): void {
    const gapMs = exponential(surgeRandom, HOUR_MS / (queue.arrivalsPerHour * (surge.times - 1)));
    heap.plan(Math.ceil(at + gapMs), (when) => {
      if (when >= surge.until) return;
      planSurge(surge, queue, when);
      const [usual] = queue.mix[0] ?? [];
      if (usual !== undefined && surgeRandom() < curve(when) * surge.height(when)) {
        flow.arrive(queue.queue.index, weighted(surgeRandom, queue.mix, usual), when);
      }
    });
  }
  function surge(wanted: CallSurge): boolean {
    const queue = plan.queuePlans[wanted.queue];
    if (queue === undefined || queue.arrivalsPerHour <= 0 || wanted.times <= 1) return false;
    planSurge(wanted, queue, wanted.from);
    return true;
  }
  function advanceTo(now: number): void {
    for (let event = heap.takeDue(now); event !== null; event = heap.takeDue(now)) event.run(event.at);
  }

  const opensAt = options.warmUp ? playedFrom(plan, options) : options.now;
  if (options.warmUp) {
    const from = dayStart(options.now, options.timeZone);
    sketchDay({ plan, books, random, curve, from, to: opensAt });
  }
  desk.open(opensAt);
  for (const queue of plan.queuePlans) planArrival(queue, opensAt);
  for (const known of options.surges ?? []) surge({ ...known, from: Math.max(known.from, opensAt) });
  advanceTo(options.now);
  return { queues: plan.queues, advanceTo, surge, start: () => false, replay: () => null };
}

/** From when on the warm-up is played rather than sketched. */
function playedFrom(plan: CentrePlan, options: MadeUpOptions): number {
  const midnight = dayStart(options.now, options.timeZone);
  const perHour = plan.queuePlans.reduce((sum, queue) => sum + queue.arrivalsPerHour, 0);
  const expected = (perHour * (options.now - midnight)) / HOUR_MS;
  if (expected <= PLAYED_INTERACTIONS) return midnight - LEAD_IN_MS;
  return Math.max(midnight - LEAD_IN_MS, options.now - PLAYED_PART_MS);
}
