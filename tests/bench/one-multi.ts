/**
 * P2: the whole way of an event on a node, from the bytes of its frame to 100 screens on a board and into Redis for the
 * other nodes, against the usual script: one `MULTI` round trip an event, then an emit to the room of its 100 screens.
 * One real Redis, screens in processes of their own, A, B, A, B. Each round ends when all of it stands in Redis.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { Server as SocketIo } from 'socket.io';
import { subjectKey } from '../../lib/ids';
import { COLUMNS } from '../../server/boards/default-board';
import { startRedis, type TestRedis } from '../support/redis';
import { answer, end, start } from './children';
import type { ScreensReport } from './delivery-messages';
import { type FloorNode, startFloorNode } from './floor-node';
import { createPlatformFrames, type PlatformFrames } from './platform-frames';
import type { Report } from './report';
import { median, medianRatio, spread } from './statistics';
import { tableBoard } from './stub-reader';

const QUEUES = 1_000;
const ROWS = 250;
const SCREENS = 100;
const CADENCE_MS = 250;
const FRAMES = 20_000;
/** Of the script, which is slow. */
const SCRIPT_EVENTS = 2_000;
/** So that a round has several ticks in it. */
const PASSES = 3;
/** Frames that arrive in one turn of the event loop. */
const A_TURN = 200;
/** Beyond this the node would begin to forget: frames wait in the sockets then. */
const MOST_WAITING = 10_000;
const TTL_SECONDS = 300;

interface Round {
  readonly perSecond: number;
  readonly cpuUs: number;
  /** Messages that the screens got. */
  readonly received: number;
}

export async function measureOneMulti(rounds: number): Promise<Report> {
  const redis = await startRedis();
  const ends: (() => unknown)[] = [() => redis.stop()];
  try {
    const frames = createPlatformFrames(FRAMES, QUEUES, { halfHour: thisHalfHour() });
    const [own, script] = [await listen(), await listen()];
    ends.push(...[own, script].map((http) => () => closed(http)));
    const subjects = [...frames.topicNames.values()].map((id) => subjectKey('queue', id)).slice(0, ROWS);
    const node = await startFloorNode({
      queueIds: [...frames.topicNames.values()],
      boards: [tableBoard('bench', subjects, [...COLUMNS], CADENCE_MS)],
      ...{ redisUrl: redis.url, http: own },
    });
    ends.push(() => node.stop());
    const client = new Redis({ host: '127.0.0.1', port: redis.port });
    ends.push(() => client.disconnect());
    const room = openRoom(script);
    const [ownScreens, scriptScreens] = [
      await openScreens(own, 'floorcast', ends),
      await openScreens(script, 'emit', ends),
    ];
    const [ours, theirs]: [Round[], Round[]] = [[], []];
    // The first is for warming up.
    for (let round = 0; round <= rounds; round += 1) {
      const pair = [
        await measured(ownScreens, () => takeOurs(node, frames, redis)),
        await measured(scriptScreens, () => takeByScript(client, room, frames)),
      ] as const;
      if (round === 0) continue;
      ours.push(pair[0]);
      theirs.push(pair[1]);
      console.log(`  P2: round ${round} of ${rounds}`);
    }
    return reportOf(ours, theirs, node.overflows());
  } finally {
    for (const stop of ends.reverse()) await stop();
  }
}

function reportOf(ours: readonly Round[], theirs: readonly Round[], overflows: number): Report {
  const rates = (rounds: readonly Round[]) => rounds.map(({ perSecond }) => perSecond);
  const said = (rounds: readonly Round[]) => {
    const cpu = median(rounds.map(({ cpuUs }) => cpuUs)).toPrecision(3);
    const received = median(rounds.map((round) => round.received));
    return `${Math.round(median(rates(rounds)))} a second, ${cpu} µs CPU each; ${received} messages at the screens a round`;
  };
  const ratios = ours.map(({ perSecond }, round) => perSecond / (theirs[round]?.perSecond ?? Number.NaN));
  return {
    verdicts: [
      {
        goal: 'P2',
        what: `events/s to ${SCREENS} screens and into Redis ÷ one MULTI and one emit an event`,
        ...{ measured: medianRatio(rates(ours), rates(theirs)), spread: spread(ratios), rounds: ours.length },
        reach: { at: 'least', value: 15 },
      },
    ],
    notes: [
      { goal: 'P2', what: 'a node, frame bytes to screens and stream', measured: said(ours) },
      { goal: 'P2', what: 'one MULTI and one emit an event', measured: said(theirs) },
    ],
    doubts: [
      ...(overflows > 0 ? [`the node forgot ${overflows} times: it was fed faster than it writes`] : []),
      ...([...ours, ...theirs].some(({ received }) => received === 0) ? ['screens got nothing'] : []),
    ],
  };
}

interface Taken {
  readonly events: number;
  readonly seconds: number;
  readonly cpuUs: number;
}

async function measured(screens: ChildProcess, run: () => Promise<Taken>): Promise<Round> {
  globalThis.gc?.();
  screens.send('begin');
  const { events, seconds, cpuUs } = await run();
  const said = answer<ScreensReport>(screens);
  screens.send('report');
  return { perSecond: events / seconds, cpuUs: cpuUs / events, received: (await said).received };
}

async function takeOurs(node: FloorNode, frames: PlatformFrames, redis: TestRedis): Promise<Taken> {
  // What is read already: otherwise the rounds before fill the machine's memory for 20 s.
  await redis.ask('XTRIM {floorcast}:feed MAXLEN 0');
  const sum = { events: 0, seconds: 0, cpuUs: 0 };
  for (let pass = 0; pass < PASSES; pass += 1) {
    frames.advance();
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    for (let from = 0; from < FRAMES; from += A_TURN) {
      for (const bytes of frames.buffers.slice(from, from + A_TURN)) {
        if (!node.take(bytes.toString())) throw new Error('a frame of the benchmark was refused');
      }
      do await nextTurn();
      while (node.waiting() > MOST_WAITING);
    }
    while (node.waiting() > 0) await nextTurn();
    const { user, system } = process.cpuUsage(cpu);
    sum.events += FRAMES;
    sum.seconds += (performance.now() - startedAt) / 1_000;
    sum.cpuUs += user + system;
  }
  return sum;
}

/** As a tutorial writes it: each event is waited for, and goes to everybody. */
async function takeByScript(
  client: Redis,
  emit: (event: unknown) => void,
  { buffers }: PlatformFrames,
): Promise<Taken> {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  for (const bytes of buffers.slice(0, SCRIPT_EVENTS)) {
    const { group, data } = (JSON.parse(bytes.toString()) as TutorialFrame).eventBody;
    const fields = Object.fromEntries(
      data.flatMap(({ metrics }) => metrics.map(({ metric, stats }) => [metric, JSON.stringify(stats)])),
    );
    const key = `queue:${group.queueId}`;
    await client.multi().hset(key, fields).expire(key, TTL_SECONDS).exec();
    emit({ queueId: group.queueId, ...fields });
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...{ events: SCRIPT_EVENTS, seconds: (performance.now() - startedAt) / 1_000 },
    cpuUs: user + system,
  };
}

interface TutorialFrame {
  readonly eventBody: {
    readonly group: { readonly queueId: string };
    readonly data: readonly { readonly metrics: readonly { metric: string; stats: unknown }[] }[];
  };
}

function openRoom(http: HttpServer): (event: unknown) => void {
  const io = new SocketIo(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
  const board = io.of('/board');
  board.on('connection', (socket) => void socket.join('bench'));
  return (event) => void board.to('bench').emit('update', event);
}

async function openScreens(
  http: HttpServer,
  kind: 'floorcast' | 'emit',
  ends: (() => unknown)[],
): Promise<ChildProcess> {
  // It listens at a port.
  const { port } = http.address() as AddressInfo;
  const screens = start('screens.js', String(port), String(SCREENS), kind);
  ends.push(() => end(screens));
  await answer<'connected'>(screens);
  return screens;
}

async function listen(): Promise<HttpServer> {
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return http;
}

function closed(http: HttpServer): Promise<void> {
  http.closeAllConnections();
  return new Promise((resolve) => void http.close(() => resolve()));
}

export function thisHalfHour(now = Date.now()): number {
  return now - (now % 1_800_000);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
