/**
 * The Socket.IO server: lets screens in (exact Origin, number, handshake), seats each in its board's room, and closes
 * what misbehaves. It shares its HTTP server with the pages and the API, and leaves upgrades that are not its own
 * alone. What is said to screens is the rooms' business.
 */
import { randomUUID } from 'node:crypto';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { Server, type Socket } from 'socket.io';
import type { Board } from '../../lib/contracts/board';
import {
  handshakeSchema,
  type Limit,
  type Position,
  PUSH_NAMESPACE,
  type Refusal,
} from '../../lib/contracts/push';
import type { Sources } from '../../lib/contracts/source';
import { err, ok, type Result } from '../../lib/result';
import type { BoardProvider } from '../boards/board-provider';
import type { KpiReader } from '../kpi/reader';
import type { Cancel, Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import { admit, messageAllowance, type RefusedReason, spendMessage } from './admission';
import { watchOrphanUpgrades } from './orphan-upgrades';
import { createPushCounters, exposePushCounters, type PushCounters } from './push-counters';
import { Rooms } from './rooms';
import { SocketScreen } from './screen';

/** A screen must know of a lost server within 5 s: it waits for one ping and its time-out. */
const PING_INTERVAL_MS = 2_000;
const PING_TIMEOUT_MS = 2_500;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_MESSAGE_BYTES = 64_000;
const DEFAULT_MAX_CONNECTIONS = 5_000;
const DEFAULT_ROOM_GRACE_MS = 60_000;
const DEFAULT_MAX_QUEUES = 2_000;
/** Socket.IO's own address, as its clients expect it. */
const PATH = '/socket.io/';
/** How long a screen may take to answer our closing before its socket is destroyed. */
const CLOSE_GRACE_MS = 1_000;

export interface PushServerOptions {
  /** Its request handler must be set before `start`. */
  readonly httpServer: HttpServer;
  readonly reader: KpiReader;
  readonly boards: BoardProvider;
  readonly sources: () => Sources;
  /** Printed beside the figures; absent: nothing is. */
  readonly limits?: () => readonly Limit[];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Exact origins, e.g. `http://127.0.0.1:3000`. Read at each connection. */
  readonly allowedOrigins: readonly string[];
  /** For clients that are no browsers; default false. */
  readonly allowAbsentOrigin?: boolean;
  /** Names the running build. */
  readonly build: string;
  readonly maxConnections?: number;
  /** How long a board's history is kept without screens. */
  readonly roomGraceMs?: number;
  /** A table of all queues shows no more than these. */
  readonly maxQueues?: number;
  /** False: every frame by Socket.IO's public emit (to compare). Default true. */
  readonly shortWay?: boolean;
}

export interface PushServer {
  /** Begins to let screens in. */
  start(): void;
  /** Closes every screen's socket; resolves when all are gone. Leaves the HTTP server alone. */
  stop(): Promise<void>;
  /** Tells every screen what the sources say of themselves. */
  publishSources(sources: Sources): void;
  /** Ids of the queues that screens show now: the collector fetches those first. */
  shownQueueIds(): ReadonlySet<string>;
  screensCount(): number;
  readonly counters: Readonly<PushCounters>;
}

export function createPushServer(options: PushServerOptions): PushServer {
  return new SocketIoPushServer(options);
}

type EngineSocket = Socket['conn'];

interface JoinRequest {
  readonly board: Board;
  readonly last: Position | undefined;
}

class SocketIoPushServer implements PushServer {
  readonly counters = createPushCounters();
  readonly #options: PushServerOptions;
  readonly #log: Log;
  readonly #rooms: Rooms;
  readonly #screens = new Map<EngineSocket, Socket>();
  /** Connections by their TCP sockets, also those that are closing. */
  readonly #connections = new Map<NetSocket, EngineSocket>();
  readonly #refused = new Map<RefusedReason | Refusal['code'], number>();
  #io: Server | null = null;
  #unwatch = () => {};
  #allGone: (() => void) | null = null;

  constructor(options: PushServerOptions) {
    this.#options = options;
    this.#log = options.log.child({ room: 'push' });
    this.#rooms = new Rooms(
      {
        ...options,
        limits: options.limits ?? (() => []),
        counters: this.counters,
        newEpoch: randomUUID,
        graceMs: options.roomGraceMs ?? DEFAULT_ROOM_GRACE_MS,
        maxQueues: options.maxQueues ?? DEFAULT_MAX_QUEUES,
      },
      (screen) => screen.refuse(unknownBoard()),
    );
    this.#exposeMetrics(options.metrics);
  }

  start(): void {
    const io = new Server(this.#options.httpServer, {
      path: PATH,
      transports: ['websocket'],
      serveClient: false,
      destroyUpgrade: false,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      httpCompression: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      allowRequest: (request, answer) => this.#admit(request, answer),
    });
    this.#io = io;
    this.#unwatch = watchOrphanUpgrades(this.#options.httpServer, PATH, this.#options.clock);
    io.engine.on('connection', (engine: EngineSocket) => this.#watch(engine));
    // Socket.IO always has a main namespace; nothing is served there, and who stays there is timed out.
    io.use((_, next) => next(new Error('no such namespace')));
    io.of(PUSH_NAMESPACE).on('connection', (socket) => this.#join(socket));
  }

  async stop(): Promise<void> {
    this.#rooms.close();
    const io = this.#io;
    if (io === null) return;
    this.#io = null;
    this.#unwatch();
    const gone = new Promise<void>((resolve) => {
      this.#allGone = resolve;
    });
    for (const engine of this.#connections.values()) engine.close(true);
    if (this.#connections.size > 0) await gone;
    io.engine.close();
  }

  publishSources(sources: Sources): void {
    this.#rooms.publishSources(sources);
  }

  shownQueueIds(): ReadonlySet<string> {
    return this.#rooms.shownQueueIds();
  }

  screensCount(): number {
    return this.#screens.size;
  }

  #admit(request: IncomingMessage, answer: (message: string | null, success: boolean) => void): void {
    const {
      allowedOrigins,
      allowAbsentOrigin = false,
      maxConnections = DEFAULT_MAX_CONNECTIONS,
    } = this.#options;
    const rules = { allowedOrigins, allowAbsentOrigin, maxConnections };
    const admission = admit(request.headers.origin, this.#connections.size, rules);
    if (this.#io === null) answer('the server is stopping', false);
    else if (admission.ok) answer(null, true);
    else {
      this.#count(admission.reason);
      this.#log.debug('a client was turned away', { reason: admission.reason, maxConnections });
      const full = `too many connections: ${maxConnections} at most`;
      answer(admission.reason === 'full' ? full : 'this origin may not connect', false);
    }
  }

  /** From the first byte to the last: how much it says, and that its socket is gone when it is closed. */
  #watch(engine: EngineSocket): void {
    const { clock } = this.#options;
    const tcp = engine.request.socket;
    this.#connections.set(tcp, engine);
    let allowance = messageAllowance(clock.monotonicNow());
    engine.on('packet', (packet: { readonly type: string }) => {
      if (packet.type !== 'message') return;
      const left = spendMessage(allowance, clock.monotonicNow());
      if (left === null) this.#silence(engine);
      else allowance = left;
    });
    let cancel: Cancel = () => {};
    engine.on('close', () => {
      // A client that has stopped reading never answers our closing.
      cancel = clock.after(CLOSE_GRACE_MS, () => tcp.destroy());
    });
    tcp.once('close', () => {
      cancel();
      this.#connections.delete(tcp);
      if (this.#connections.size === 0) this.#allGone?.();
    });
  }

  #join(socket: Socket): void {
    // One screen a connection: a second join is no client of ours.
    if (this.#screens.has(socket.conn)) {
      socket.disconnect(true);
      return;
    }
    const request = this.#read(socket.handshake.auth);
    if (request.ok) this.#seat(socket, request.value);
    else this.#turnAway(socket, request.error);
  }

  #seat(socket: Socket, { board, last }: JoinRequest): void {
    const screen = new SocketScreen(socket, {
      shortWay: this.#options.shortWay ?? true,
      onFallback: () => this.#countFallback(),
    });
    this.#screens.set(socket.conn, socket);
    socket.on('resync', () => this.#rooms.resync(board.id, screen));
    socket.once('disconnect', () => {
      this.#screens.delete(socket.conn);
      this.#rooms.leave(board.id, screen);
    });
    this.#rooms.join(board, screen, last);
  }

  #read(auth: unknown): Result<JoinRequest, Refusal> {
    const parsed = handshakeSchema.safeParse(auth);
    if (!parsed.success) {
      const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'auth').join(', ');
      return err({ code: 'handshake.invalid', message: `not a handshake of this contract: ${where}` });
    }
    const board = this.#options.boards.board(parsed.data.boardId);
    return board === null ? err(unknownBoard()) : ok({ board, last: parsed.data.last });
  }

  #turnAway(socket: Socket, refusal: Refusal): void {
    this.#count(refusal.code);
    socket.emit('refusal', refusal);
    socket.disconnect(true);
  }

  /** Closes a client that says too much, joined or not. */
  #silence(engine: EngineSocket): void {
    const socket = this.#screens.get(engine);
    const refusal: Refusal = { code: 'limit.messages', message: 'too many messages from this client' };
    if (socket !== undefined) this.#turnAway(socket, refusal);
    else {
      this.#count(refusal.code);
      engine.close();
    }
  }

  #count(reason: RefusedReason | Refusal['code']): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  #countFallback(): void {
    this.counters.fallbacks += 1;
    const byChoice = this.#options.shortWay === false;
    if (this.counters.fallbacks > 1 || byChoice) return;
    this.#log.warn('the short way to the sockets is not there: frames go by emit, at about twice the cost');
  }

  #exposeMetrics(metrics: Metrics): void {
    exposePushCounters(metrics, this.counters);
    metrics.gaugeFrom('floorcast_push_screens', 'Screens joined now', () => this.screensCount());
    metrics.gaugeFrom('floorcast_push_boards', 'Boards with a room now', () => this.#rooms.count);
    metrics.countersFrom(
      'floorcast_push_refused_total',
      'Clients turned away',
      'reason',
      () => this.#refused,
    );
  }
}

function unknownBoard(): Refusal {
  return { code: 'board.unknown', message: 'there is no such board' };
}
