/**
 * The server under measurement, a process of its own: one of three ways to bring one 300-byte change to every
 * screen. Started by deliveries.ts over IPC with [kind].
 */
import { createServer, type Server as HttpServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Server as SocketIo } from 'socket.io';
import { WebSocketServer } from 'ws';
import type { ValueChange } from '../../lib/contracts/push';
import { prepareFrame } from '../../server/push/frame';
import { createPushServer } from '../../server/push/push-server';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { FakeGate } from '../support/fake-gate';
import type { MeasureRequest, TargetKind, TargetReport } from './delivery-messages';
import { boardsOf, changeOf, createStubReader, QUIET_SOURCES, queueSubject, tableBoard } from './stub-reader';

const FRAME_BYTES = 300;

interface Target {
  /** Brings change number `tick` to every screen. */
  deliver(tick: number): void;
  /** So far. */
  counts(): { readonly deliveries: number; readonly passedOver: number };
  readonly frameBytes: () => number;
}

const TARGETS: Record<TargetKind, (http: HttpServer) => Target> = { ws: bareWs, emit: roomEmit, floorcast };

function bareWs(http: HttpServer): Target {
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  let deliveries = 0;
  return {
    deliver(tick) {
      const text = String(tick).padEnd(FRAME_BYTES, 'x');
      for (const socket of server.clients) socket.send(text);
      deliveries += server.clients.size;
    },
    counts: () => ({ deliveries, passedOver: 0 }),
    frameBytes: () => FRAME_BYTES,
  };
}

function roomEmit(http: HttpServer): Target {
  const io = new SocketIo(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
  const board = io.of('/board');
  board.on('connection', (socket) => void socket.join('bench'));
  let deliveries = 0;
  return {
    deliver(tick) {
      const change = changeAt(tick);
      const delta = {
        epoch: EPOCH,
        prevSeq: tick,
        seq: tick + 1,
        serverTime: 1_795_165_200_000,
        changes: [change],
      };
      board.to('bench').emit('delta', delta);
      deliveries += board.sockets.size;
    },
    counts: () => ({ deliveries, passedOver: 0 }),
    frameBytes: () => FRAME_BYTES,
  };
}

const EPOCH = '00000000-0000-4000-8000-000000000000';

/** Change number `tick`, from 1 on: a longer wait, which makes a frame of 300 bytes. */
function changeAt(tick: number): ValueChange {
  return changeOf(queueSubject(0), 'longestWaitSince', 1_795_165_000_000 + tick);
}

function floorcast(http: HttpServer): Target {
  const reader = createStubReader(8);
  const subjects = Array.from({ length: 8 }, (_, index) => queueSubject(index));
  const push = createPushServer({
    httpServer: http,
    reader,
    boards: boardsOf([tableBoard('bench', subjects, ['longestWaitSince', 'offered'], 1)]),
    sources: () => QUIET_SOURCES,
    clock: systemClock,
    log: silentLog,
    metrics: createMetrics(),
    allowedOrigins: [],
    allowAbsentOrigin: true,
    // All screens of the bench come from one address, and at once.
    connectionLimits: { perAddress: 5_000, waiting: 5_000, waitingPerAddress: 5_000 },
    gate: new FakeGate(true),
    screenPath: async () => null,
    build: 'bench',
  });
  push.start();
  const sample = { epoch: EPOCH, prevSeq: 100, seq: 101, serverTime: 1_795_165_200_000 };
  const changes = [changeAt(0)];
  return {
    deliver: (tick) => reader.publish([changeAt(tick)]),
    counts: () => push.counters,
    frameBytes: () => prepareFrame('delta', JSON.stringify({ ...sample, changes })).packet.length,
  };
}

async function listen(http: HttpServer): Promise<number> {
  // Under 32768, so that no port is taken from those that outgoing connections use.
  for (let port = 20_000 + (process.pid % 10_000); ; port = port < 32_000 ? port + 1 : 20_000) {
    const isOpen = await new Promise<boolean>((resolve) => {
      http.once('error', () => resolve(false));
      http.listen(port, '127.0.0.1', 4_096, () => resolve(true));
    });
    if (isOpen) return port;
  }
}

async function measure(target: Target, request: MeasureRequest): Promise<TargetReport> {
  const { ticks, intervalMs, idleMs } = request;
  let tick = 0;
  const run = async (count: number) => {
    for (let end = tick + count; tick < end; ) {
      target.deliver(tick++);
      await wait(intervalMs);
    }
  };
  await run(Math.ceil(ticks / 4));
  globalThis.gc?.();

  const idleFrom = process.cpuUsage();
  await wait(idleMs);
  const idleCpuPerMs = total(process.cpuUsage(idleFrom)) / idleMs;

  const before = target.counts();
  const [deliveriesBefore, passedOverBefore] = [before.deliveries, before.passedOver];
  const from = process.cpuUsage();
  const startedAt = performance.now();
  await run(ticks);
  const totalCpuUs = total(process.cpuUsage(from));
  const wallMs = performance.now() - startedAt;
  const after = target.counts();
  return {
    deliveries: after.deliveries - deliveriesBefore,
    passedOver: after.passedOver - passedOverBefore,
    deliveryCpuUs: totalCpuUs - idleCpuPerMs * wallMs,
    totalCpuUs,
    frameBytes: target.frameBytes(),
  };
}

function total(usage: NodeJS.CpuUsage): number {
  return usage.user + usage.system;
}

const http = createServer();
// deliveries.ts names one of the kinds.
const target = TARGETS[process.argv[2] as TargetKind](http);
process.on('message', (request: MeasureRequest) => {
  void measure(target, request).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit(0));
process.send?.(await listen(http));
