/**
 * P1 and the event side of P6: bytes of frames → text → parsed → guarded → KPI engine → announced at each tick,
 * against bare `JSON.parse` of the same bytes, in one process, A, B, A, B. The tick comes as at 20,000 frames a
 * second, the platform's most: every 250 ms, 5,000 frames. A listener hears of queues over all their media types and
 * of all queues together, as a board's table does.
 */

import { must } from '../../lib/assert';
import type { KpiKey } from '../../lib/contracts/kpi';
import { ALL_QUEUES, queueId, subjectKey } from '../../lib/ids';
import { defaultBoards } from '../../server/boards/default-board';
import { createFrameParser, type TopicEntry } from '../../server/genesys/metric-parser';
import { KpiEngine } from '../../server/kpi/engine';
import { shownOn } from '../../server/push/shown';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { FakeClock } from '../support/fake-clock';
import { createPlatformFrames, type FrameSize, type PlatformFrames } from './platform-frames';
import type { Note, Report, Verdict } from './report';
import { growthExponent, median, spread } from './statistics';

const FRAMES = 20_000;
const FRAMES_A_MS = 20;
const TICK_MS = 250;
const QUEUES = 1_000;
const WARM_UP_ROUNDS = 6;
const GROWTH_QUEUES = [1_000, 5_000, 20_000];
const DIVISIONS = 10;

interface HotPath {
  /** One pass over all frames by the product; CPU µs. */
  pass(): number;
  /** One pass over the same bytes by JSON.parse alone; CPU µs. */
  barePass(): number;
  /** Frames applied and figures announced so far. */
  readonly counts: { applied: number; changes: number };
}

interface Load {
  readonly queues: number;
  /** Queues that a board like the default one shows; `all`: every KPI of every subject, also by media type. */
  readonly watched: number | 'all';
  readonly tickMs: number;
  /** Frames of one size instead of the mix. */
  readonly size?: FrameSize;
}

/** A board of all queues. */
const LARGE_BOARD: Load = { queues: QUEUES, watched: QUEUES, tickMs: TICK_MS };
const WALL_BOARD_ROWS = 250;

function createHotPath({ queues: queueCount, watched, tickMs, size }: Load): HotPath {
  const frames = createPlatformFrames(FRAMES, queueCount, size === undefined ? {} : { only: size });
  const clock = new FakeClock(frames.now);
  const counts = { applied: 0, changes: 0 };
  const engine = startEngine(clock, frames, tickMs);
  const ids = [...frames.topicNames.values()];
  const subjects = new Set([
    ALL_QUEUES,
    ...ids.slice(0, watched === 'all' ? 0 : watched).map((id) => subjectKey('queue', id)),
  ]);
  engine.subscribe(
    (batch) => {
      counts.changes += batch.changes.length;
    },
    watched === 'all' ? {} : { subjects, kpis: kpisOfTheBoard() },
  );
  const parser = createFrameParser({ topicIndex: topicIndexOf(frames), sink: engine.sink });
  const framesATick = tickMs * FRAMES_A_MS;
  const run = () => {
    const { buffers } = frames;
    for (let from = 0; from < buffers.length; from += framesATick) {
      const end = Math.min(from + framesATick, buffers.length);
      const receivedAt = clock.now();
      for (let i = from; i < end; i += 1) {
        // `toString` is the text that a WebSocket library hands on.
        const outcome = parser.parse((buffers[i] as Buffer).toString(), receivedAt);
        if (outcome.kind === 'applied') counts.applied += 1;
      }
      clock.advance(tickMs);
    }
  };
  return {
    counts,
    pass() {
      frames.advance();
      return cpuOf(run);
    },
    barePass: () => cpuOf(() => parseAll(frames.buffers)),
  };
}

/** What the board shows that is made from the queues there are. */
function kpisOfTheBoard(): ReadonlySet<KpiKey> {
  const board = must(defaultBoards([], { timeZone: 'UTC', hasDevices: true })[0], 'the default board');
  const queues = [{ subject: subjectKey('queue', 'any'), name: 'Any', shortName: 'Any', timeZone: 'UTC' }];
  return new Set([...shownOn(board, queues, 1).figures.values()].map(({ kpi }) => kpi));
}

function startEngine(clock: FakeClock, frames: PlatformFrames, flushIntervalMs: number): KpiEngine {
  const engine = new KpiEngine({
    clock,
    log: silentLog,
    metrics: createMetrics(),
    settings: {
      timeZone: 'UTC',
      timeZoneOf: () => 'UTC',
      groups: [],
      thresholds: [],
      excludeShortAbandons: false,
    },
    flushIntervalMs,
  });
  engine.start();
  const queues = [...frames.topicNames.values()].map((id, index) => ({
    id: queueId(id),
    name: `Queue ${index}`,
    divisionId: `division-${index % DIVISIONS}`,
    divisionName: `Division ${index % DIVISIONS}`,
    serviceLevels: [{ mediaType: 'voice', percentage: 0.8, durationMs: 20_000 }],
  }));
  engine.sink({ kind: 'queuesListed', queues });
  engine.sink({ kind: 'linkRestored', queueIds: queues.map((queue) => queue.id), at: clock.now() });
  clock.advance(flushIntervalMs);
  return engine;
}

function topicIndexOf(frames: PlatformFrames): ReadonlyMap<string, TopicEntry> {
  const entries = [...frames.topicNames].map(([topic, id]): [string, TopicEntry] => {
    return [topic, { kind: 'observations', queueId: queueId(id), lastAt: 0 }];
  });
  return new Map(entries);
}

function parseAll(buffers: readonly Buffer[]): void {
  let objects = 0;
  for (let i = 0; i < buffers.length; i += 1) {
    const frame: unknown = JSON.parse((buffers[i] as Buffer).toString());
    if (typeof frame === 'object') objects += 1;
  }
  // Looked at, so that no parse can be optimised away.
  if (objects !== buffers.length) throw new Error('a frame of the benchmark is no object');
}

function cpuOf(run: () => void): number {
  const from = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(from);
  return user + system;
}

interface HotPathFigures {
  /** Bare parsing's CPU ÷ the product's, a round each: 1 would be parsing for nothing. */
  readonly ratios: readonly number[];
  readonly cpuPerFrameUs: number;
  readonly bareCpuPerFrameUs: number;
  readonly doubts: readonly string[];
}

function measure(rounds: number, load: Load): HotPathFigures {
  const path = createHotPath(load);
  // No collection is forced between rounds: a full one makes V8 forget shapes and code, which a server that runs
  // for days pays once in a long while.
  for (let i = 0; i < WARM_UP_ROUNDS; i += 1) [path.pass(), path.barePass()];
  const before = { ...path.counts };
  const [own, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    own.push(path.pass());
    bare.push(path.barePass());
  }
  const lost = rounds * FRAMES - (path.counts.applied - before.applied);
  const silent = path.counts.changes === before.changes;
  return {
    ratios: own.map((value, round) => (bare[round] ?? Number.NaN) / value),
    cpuPerFrameUs: median(own) / FRAMES,
    bareCpuPerFrameUs: median(bare) / FRAMES,
    doubts: [
      ...(lost > 0 ? [`${load.queues} queues: ${lost} frames were not applied`] : []),
      ...(silent ? [`${load.queues} queues: no figure was announced`] : []),
    ],
  };
}

export function measureHotPath(rounds: number): Report {
  const main = measure(rounds, LARGE_BOARD);
  console.log('  hot path: measured');
  const growth = GROWTH_QUEUES.map((queues) => {
    return { queues, figures: measure(rounds, { ...LARGE_BOARD, queues, watched: WALL_BOARD_ROWS }) };
  });
  console.log('  hot path: growth measured');
  const others: (readonly [string, Load])[] = [
    ...(['S', 'M', 'L'] as const).map((size) => [`size ${size} alone`, { ...LARGE_BOARD, size }] as const),
    ['the mix, a tick every 50 ms', { ...LARGE_BOARD, tickMs: 50 }],
    ['the mix, 250 queues watched', { ...LARGE_BOARD, watched: WALL_BOARD_ROWS }],
    ['the mix, nobody watches', { ...LARGE_BOARD, watched: 0 }],
    ['the mix, every subject watched', { ...LARGE_BOARD, watched: 'all' }],
  ];
  const beside = others.map(([what, load]) => [what, measure(rounds, load)] as const);
  const exponent = growthExponent(
    growth.map(({ queues, figures }) => ({ x: queues, y: figures.cpuPerFrameUs })),
  );
  const verdicts: Verdict[] = [
    {
      goal: 'P1',
      what: 'bare JSON.parse ÷ frame bytes → validated → KPI → tick, 1,000 queues, all watched',
      measured: median(main.ratios),
      reach: { at: 'least', value: 0.75 },
      rounds,
      spread: spread(main.ratios),
    },
    {
      goal: 'P6',
      what: 'CPU an event, in queues 1,000 → 20,000, 250 watched',
      measured: exponent,
      reach: { at: 'most', value: 0.1 },
      rounds,
      spread: null,
    },
  ];
  const notes: Note[] = [
    figuresNote('P1', 'the mix', main),
    ...beside.map(([what, figures]) => figuresNote('P1', what, figures)),
    ...growth.map(({ queues, figures }) => figuresNote('P6', `the mix over ${queues} queues`, figures)),
  ];
  const all = [main, ...beside.map(([, figures]) => figures), ...growth.map(({ figures }) => figures)];
  const doubts = all.flatMap((figures) => figures.doubts);
  return { verdicts, notes, doubts };
}

function figuresNote(goal: string, what: string, figures: HotPathFigures): Note {
  const framesASecond = Math.round(1_000_000 / figures.cpuPerFrameUs / 1_000);
  const [own, bare] = [figures.cpuPerFrameUs.toPrecision(3), figures.bareCpuPerFrameUs.toPrecision(3)];
  const measured = `${median(figures.ratios).toFixed(2)}: ${own} µs a frame (${framesASecond} k/s), bare ${bare} µs`;
  return { goal, what, measured };
}
