/**
 * A day of call records, run again. Timestamps are real (the moment that a caller joined is now, not in 1999), while
 * durations and service levels are those of the file, whatever the speed: the day's figures come out exact.
 * A fact of the file at file time f happens at startedAt + (f − fileStart) ÷ speed.
 * Agents: one who talks is on queue and interacting; between his first and his last talk of the file he is taken to
 * be on queue and idle, in the queues that he serves that day.
 */
import { must } from '../../../lib/assert';
import type { AgentWatch } from './agent-desk';
import type { Books, Leg, UserPlace } from './books';
import type { CallRecord } from './call-records';
import type { CallWatch } from './caller-flow';
import { MEDIA_TYPES, ON_QUEUE_STATUSES } from './catalogue';
import { stableUuid } from './stable-id';
import type { ReplayState, SimQueue, World } from './world';

export interface ReplayOptions {
  readonly records: readonly CallRecord[];
  /** 600: a day in 2.4 minutes. */
  readonly speed: number;
  readonly serviceLevelTargetMs: number;
  /** Fraction to reach, 0..1. */
  readonly serviceLevelPercentage: number;
  readonly books: Books;
  /** Who follows its callers, and its agents. */
  readonly watch?: CallWatch | undefined;
  readonly moved?: AgentWatch | undefined;
}

/** Something that happens at a moment of the file. */
interface FileEvent {
  readonly fileMs: number;
  /** Order among what happens in the same millisecond: a call joins before it leaves. */
  readonly rank: number;
  book(at: number): void;
}

const SHORT_ABANDON_MS = 5_000;
const IDLE: UserPlace = { kind: 'onQueue', index: ON_QUEUE_STATUSES.indexOf('IDLE') };
const INTERACTING: UserPlace = { kind: 'onQueue', index: ON_QUEUE_STATUSES.indexOf('INTERACTING') };

/** Queues of a file, by name. */
export function replayQueues(
  options: Omit<ReplayOptions, 'books' | 'speed' | 'watch' | 'moved'>,
): readonly SimQueue[] {
  const names = [...new Set(options.records.map((record) => record.queue))].sort();
  const target = { percentage: options.serviceLevelPercentage, durationMs: options.serviceLevelTargetMs };
  const division = { id: stableUuid('division', 'Replay'), name: 'Replay' };
  return names.map((name, index) => {
    const agents = options.records.filter((record) => record.queue === name && record.agent !== null);
    return {
      index,
      name,
      division,
      id: stableUuid('queue', name),
      memberCount: new Set(agents.map((record) => record.agent)).size,
      targets: MEDIA_TYPES.map(() => target),
    };
  });
}

export function createReplay(queues: readonly SimQueue[], options: ReplayOptions): World {
  const byName = new Map(queues.map((queue) => [queue.name, queue.index]));
  const events = [...callEvents(options, byName), ...agentEvents(options, byName)].sort(
    (a, b) => a.fileMs - b.fileMs || a.rank - b.rank,
  );
  const fileStartMs = options.records[0]?.offeredMs ?? 0;
  const fileEndMs = Math.max(fileStartMs, events.at(-1)?.fileMs ?? 0);
  let startedAt: number | null = null;
  let next = 0;
  const realTime = (fileMs: number, origin: number) =>
    origin + Math.max(0, Math.round((fileMs - fileStartMs) / options.speed));

  return {
    queues,
    // Its calls are the file's.
    surge: () => false,
    start(now) {
      if (startedAt !== null) return false;
      startedAt = now;
      return true;
    },
    advanceTo(now) {
      if (startedAt === null) return;
      for (let event = events[next]; event !== undefined; event = events[next]) {
        const at = realTime(event.fileMs, startedAt);
        if (at > now) return;
        event.book(at);
        next += 1;
      }
    },
    replay(now): ReplayState {
      const common = { startedAt, fileStartMs, fileEndMs, speed: options.speed };
      if (startedAt === null) return { ...common, state: 'held', fileNowMs: fileStartMs };
      if (next === events.length) return { ...common, state: 'done', fileNowMs: fileEndMs };
      return { ...common, state: 'running', fileNowMs: fileStartMs + (now - startedAt) * options.speed };
    },
  };
}

function callEvents(options: ReplayOptions, byName: ReadonlyMap<string, number>): FileEvent[] {
  const agents = agentIndexes(options.records);
  return options.records.flatMap((record, id) => {
    const queue = must(byName.get(record.queue), `queue ${record.queue}`);
    const leg: Leg = { id, queue, media: MEDIA_TYPES.indexOf(record.mediaType) };
    const agent = agents.get(record.agent ?? '') ?? agents.size;
    return [...stayEvents(record, leg, options), ...talkEvents(record, leg, agent, options)];
  });
}

function stayEvents(record: CallRecord, leg: Leg, options: ReplayOptions): FileEvent[] {
  const { books, watch } = options;
  const waitMs = record.leftQueueMs - record.offeredMs;
  const outcome = record.talk === null ? 'abandoned' : 'answered';
  const how = {
    outcome,
    waitMs,
    metTarget: outcome === 'answered' && waitMs <= options.serviceLevelTargetMs,
    shortAbandon: outcome === 'abandoned' && waitMs <= SHORT_ABANDON_MS,
  } as const;
  return [
    {
      fileMs: record.offeredMs,
      rank: 0,
      book(at) {
        books.offered(leg, at);
        watch?.offered(leg, at, null);
      },
    },
    {
      fileMs: record.leftQueueMs,
      rank: 3,
      book(at) {
        books.leftQueue(leg, at, how);
        if (outcome === 'abandoned') watch?.left(leg, at);
      },
    },
  ];
}

function talkEvents(
  record: CallRecord,
  leg: Leg,
  agent: number,
  { books, watch }: ReplayOptions,
): FileEvent[] {
  if (record.talk === null) return [];
  const { startMs, endMs } = record.talk;
  return [
    {
      fileMs: startMs,
      rank: 1,
      book(at) {
        books.talkStarted(leg, at);
        watch?.answered(leg, agent, at);
      },
    },
    {
      fileMs: endMs,
      rank: 4,
      book(at) {
        books.talkEnded(leg, at);
        watch?.left(leg, at);
        books.handled(leg, at, { talkMs: endMs - startMs, heldMs: 0, acwMs: 0 });
      },
    },
  ];
}

/** By name, in the order of the file. */
function agentIndexes(records: readonly CallRecord[]): ReadonlyMap<string, number> {
  const names = new Set(records.flatMap(({ agent }) => (agent === null ? [] : [agent])));
  return new Map([...names].map((name, index) => [name, index]));
}

interface AgentDay {
  /** As `agentIndexes` counts. */
  readonly agent: number;
  readonly queues: Set<number>;
  readonly talks: { readonly startMs: number; readonly endMs: number }[];
}

function agentEvents(options: ReplayOptions, byName: ReadonlyMap<string, number>): FileEvent[] {
  const days = new Map<string, AgentDay>();
  const indexes = agentIndexes(options.records);
  for (const record of options.records) {
    if (record.agent === null || record.talk === null) continue;
    const day = days.get(record.agent) ?? {
      ...{ agent: indexes.get(record.agent) ?? 0, queues: new Set(), talks: [] },
    };
    day.queues.add(must(byName.get(record.queue), `queue ${record.queue}`));
    day.talks.push(record.talk);
    days.set(record.agent, day);
  }
  return [...days.values()].flatMap((day) => agentDayEvents(day, options));
}

/** An agent may have two talks at once (one held): he is interacting until the last of them ends. */
function agentDayEvents(day: AgentDay, { books, moved }: ReplayOptions): FileEvent[] {
  const queues = [...day.queues];
  const lastEndMs = Math.max(...day.talks.map((talk) => talk.endMs));
  let place: UserPlace | null = null;
  let talking = 0;
  const move = (to: UserPlace | null, at: number) => {
    if (to === place) return;
    books.userMoved(queues, place, to, at);
    place = to;
    moved?.({ agent: day.agent, to, queues, at });
  };
  return day.talks.flatMap((talk) => [
    {
      fileMs: talk.startMs,
      rank: 2,
      book(at: number) {
        talking += 1;
        move(INTERACTING, at);
      },
    },
    {
      fileMs: talk.endMs,
      rank: 5,
      book(at: number) {
        talking -= 1;
        if (talking === 0) move(talk.endMs === lastEndMs ? null : IDLE, at);
      },
    },
  ]);
}
