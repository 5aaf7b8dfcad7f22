/**
 * A day of call records played through the simulator into a whole Floorcast, as `npm run replay` does it, while
 * probes look at its figures and hold them against the books of the file.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { vi } from 'vitest';
import { must } from '../../lib/assert';
import { type KpisResponse, kpisResponseSchema } from '../../lib/contracts/api';
import { compareWithTruth, figuresOf } from '../../scripts/day-figures';
import type { Pages } from '../../server/pages';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { type RunningSimulator, startSimulator } from '../../server/simulator/simulator';
import { parseCallRecords } from '../../server/simulator/world/call-records';
import { type Floorcast, wire } from '../../server/wire';
import { type BookedCall, readBooks, statesWithin } from './day-books';
import { shiftedClock } from './shifted-clock';
import { stageConfig } from './stage-config';

export interface PlayedDayOptions {
  readonly csv: string;
  readonly speed: number;
  /** Where the wall clock stands at the start: put a half hour or a midnight into the run. */
  readonly startAt?: number;
  readonly timeZone?: string;
  readonly startPages?: (address: { hostname: string; port: number }) => Promise<Pages>;
}

export interface PlayedDay {
  readonly floorcast: Floorcast;
  readonly simulator: RunningSimulator;
  readonly calls: readonly BookedCall[];
  start(): void;
  /** Share of the file that has been played, 0 … 1. */
  progress(): number;
  kpis(): Promise<KpisResponse>;
  stop(): Promise<void>;
}

export async function setDay(options: PlayedDayOptions): Promise<PlayedDay> {
  const records = parseCallRecords(options.csv);
  if (!records.ok) throw new Error(records.error.join('\n'));
  const clock = options.startAt === undefined ? systemClock : shiftedClock(options.startAt);
  const simulator = await startSimulator({
    ...{ port: 0, clock, random: seededRandom(1), log: silentLog },
    world: { kind: 'replay', records: records.value, speed: options.speed, autoStart: false },
    timeZone: options.timeZone ?? 'UTC',
  });
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-day-'));
  const floorcast = await wire({
    config: stageConfig({ simulatorUrl: simulator.url, dataDir, timeZone: options.timeZone ?? 'UTC' }),
    ...{ clock, random: seededRandom(2), log: silentLog, build: 'test' },
    startPages: options.startPages ?? null,
  });
  await vi.waitUntil(() => floorcast.sources().genesys.state === 'live', { timeout: 15_000 });
  async function kpis(): Promise<KpisResponse> {
    const answer = await fetch(`${floorcast.url}/api/v1/kpis?mediaType=all`, {
      signal: AbortSignal.timeout(5_000),
    });
    return kpisResponseSchema.parse(await answer.json());
  }
  return {
    ...{ floorcast, simulator, kpis },
    calls: readBooks(options.csv),
    start: () => void must(simulator.startReplay() || null, 'a held replay'),
    progress() {
      const { startedAt, fileStartMs, fileEndMs, fileNowMs, state } = must(
        simulator.truth().replay,
        'the replay',
      );
      if (startedAt === null) return 0;
      return state === 'done' ? 1 : (fileNowMs - fileStartMs) / (fileEndMs - fileStartMs);
    },
    async stop() {
      await floorcast.stop();
      await simulator.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** What somebody reads of one queue at a moment (epoch ms on the server's clock). */
export interface Reading {
  readonly at: number;
  readonly queue: string;
  readonly waiting: number | null;
  readonly interacting: number | null;
  readonly longestWaitSince: number | null;
}

/** Longer than this and the stand itself stood still: what it reads then says nothing of the product. */
const STALL_MS = 150;

/**
 * Watches the event loop, in which simulator and server run. `wasStill` tells whether it stood still lately: within
 * the last readings, since the figures of a second are held against its books.
 */
export function watchStalls() {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let stillUntil = 0;
  return {
    wasStill(): boolean {
      const now = performance.now();
      if (delay.max / 1e6 > STALL_MS) stillUntil = now + 2 * WITHIN_MS;
      delay.reset();
      return now < stillUntil;
    },
    end: () => void delay.disable(),
  };
}

/** How late a figure may be against the books. */
const WITHIN_MS = 1_000;

/** One sentence for each figure of a reading that was not the books' at any moment of the last second. */
export function againstTheBooks(day: PlayedDay, reading: Reading): readonly string[] {
  const { startedAt, fileStartMs, speed } = must(day.simulator.truth().replay, 'the replay');
  const began = must(startedAt, 'the start of the replay');
  const fileSecond = (at: number) => (fileStartMs + (at - began) * speed) / 1_000;
  const span = { from: fileSecond(reading.at - WITHIN_MS), to: fileSecond(reading.at) };
  const states = statesWithin(day.calls, reading.queue, span);
  const wrong: string[] = [];
  const say = (what: string, shown: number | null) =>
    wrong.push(`${reading.queue} ${what} ${shown} at ${span.to.toFixed(0)}: ${JSON.stringify(states)}`);
  if (!states.some((s) => s.waiting === reading.waiting)) say('waiting', reading.waiting);
  if (!states.some((s) => s.interacting === reading.interacting)) say('interacting', reading.interacting);
  const since = reading.longestWaitSince;
  const shown = since === null ? null : fileSecond(since);
  // Epochs are whole milliseconds of the wall, each of which is speed/1000 seconds of the file.
  const near = (right: number | null) =>
    shown === null || right === null ? shown === right : Math.abs(shown - right) <= (2 * speed) / 1_000;
  if (!states.some((s) => near(s.longestSince))) say('longestWaitSince', shown);
  return wrong;
}

/** Whether the server says that it has been live all through the last second: only then are its figures of now. */
export function isSettled(response: KpisResponse): boolean {
  const { state, since } = response.sources.genesys;
  return state === 'live' && since <= response.serverTime - WITHIN_MS;
}

export function readingsOf(response: KpisResponse): readonly Reading[] {
  return response.queues.map(({ name, values }) => ({
    at: response.serverTime,
    queue: name,
    waiting: values.waiting?.value ?? null,
    interacting: values.interacting?.value ?? null,
    longestWaitSince: values.longestWaitSince?.value ?? null,
  }));
}

export interface DayWatch {
  /** Readings that were held against the books, and what was wrong with them. */
  readonly compared: number;
  readonly wrong: readonly string[];
}

/**
 * Plays the day to its end. With every batch of changes the figures are read by REST and held against the books;
 * the sockets are cut at each of `cutsAt` (shares of the file).
 */
export async function playToTheEnd(day: PlayedDay, cutsAt: readonly number[] = []): Promise<DayWatch> {
  const cuts = [...cutsAt];
  const wrong: string[] = [];
  let compared = 0;
  let reading: Promise<void> | null = null;
  const stalls = watchStalls();
  const read = async () => {
    const response = await day.kpis();
    if (stalls.wasStill() || !isSettled(response)) return;
    for (const one of readingsOf(response)) {
      compared += 1;
      wrong.push(...againstTheBooks(day, one));
    }
  };
  const unsubscribe = day.floorcast.reader.subscribe(() => {
    reading ??= read().finally(() => {
      reading = null;
    });
  });
  day.start();
  try {
    const isOver = () => {
      const progress = day.progress();
      if (progress >= (cuts[0] ?? 2)) {
        cuts.shift();
        day.simulator.faults.inject({ kind: 'cutSockets' });
      }
      return progress === 1;
    };
    await vi.waitUntil(isOver, { timeout: 170_000, interval: 100 });
    await reading;
  } finally {
    unsubscribe();
    stalls.end();
  }
  if (cuts.length > 0) throw new Error(`${cuts.length} cuts were not made`);
  return { compared, wrong };
}

/** The figures at the end: read until they equal the truth, or the last differences when the time is over. */
export async function differencesAtTheEnd(day: PlayedDay, truthText: string): Promise<readonly string[]> {
  let differences: readonly string[] = ['not read'];
  const equal = async () => {
    differences = compareWithTruth(figuresOf(await day.kpis()), truthText);
    return differences.length === 0;
  };
  await vi.waitUntil(equal, { timeout: 15_000, interval: 200 }).catch(() => {});
  return differences;
}
