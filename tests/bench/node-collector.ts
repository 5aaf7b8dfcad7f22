/**
 * A collector, a process of its own: takes frames at the pace it is told, and marks whose moment it notes. Started over
 * IPC with a `CollectorStart`; one that is alone serves screens too, as one process does.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { startFloorNode } from './floor-node';
import { benchBoards } from './node-boards';
import {
  type CollectorRequest,
  type CollectorStart,
  MARK_QUEUES,
  type Mark,
  markQueueId,
  monotonicMs,
  usageOf,
} from './node-messages';
import { createPlatformFrames } from './platform-frames';

const TURN_MS = 5;
const HALF_HOUR_MS = 1_800_000;

// Given by nodes.ts.
const { redisUrl, queues, framesAQueue, port } = JSON.parse(process.argv[2] ?? '') as CollectorStart;
const now = Date.now();
const frames = createPlatformFrames(queues * framesAQueue, queues, { halfHour: now - (now % HALF_HOUR_MS) });
const ids = [...frames.topicNames.values()];
const marks = Array.from({ length: MARK_QUEUES }, (_, index) => markQueueId(index));
const http = port === null ? null : await listen(port);
const boards = benchBoards(ids);
const node = await startFloorNode({ queueIds: [...ids, ...marks], boards, redisUrl, http });

let perSecond = 0;
let events = 0;
let markValue = 0;

/** As many frames a turn as the pace asks for; what a turn came late for is made up for. */
async function load(): Promise<void> {
  // Every frame once a pass, and neighbours in time from all over the queues, as their shards have them.
  const { length } = frames.buffers;
  const step = coprime(Math.round(length * 0.618), length);
  let at = 0;
  let taken = 0;
  let owed = 0;
  let last = performance.now();
  for (;;) {
    await wait(TURN_MS);
    const tick = performance.now();
    owed += (perSecond * (tick - last)) / 1_000;
    last = tick;
    for (; owed >= 1; owed -= 1) {
      const bytes = frames.buffers[at];
      if (bytes === undefined || !node.take(bytes.toString()))
        throw new Error('a frame of the benchmark was refused');
      events += 1;
      at = (at + step) % length;
      taken = (taken + 1) % length;
      if (taken === 0) frames.advance();
    }
  }
}

function coprime(from: number, length: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return divisor(from, length) === 1 ? from : coprime(from + 1, length);
}

async function mark(count: number, everyMs: number): Promise<readonly Mark[]> {
  const made: Mark[] = [];
  for (let n = 0; n < count; n += 1) {
    markValue += 1;
    const text = markFrame(markQueueId(markValue % MARK_QUEUES), markValue);
    made.push({ value: markValue, at: monotonicMs() });
    if (!node.take(text)) throw new Error('a mark of the benchmark was refused');
    events += 1;
    // Never in step with the boards.
    await wait(everyMs * (0.5 + Math.random()));
  }
  return made;
}

function markFrame(queue: string, count: number): string {
  const at = new Date(frames.now + count).toISOString();
  return JSON.stringify({
    topicName: `v2.analytics.queues.${queue}.observations`,
    version: '2',
    eventBody: {
      group: { queueId: queue, mediaType: 'voice' },
      data: [{ interval: `${at}/${at}`, metrics: [{ metric: 'oWaiting', stats: { count } }] }],
    },
    metadata: { CorrelationId: queue },
  });
}

async function listen(at: number): Promise<HttpServer> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, '127.0.0.1', 4_096, () => resolve());
  });
  return server;
}

process.on('message', (request: CollectorRequest) => {
  if (request.kind === 'load') {
    perSecond = request.perSecond;
    process.send?.('set');
  } else if (request.kind === 'marks') {
    void mark(request.count, request.everyMs).then((made) => process.send?.(made));
  } else process.send?.(usageOf(events, request.isCollected));
});
process.on('disconnect', () => process.exit(0));
void load();
process.send?.('up');
