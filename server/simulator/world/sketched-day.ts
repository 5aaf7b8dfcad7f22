/**
 * The early part of a big centre's day, drawn instead of played: every interaction gets its wait and its handling from
 * distributions, without agents or lines. Playing a whole day of 20,000 queues would take half a minute; this takes a
 * second or two, and the books cannot tell the difference.
 */
import { HALF_HOUR_MS } from '../../../lib/day';
import type { Random } from '../../runtime/random';
import type { Books, Leg } from './books';
import type { DayCurve } from './day-curve';
import { between, exponential, logNormal, poisson, weighted } from './distributions';
import type { CentrePlan, MediaProfile, QueuePlan } from './made-up-plan';

export interface SketchOptions {
  readonly plan: CentrePlan;
  readonly books: Books;
  readonly random: Random;
  readonly curve: DayCurve;
  readonly from: number;
  /** Exclusive; nothing is booked at or after it. */
  readonly to: number;
}

const SECOND = 1_000;
const HOUR_MS = 2 * HALF_HOUR_MS;
const ABANDONED = 0.06;
const WAIT_OF_ABANDONED_MS = 60 * SECOND;
const WAIT_BEYOND_RINGING_MS = 45 * SECOND;
/** Ids of their own, away from those of the played part. */
const FIRST_ID = -1;

export function sketchDay(options: SketchOptions): void {
  const { plan, random, curve } = options;
  // How often a caller finds a free agent at once: some queues have a good day, some a bad one.
  const atOnce = plan.queuePlans.map(() => between(random, 0.68, 0.96));
  let id = FIRST_ID;
  for (let start = options.from; start < options.to; start += HALF_HOUR_MS) {
    const lengthMs = Math.min(HALF_HOUR_MS, options.to - start);
    const share = (curve(start) * lengthMs) / HOUR_MS;
    for (const [index, queue] of plan.queuePlans.entries()) {
      for (let left = poisson(random, queue.arrivalsPerHour * share); left > 0; left -= 1) {
        sketchOne(options, queue, id, atOnce[index] ?? 1, start + Math.floor(random() * lengthMs));
        id -= 1;
      }
    }
  }
}

function sketchOne(options: SketchOptions, queue: QueuePlan, id: number, atOnce: number, at: number): void {
  const { books, random } = options;
  const [usual] = queue.mix[0] ?? [];
  if (usual === undefined) return;
  const profile: MediaProfile = weighted(random, queue.mix, usual);
  const leg: Leg = { id, queue: queue.queue.index, media: profile.media };
  const notAfter = (when: number) => Math.min(when, options.to - 1);
  books.offered(leg, at);
  if (profile.patienceMeanMs !== null && random() < ABANDONED) {
    const waitMs = Math.round(SECOND + exponential(random, WAIT_OF_ABANDONED_MS));
    const shortAbandon = waitMs <= 5 * SECOND;
    books.leftQueue(leg, notAfter(at + waitMs), {
      outcome: 'abandoned',
      waitMs,
      metTarget: false,
      shortAbandon,
    });
    return;
  }
  const ringMs = between(random, 1.5 * SECOND, 5 * SECOND);
  const waitMs = Math.round(ringMs + (random() < atOnce ? 0 : exponential(random, WAIT_BEYOND_RINGING_MS)));
  const metTarget = waitMs <= profile.target.durationMs;
  books.leftQueue(leg, notAfter(at + waitMs), {
    outcome: 'answered',
    waitMs,
    metTarget,
    shortAbandon: false,
  });
  const talkMs = Math.round(logNormal(random, profile.talkMeanMs, 0.55));
  const acwMs = Math.round(exponential(random, profile.acwMeanMs));
  books.handled(leg, notAfter(at + waitMs + talkMs + acwMs), { talkMs, heldMs: 0, acwMs });
}
