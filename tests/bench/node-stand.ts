/**
 * A site of several nodes for a benchmark: a real Redis with its boards, a collector, gateways, screens at them; each a
 * process of its own, all on this machine. Whatever was started is ended by `stop`.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { EMPTY_SETTINGS } from '../../lib/contracts/settings';
import { parseRedisAddress } from '../../server/redis/redis-address';
import { openRedisLink } from '../../server/redis/redis-link';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { openRedisStore } from '../../server/store/redis/redis-store';
import { importSettings } from '../../server/store/settings';
import { freePort } from '../support/free-port';
import { startRedis, type TestRedis } from '../support/redis';
import { answer, asked, end, start, startWith } from './children';
import type { ScreensReport } from './delivery-messages';
import { benchBoards } from './node-boards';
import type { CollectorRequest, CollectorStart, Mark, Usage } from './node-messages';
import { MARK_BOARD, monotonicMs } from './node-messages';
import { createPlatformFrames } from './platform-frames';

export interface Node {
  readonly child: ChildProcess;
  readonly port: number;
  usage(isCollected?: boolean): Promise<Usage>;
}

export interface Collector extends Node {
  load(perSecond: number): Promise<void>;
  marks(count: number, everyMs: number): Promise<readonly Mark[]>;
}

export interface Screens {
  begin(): void;
  report(): Promise<ScreensReport>;
}

/** A screen on the board of marks: when it got which value. */
export interface MarkScreen {
  readonly seen: ReadonlyMap<number, number>;
  close(): void;
}

export interface NodeStand {
  readonly redis: TestRedis;
  collector(): Promise<Collector>;
  /** One process that serves its own screens, without Redis. */
  alone(): Promise<Collector>;
  gateway(): Promise<Node>;
  screens(at: Node, count: number): Promise<Screens>;
  markScreen(at: Node, isDoor: boolean): Promise<MarkScreen>;
  stop(): Promise<void>;
}

export async function openNodeStand(queues: number, framesAQueue = 1): Promise<NodeStand> {
  const folder = mkdtempSync(join(tmpdir(), 'floorcast-nodes-'));
  const redis = await startRedis();
  const ends: (() => unknown)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
    () => redis.stop(),
  ];
  const kept = (child: ChildProcess) => {
    ends.push(() => end(child));
    return child;
  };
  const collectorAt = async (redisUrl: string | null): Promise<Collector> => {
    const port = await freePort();
    const own = redisUrl === null ? port : null;
    const options: CollectorStart = { redisUrl, queues, framesAQueue, port: own };
    const child = kept(start('node-collector.js', JSON.stringify(options)));
    await answer<'up'>(child);
    const ask = <T>(request: CollectorRequest) => asked<T>(child, request);
    return {
      ...{ child, port },
      usage: (isCollected = false) => ask<Usage>({ kind: 'usage', isCollected }),
      load: (perSecond) => ask({ kind: 'load', perSecond }),
      marks: (count, everyMs) => ask<readonly Mark[]>({ kind: 'marks', count, everyMs }),
    };
  };
  try {
    await storeBoards(redis.url, queues);
  } catch (thrown) {
    await redis.stop();
    throw thrown;
  }
  return {
    redis,
    collector: () => collectorAt(redis.url),
    alone: () => collectorAt(null),
    async gateway() {
      const port = await freePort();
      const child = kept(
        startWith('node-gateway.js', {
          ...{ NODE_ENV: 'production', PORT: String(port), TIME_ZONE: 'UTC', PATH: process.env.PATH },
          DATA_DIR: mkdtempSync(join(folder, 'gateway-')),
          ...{ REDIS_URL: redis.url, FLOORCAST_ROLE: 'gateway' },
        }),
      );
      await answer<string>(child);
      return { child, port, usage: (isCollected = false) => asked(child, { kind: 'usage', isCollected }) };
    },
    async screens({ port }, count) {
      const child = kept(start('screens.js', String(port), String(count), 'floorcast', 'door'));
      await answer<'connected'>(child);
      return { begin: () => void child.send('begin'), report: () => asked<ScreensReport>(child, 'report') };
    },
    async markScreen({ port }, isDoor) {
      const screen = await openMarkScreen(port, isDoor);
      ends.push(() => screen.close());
      return screen;
    },
    async stop() {
      for (const stop of ends.reverse()) await stop();
    },
  };
}

async function storeBoards(url: string, queues: number): Promise<void> {
  const address = parseRedisAddress(url);
  if (!address.ok) throw new Error(address.error);
  const ground = { ca: null, clock: systemClock, random: () => 0.5, log: silentLog };
  const link = openRedisLink({ address: address.value, ...ground });
  await new Promise<void>((resolve) => {
    link.subscribe(() => link.status().state === 'live' && resolve());
  });
  const ids = [...createPlatformFrames(0, queues).topicNames.values()];
  const settings = JSON.stringify({ ...EMPTY_SETTINGS, boards: benchBoards(ids) });
  const written = await importSettings(openRedisStore(link), settings, systemClock.now());
  link.stop();
  if (!written.ok) throw new Error(written.error.join('; '));
}

const DELTA = '42/board,["delta",';

function openMarkScreen(port: number, isDoor: boolean): Promise<MarkScreen> {
  const seen = new Map<number, number>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
    perMessageDeflate: false,
    ...(isDoor ? { origin: `http://127.0.0.1:${port}` } : {}),
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the screen of marks was closed')));
    socket.on('message', (bytes: Buffer) => {
      const at = monotonicMs();
      const text = bytes.toString();
      if (text.startsWith('0')) socket.send(`40/board,{"boardId":"${MARK_BOARD}"}`);
      else if (text === '2') socket.send('3');
      else if (text.startsWith('42')) {
        if (text.startsWith(DELTA)) note(text, at);
        resolve({ seen, close: () => socket.terminate() });
      }
    });
  });

  function note(text: string, at: number): void {
    // Our own server's: its contract is tested elsewhere.
    const [, { changes }] = JSON.parse(text.slice('42/board,'.length)) as [
      string,
      { changes: readonly { kpi: string; value: number | null }[] },
    ];
    for (const { kpi, value } of changes) {
      if (kpi === 'waiting' && value !== null && !seen.has(value)) seen.set(value, at);
    }
  }
}
