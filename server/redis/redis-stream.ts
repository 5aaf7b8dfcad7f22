/**
 * Reads streams as they grow, on a connection of its own that waits. Never gives up: while Redis is away it tries again
 * at a pace. What it hands on are entries in their order; where it begins, and what a gap means, is its reader's business.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import { connectRedis, type RedisClient, type RedisConnectOptions } from './redis-client';

export interface StreamEntry {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

export interface StreamReaderOptions extends RedisConnectOptions {
  readonly clock: Clock;
  /** All in one slot. From where: an id, the entries after which are read. */
  readonly streams: ReadonlyMap<string, string>;
  /** Of one stream, in order, a part at a time. Awaited before more is read. Never rejects. */
  readonly onEntries: (stream: string, entries: readonly StreamEntry[]) => void | Promise<void>;
}

export interface StreamReader {
  /** Words of the last failure; `null`: none since something was heard. */
  problem(): string | null;
  stop(): void;
}

/** Characters of one answer, so that none holds the process up: how many entries that is follows from the last ones. */
const CHARACTERS_A_READ = 300_000;
/** Characters that are handed on in one turn of the event loop; a single entry may be longer. */
const CHARACTERS_A_TURN = 50_000;
const FEWEST_ENTRIES = 4;
const MOST_ENTRIES = 256;
/** Reads that follow each other closely go at a pace: one round trip takes what came meanwhile. */
const PACE_MS = 5;
const WAIT_MS = 1_000;
/** Redis answers within the wait, or is not there. */
const COMMAND_TIMEOUT_MS = WAIT_MS + 1_500;
const PAUSE_MS = 250;

export function readStreams(options: StreamReaderOptions): StreamReader {
  const { clock, onEntries } = options;
  const client = connectRedis(options, { commandTimeoutMs: COMMAND_TIMEOUT_MS, isPipelined: false });
  const positions = new Map(options.streams);
  let problem: string | null = null;
  let isStopped = false;
  let cancelPause: Cancel = () => {};
  let most = FEWEST_ENTRIES;
  const passed = (ms: number) =>
    new Promise<void>((resolve) => {
      cancelPause = clock.after(ms, resolve);
    });
  // Each failure is seen where it is asked.
  client.on('error', () => {});

  async function run(): Promise<void> {
    let readAt = Number.NEGATIVE_INFINITY;
    while (!isStopped) {
      try {
        const earlyMs = readAt + PACE_MS - clock.monotonicNow();
        if (earlyMs > 0) await passed(earlyMs);
        const answer = await ask(client, positions, most);
        readAt = clock.monotonicNow();
        problem = null;
        for (const [stream, entries] of answer) {
          for (const part of partsOf(entries)) {
            if (isStopped) return;
            await onEntries(stream, part);
            const last = part.at(-1);
            if (last !== undefined) positions.set(stream, last.id);
            if (part.length < entries.length) await nextTurn();
          }
        }
        most = nextMost(answer, most);
      } catch (thrown) {
        problem = messageOf(thrown);
        await passed(PAUSE_MS);
      }
    }
  }
  void run();

  return {
    problem: () => problem,
    stop() {
      isStopped = true;
      cancelPause();
      client.disconnect();
    },
  };
}

type Answer = readonly (readonly [string, readonly StreamEntry[]])[];

/** As many of such entries as may come at once, growing step by step: the next ones may be larger. */
function nextMost(answer: Answer, most: number): number {
  const entries = answer.flatMap(([, list]) => list);
  if (entries.length === 0) return most;
  const characters = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  const fitting = Math.floor((CHARACTERS_A_READ * entries.length) / Math.max(1, characters));
  return Math.max(FEWEST_ENTRIES, Math.min(MOST_ENTRIES, fitting, most * 2));
}

function sizeOf({ fields }: StreamEntry): number {
  let characters = 0;
  for (const value of fields.values()) characters += value.length;
  return characters;
}

function partsOf(entries: readonly StreamEntry[]): readonly (readonly StreamEntry[])[] {
  const parts: StreamEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = CHARACTERS_A_TURN;
    }
    parts.at(-1)?.push(entry);
    room -= size;
  }
  return parts;
}

async function ask(
  client: RedisClient,
  positions: ReadonlyMap<string, string>,
  most: number,
): Promise<Answer> {
  const answer = await client.xread(
    'COUNT',
    most,
    'BLOCK',
    WAIT_MS,
    'STREAMS',
    ...positions.keys(),
    ...positions.values(),
  );
  return (answer ?? []).map(([stream, entries]) => [
    stream,
    entries.map(([id, words]) => ({ id, fields: pairsOf(words) })),
  ]);
}

function pairsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) fields.set(words[at] ?? '', words[at + 1] ?? '');
  return fields;
}
