/** A push server on a real port, and screens on real sockets that a test can wait on. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { applyDelta, fromSnapshot, type LiveState } from '../../../lib/apply-delta';
import type { Board } from '../../../lib/contracts/board';
import {
  assignmentSchema,
  type Delta,
  deltaSchema,
  PUSH_NAMESPACE,
  type Refusal,
  refusalSchema,
  type Snapshot,
  snapshotSchema,
} from '../../../lib/contracts/push';
import type { PushServer, PushServerOptions } from '../../../server/push/push-options';
import { createPushServer } from '../../../server/push/push-server';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics, type Metrics } from '../../../server/runtime/metrics';
import { FakeGate } from '../../support/fake-gate';
import { FakeKpiReader } from '../../support/fake-kpi-reader';
import { boardOf, FakeBoards, SOURCES } from '../../support/push-boards';

export const ORIGIN = 'http://floor.test';

export interface Stand {
  readonly httpServer: Server;
  readonly url: string;
  readonly port: number;
  readonly push: PushServer;
  readonly reader: FakeKpiReader;
  readonly boards: FakeBoards;
  readonly metrics: Metrics;
  /** The server's ends of all TCP connections. */
  readonly connections: ReadonlySet<NetSocket>;
  readonly gate: FakeGate;
  /** `headers`: of its upgrade request, beside the origin. */
  screen(auth?: object, origin?: string | null, headers?: Readonly<Record<string, string>>): TestScreen;
  close(): Promise<void>;
}

export interface StandOptions extends Partial<PushServerOptions> {
  readonly boardsList?: readonly Board[];
  /** Absent: an open one, as on a machine of one's own. */
  readonly gate?: FakeGate;
}

export async function openStand({
  boardsList,
  gate = new FakeGate(true),
  ...options
}: StandOptions = {}): Promise<Stand> {
  const httpServer = createServer((_, response) => response.end('a page'));
  const reader = new FakeKpiReader(['all', 'queue:a', 'queue:b']);
  const boards = new FakeBoards(boardsList ?? [boardOf('main')]);
  const metrics = createMetrics();
  const screens: TestScreen[] = [];
  const connections = new Set<NetSocket>();
  httpServer.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const push = createPushServer({
    httpServer,
    gate,
    screenPath: async () => null,
    reader,
    boards,
    metrics,
    sources: () => SOURCES,
    clock: systemClock,
    log: silentLog,
    allowedOrigins: [ORIGIN],
    build: 'test',
    ...options,
  });
  push.start();
  httpServer.listen(0, '127.0.0.1');
  await once(httpServer, 'listening');
  const { port } = httpServer.address() as AddressInfo; // A TCP server that listens has one.
  const url = `http://127.0.0.1:${port}`;
  return {
    httpServer,
    url,
    port,
    push,
    gate,
    reader,
    boards,
    metrics,
    connections,
    screen(auth = { boardId: 'main' }, origin = ORIGIN, headers = {}) {
      const screen = new TestScreen(url, auth, origin === null ? headers : { ...headers, origin });
      screens.push(screen);
      return screen;
    },
    async close() {
      for (const screen of screens) screen.close();
      await push.stop();
      httpServer.closeAllConnections();
      await new Promise((resolve) => httpServer.close(resolve));
    },
  };
}

type Frame =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'delta'; readonly delta: Delta }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'assignment'; readonly path: string }
  | { readonly kind: 'disconnect'; readonly reason: string }
  | { readonly kind: 'error'; readonly message: string };

/** A screen that checks every frame against the contract and keeps what it got, in order. */
export class TestScreen {
  readonly socket: Socket;
  state: LiveState | null = null;
  gaps = 0;
  readonly frames: Frame[] = [];
  #read = 0;
  #wake: (() => void) | null = null;

  constructor(url: string, auth: object, extraHeaders: Readonly<Record<string, string>>) {
    this.socket = io(`${url}${PUSH_NAMESPACE}`, {
      auth,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      extraHeaders,
    });
    this.socket.on('snapshot', (raw) =>
      this.#took({ kind: 'snapshot', snapshot: snapshotSchema.parse(raw) }),
    );
    this.socket.on('delta', (raw) => this.#took({ kind: 'delta', delta: deltaSchema.parse(raw) }));
    this.socket.on('refusal', (raw) => this.#took({ kind: 'refusal', refusal: refusalSchema.parse(raw) }));
    this.socket.on('assignment', (raw) =>
      this.#took({ kind: 'assignment', path: assignmentSchema.parse(raw).path }),
    );
    this.socket.on('disconnect', (reason) => this.#took({ kind: 'disconnect', reason }));
    this.socket.on('connect_error', (error) => this.#took({ kind: 'error', message: error.message }));
  }

  /** The next frame that has not been asked for yet. */
  async next(): Promise<Frame> {
    for (;;) {
      const frame = this.frames[this.#read];
      if (frame !== undefined) {
        this.#read += 1;
        return frame;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async nextSnapshot(): Promise<Snapshot> {
    const frame = await this.next();
    if (frame.kind !== 'snapshot') throw new Error(`expected a snapshot, got ${JSON.stringify(frame)}`);
    return frame.snapshot;
  }

  async nextDelta(): Promise<Delta> {
    const frame = await this.next();
    if (frame.kind !== 'delta') throw new Error(`expected a delta, got ${JSON.stringify(frame)}`);
    return frame.delta;
  }

  async nextRefusal(): Promise<Refusal> {
    const frame = await this.next();
    if (frame.kind !== 'refusal') throw new Error(`expected a refusal, got ${JSON.stringify(frame)}`);
    return frame.refusal;
  }

  /** Until its figure has this value. */
  async until(key: string, value: number): Promise<void> {
    while (this.state?.values.get(key)?.value !== value) await this.next();
  }

  close(): void {
    this.socket.disconnect();
  }

  #took(frame: Frame): void {
    if (frame.kind === 'snapshot') this.state = fromSnapshot(frame.snapshot);
    if (frame.kind === 'delta' && this.state !== null) {
      const result = applyDelta(this.state, frame.delta);
      if (result.kind === 'applied') this.state = result.state;
      if (result.kind === 'gap') this.gaps += 1;
    }
    this.frames.push(frame);
    this.#wake?.();
    this.#wake = null;
  }
}
