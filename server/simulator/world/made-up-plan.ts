/**
 * The made-up contact centre before anything happens in it: an appliance maker's support, its queues, what arrives in
 * them, and who works there. The same options give the same centre.
 */
import { type Random, seededRandom } from '../../runtime/random';
import { MEDIA_TYPES, type MediaType } from './catalogue';
import { stableUuid } from './stable-id';
import type { ServiceLevelTarget, SimQueue } from './world';

/** How interactions of a media type behave; times in ms. */
export interface MediaProfile {
  readonly media: number;
  readonly talkMeanMs: number;
  readonly acwMeanMs: number;
  /** Mean patience; `null`: they never give up. */
  readonly patienceMeanMs: number | null;
  readonly target: ServiceLevelTarget;
}

export interface QueuePlan {
  readonly queue: SimQueue;
  /** At the day's peak. */
  readonly arrivalsPerHour: number;
  /** What arrives, by weight. */
  readonly mix: readonly (readonly [MediaProfile, number])[];
  /** Where a caller is sent who waits too long, or who needs somebody else. */
  readonly neighbour: number;
  /** Agents who have this queue among theirs. */
  readonly members: readonly number[];
}

export interface AgentPlan {
  readonly index: number;
  /** Place in the roster of the home queue: the later ones come at peak hours only. */
  readonly rank: number;
  readonly rosterSize: number;
  readonly queues: readonly number[];
}

export interface CentrePlan {
  readonly queues: readonly SimQueue[];
  readonly queuePlans: readonly QueuePlan[];
  readonly agents: readonly AgentPlan[];
}

export interface CentreOptions {
  readonly queues: number;
  readonly seed: number;
  readonly callsPerHour?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const PROFILES: Record<MediaType, MediaProfile> = {
  voice: profile('voice', 210 * SECOND, 25 * SECOND, 170 * SECOND, {
    percentage: 0.8,
    durationMs: 20 * SECOND,
  }),
  chat: profile('chat', 330 * SECOND, 20 * SECOND, 200 * SECOND, {
    percentage: 0.8,
    durationMs: 30 * SECOND,
  }),
  email: profile('email', 400 * SECOND, 30 * SECOND, null, { percentage: 0.9, durationMs: 4 * HOUR }),
  message: profile('message', 300 * SECOND, 15 * SECOND, 15 * MINUTE, {
    percentage: 0.85,
    durationMs: MINUTE,
  }),
  callback: profile('callback', 200 * SECOND, 25 * SECOND, null, {
    percentage: 0.8,
    durationMs: 10 * MINUTE,
  }),
};

function profile(
  mediaType: MediaType,
  talkMeanMs: number,
  acwMeanMs: number,
  patienceMeanMs: number | null,
  target: ServiceLevelTarget,
): MediaProfile {
  return { media: MEDIA_TYPES.indexOf(mediaType), talkMeanMs, acwMeanMs, patienceMeanMs, target };
}

interface Department {
  readonly name: string;
  readonly division: string;
  /** Traffic against the average queue's. */
  readonly weight: number;
  readonly also: readonly (readonly [MediaType, number])[];
  /** Agents against what the load needs: under 1 the queue is in trouble at peak hours. */
  readonly staffing: number;
}

const DEPARTMENTS: readonly Department[] = [
  department('Washers', 'Home Appliances', 1.4, 1.02, [['chat', 0.15]]),
  department('Ovens', 'Home Appliances', 0.9, 1.04),
  department('Fridges', 'Home Appliances', 1.2, 1.0),
  department('Dryers', 'Home Appliances', 0.7, 1.05),
  department('Dishwashers', 'Home Appliances', 1.1, 0.7),
  department('Smart Home', 'Connected Home', 1.1, 1.03, [
    ['chat', 0.3],
    ['message', 0.2],
  ]),
  department('Parts', 'Customer Care', 0.8, 1.05, [['email', 0.2]]),
  department('Returns', 'Customer Care', 0.8, 1.0, [
    ['email', 0.15],
    ['chat', 0.15],
  ]),
  department('Warranty', 'Customer Care', 0.9, 0.66, [
    ['email', 0.1],
    ['message', 0.15],
  ]),
  department('Billing', 'Customer Care', 1.1, 1.02, [['email', 0.15]]),
  department('Installation', 'Connected Home', 0.7, 1.08, [['callback', 0.25]]),
  department('Priority', 'Customer Care', 0.5, 1.25, [['callback', 0.1]]),
];

function department(
  name: string,
  division: string,
  weight: number,
  staffing: number,
  also: Department['also'] = [],
): Department {
  return { name, division, weight, staffing, also };
}

/** Of the agents who should be on queue, so many more are rostered: the others are on a break or in a meeting. */
export const ON_QUEUE_SHARE = 0.87;
/** Agents who help in a neighbouring queue. */
const SHARED_AGENTS = 0.35;
/** Interactions an hour over the whole centre, where nothing else is said: what one process can play without effort. */
const DEFAULT_TOTAL_PER_HOUR = 30_000;
const DEFAULT_MAX_PER_QUEUE = 150;
const ALERT_MS = 3.5 * SECOND;

export function planCentre(options: CentreOptions): CentrePlan {
  const random = seededRandom(options.seed);
  const perQueue =
    options.callsPerHour ?? Math.min(DEFAULT_MAX_PER_QUEUE, DEFAULT_TOTAL_PER_HOUR / options.queues);
  const drafts = Array.from({ length: options.queues }, (_, index) =>
    draftQueue(index, options.queues, perQueue, random),
  );
  const agents: AgentPlan[] = [];
  const members = drafts.map((): number[] => []);
  for (const [home, draft] of drafts.entries()) {
    for (let rank = 0; rank < draft.rosterSize; rank += 1) {
      const shares = draft.neighbour !== home && random() < SHARED_AGENTS;
      const queues = shares ? [home, draft.neighbour] : [home];
      for (const queue of queues) members[queue]?.push(agents.length);
      agents.push({ index: agents.length, rank, rosterSize: draft.rosterSize, queues });
    }
  }
  const queuePlans = drafts.map((draft, index) => toPlan(draft, index, members[index] ?? []));
  return { queues: queuePlans.map((plan) => plan.queue), queuePlans, agents };
}

interface Draft {
  readonly department: Department;
  readonly name: string;
  readonly arrivalsPerHour: number;
  readonly mix: QueuePlan['mix'];
  readonly rosterSize: number;
  readonly neighbour: number;
}

function draftQueue(index: number, count: number, perQueue: number, random: Random): Draft {
  const department = DEPARTMENTS[index % DEPARTMENTS.length] ?? DEPARTMENTS[0];
  if (department === undefined) throw new Error('invariant: there are departments');
  const round = Math.floor(index / DEPARTMENTS.length);
  // The first queues of each department are as described; the others vary around it.
  const arrivalsPerHour = perQueue * department.weight * (round === 0 ? 1 : 0.5 + random());
  const others = department.also.reduce((sum, [, share]) => sum + share, 0);
  const mix: QueuePlan['mix'] = [
    [PROFILES.voice, 1 - others],
    ...department.also.map(([mediaType, share]) => [PROFILES[mediaType], share] as const),
  ];
  const onQueue = agentsNeeded(arrivalsPerHour, mix) * department.staffing;
  return {
    department,
    name: round === 0 ? department.name : `${department.name} ${round + 1}`,
    arrivalsPerHour,
    mix,
    rosterSize: Math.max(1, Math.round(onQueue / ON_QUEUE_SHARE)),
    neighbour: neighbourOf(index, count),
  };
}

/** The square-root rule of staffing: the load, and a margin that grows slower than it. */
function agentsNeeded(arrivalsPerHour: number, mix: QueuePlan['mix']): number {
  const busyMs = mix.reduce(
    (sum, [one, share]) => sum + share * (one.talkMeanMs + one.acwMeanMs + ALERT_MS),
    0,
  );
  const load = (arrivalsPerHour * busyMs) / HOUR;
  return load + 0.6 * Math.sqrt(load) + 0.2;
}

/** Queues help each other in pairs. */
function neighbourOf(index: number, count: number): number {
  const other = index % 2 === 0 ? index + 1 : index - 1;
  return other < count ? other : index;
}

function toPlan(draft: Draft, index: number, members: readonly number[]): QueuePlan {
  const division = { id: stableUuid('division', draft.department.division), name: draft.department.division };
  const queue: SimQueue = {
    index,
    id: stableUuid('queue', draft.name),
    name: draft.name,
    division,
    memberCount: members.length,
    targets: MEDIA_TYPES.map((mediaType) => PROFILES[mediaType].target),
  };
  const { arrivalsPerHour, mix, neighbour } = draft;
  return { queue, arrivalsPerHour, mix, neighbour, members };
}
