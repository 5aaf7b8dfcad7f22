/** Builds the world that was asked for, with its books. */
import { HALF_HOUR_MS } from '../../../lib/day';
import type { MadeUpWorldOptions, ReplayWorldOptions } from '../options';
import type { AgentWatch } from './agent-desk';
import { type Books, createBooks } from './books';
import type { CallWatch } from './caller-flow';
import { createMadeUpWorld } from './made-up';
import { planCentre } from './made-up-plan';
import { createReplay, replayQueues } from './replay';
import type { CallSurge, SimQueue, World } from './world';

export interface BuiltWorld {
  readonly world: World;
  readonly books: Books;
}

export interface WorldMoment {
  /** Epoch ms. */
  readonly now: number;
  readonly timeZone: string;
  /** Of a made-up world: callers beyond the usual, also in the part of the day that has happened already. */
  readonly surges?: (queues: readonly SimQueue[]) => readonly CallSurge[];
  /** Who follows its callers, and its agents. */
  readonly watch?: CallWatch | undefined;
  readonly moved?: AgentWatch | undefined;
}

/** Zones are a multiple of a quarter hour from UTC: quarters make every day's start exact. */
const QUARTER_MS = HALF_HOUR_MS / 2;
/** Above this many queues half hours keep the books small. */
const QUARTERS_UP_TO = 2_000;

export function createWorld(
  options: MadeUpWorldOptions | ReplayWorldOptions,
  { now, timeZone, surges = () => [], watch, moved }: WorldMoment,
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
    const world = createReplay(queues, { ...shape, books, watch, moved });
    if (options.autoStart) world.start(now);
    return { world, books };
  }
  const plan = planCentre(options);
  const books = createBooks(plan.queues.length, rowMs(plan.queues.length));
  const madeUp = { ...options, now, timeZone, surges: surges(plan.queues), watch, moved };
  return { world: createMadeUpWorld(plan, books, madeUp), books };
}

function rowMs(queueCount: number): number {
  return queueCount <= QUARTERS_UP_TO ? QUARTER_MS : HALF_HOUR_MS;
}
