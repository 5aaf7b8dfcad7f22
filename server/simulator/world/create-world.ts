/** Builds the world that was asked for, with its books. */
import { HALF_HOUR_MS } from '../../../lib/day';
import type { MadeUpWorldOptions, ReplayWorldOptions } from '../options';
import { type Books, createBooks } from './books';
import { createMadeUpWorld } from './made-up';
import { planCentre } from './made-up-plan';
import { createReplay, replayQueues } from './replay';
import type { World } from './world';

export interface BuiltWorld {
  readonly world: World;
  readonly books: Books;
}

/** Zones are a multiple of a quarter hour from UTC: quarters make every day's start exact. */
const QUARTER_MS = HALF_HOUR_MS / 2;
/** Above this many queues half hours keep the books small. */
const QUARTERS_UP_TO = 2_000;

export function createWorld(
  options: MadeUpWorldOptions | ReplayWorldOptions,
  moment: { readonly now: number; readonly timeZone: string },
): BuiltWorld {
  if (options.kind === 'replay') {
    const shape = {
      records: options.records,
      speed: options.speed,
      serviceLevelTargetMs: options.serviceLevelTargetMs ?? 20_000,
      serviceLevelPercentage: options.serviceLevelPercentage ?? 0.8,
    };
    const queues = replayQueues(shape);
    const books = createBooks(queues.length, rowMs(queues.length));
    const world = createReplay(queues, { ...shape, books });
    if (options.autoStart) world.start(moment.now);
    return { world, books };
  }
  const plan = planCentre(options);
  const books = createBooks(plan.queues.length, rowMs(plan.queues.length));
  return { world: createMadeUpWorld(plan, books, { ...options, ...moment }), books };
}

function rowMs(queueCount: number): number {
  return queueCount <= QUARTERS_UP_TO ? QUARTER_MS : HALF_HOUR_MS;
}
