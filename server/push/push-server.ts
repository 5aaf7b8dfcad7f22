/**
 * The Socket.IO server: hands who comes to the entrance, who was let in to the reception, and closes what says too
 * much. It shares its HTTP server with the pages and the API: it sees the upgrades to its own address, and no request.
 * What is said to screens is the rooms' business; who may hear it, the reception's.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import { PUSH_NAMESPACE, type Refusal } from '../../lib/contracts/push';
import type { ScreenStanding } from '../../lib/contracts/screen-report';
import type { Sources } from '../../lib/contracts/source';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import { Trouble } from '../runtime/trouble';
import { isBinary, type Limits, messageAllowance, type RefusedReason, spendMessage } from './admission';
import { Connections, type EngineSocket } from './connections';
import { DeviceDoors } from './device-doors';
import { Entrance } from './entrance';
import { unknownBoard } from './handshake';
import { createPushCounters, exposePushCounters } from './push-counters';
import type { OwnSeat, PushServer, PushServerOptions } from './push-options';
import { Reception } from './reception';
import type { TurnedAwayReason } from './reception-options';
import { Rooms } from './rooms';
import type { Screen } from './screen';
import { ScreenReports } from './screen-reports';
import type { Teller } from './teller';
import { createTellers } from './tellers';
import { addressOfConnection, isFor, namesSession, webSocketOf } from './upgrade-request';
import { LimitedWebSocketServer } from './web-sockets';

/** A screen must know of a lost server within 5 s: it waits for one ping and its time-out. */
const PING_INTERVAL_MS = 2_000;
const PING_TIMEOUT_MS = 2_500;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_MESSAGE_BYTES = 64_000;
/**
 * Behind one address there may be a whole site: 200 screens and 100 desks, which come back all at once, beside 50
 * strangers who only wait.
 */
const DEFAULT_LIMITS: Limits = {
  connections: 5_000,
  perAddress: 400,
  waiting: 500,
  waitingPerAddress: 50,
  waitingKnown: 500,
};
const DEFAULT_ROOM_GRACE_MS = 60_000;
const DEFAULT_MAX_QUEUES = 2_000;
/** Socket.IO's own address, as its clients expect it. */
export const PUSH_PATH = '/socket.io/';

export function createPushServer(options: PushServerOptions): PushServer {
  return new SocketIoPushServer(options);
}

class SocketIoPushServer implements PushServer {
  readonly counters = createPushCounters();
  readonly #options: PushServerOptions;
  readonly #log: Log;
  readonly #rooms: Rooms;
  readonly #connections: Connections;
  readonly #entrance: Entrance;
  readonly #reception: Reception;
  readonly #tellers: readonly Teller[];
  readonly #reports: ScreenReports;
  readonly #devices: DeviceDoors | null;
  readonly #refused = new Map<RefusedReason | TurnedAwayReason, number>();
  #io: Server | null = null;

  constructor(options: PushServerOptions) {
    this.#options = options;
    const limits = { ...DEFAULT_LIMITS, ...options.connectionLimits };
    this.#log = options.log.child({ room: 'push' });
    this.#connections = new Connections(options.clock, options.addressOf ?? addressOfConnection);
    const { allowedOrigins, allowAbsentOrigin = false } = options;
    this.#entrance = new Entrance({
      ...options,
      connections: this.#connections,
      rules: { allowedOrigins, allowAbsentOrigin, limits },
      trouble: new Trouble('whoever comes cannot be known now', options.clock, this.#log),
      onRefused: (reason) => {
        this.#count(reason);
        this.#log.debug('a client was turned away', { reason });
      },
    });
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
    this.#tellers = createTellers(options);
    this.#reports = new ScreenReports(options.clock);
    const doors = {
      ...{ gate: options.gate, clock: options.clock, log: this.#log, connections: this.#connections },
      ...{ most: limits.connections, audit: options.audit ?? { refused: () => {} } },
      mayFail: options.mayFail ?? (() => true),
      onTurnedAway: (reason: TurnedAwayReason) => this.#count(reason),
    };
    this.#reception = new Reception({
      ...options,
      ...doors,
      ...{ tellers: this.#tellers, reports: this.#reports },
      rooms: this.#rooms,
      screenSeen: options.screenSeen ?? (() => {}),
      shortWay: options.shortWay ?? true,
      onFallback: () => this.#countFallback(),
    });
    this.#devices =
      options.devices === undefined ? null : new DeviceDoors({ ...doors, devices: options.devices });
    this.#exposeMetrics(options.metrics);
  }

  start(): void {
    // Engine.IO takes over the requests of a server that it is given. This one never opens: it gets none.
    const door = createServer();
    this.#options.httpServer.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Who was refused already has his answer.
      if (isFor(request, PUSH_PATH) && socket.writable) door.emit('upgrade', request, socket, head);
    });
    const io = new Server(door, {
      path: PUSH_PATH,
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      wsEngine: LimitedWebSocketServer,
      httpCompression: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      allowRequest: (request, answer) => this.#entrance.receive(request, answer),
    });
    this.#io = io;
    // A request that names a session takes over its transport, and is never shown to `allowRequest`. With one
    // transport there is nothing to take over.
    io.engine.use((request: IncomingMessage, _: unknown, next: (error?: Error) => void) => {
      next(namesSession(request) ? new Error('no session can be taken over') : undefined);
    });
    io.engine.on('connection', (engine: EngineSocket) => this.#watch(engine));
    // Socket.IO always has a main namespace; nothing is served there, and who stays there is timed out.
    io.use((_, next) => next(new Error('no such namespace')));
    io.of(PUSH_NAMESPACE).on('connection', (socket) => this.#reception.receive(socket));
    this.#devices?.open(io);
  }

  async stop(): Promise<void> {
    this.#entrance.close();
    this.#rooms.close();
    for (const teller of this.#tellers) teller.close();
    this.#reception.close();
    this.#devices?.close();
    const io = this.#io;
    if (io === null) return;
    this.#io = null;
    await this.#connections.closeAll();
    io.engine.close();
  }

  publishSources(sources: Sources): void {
    this.#rooms.publishSources(sources);
  }

  shownQueueIds(): ReadonlySet<string> {
    return this.#rooms.shownQueueIds();
  }

  screensCount(): number {
    return this.#reception.seatsCount;
  }

  screenIsConnected(screenId: string): boolean {
    return this.#reports.isConnected(screenId);
  }

  screenStanding(screenId: string): ScreenStanding | null {
    return this.#reports.standingOf(screenId);
  }

  seat(boardId: string, screen: Screen): OwnSeat | null {
    const board = this.#options.boards.board(boardId);
    if (board === null) return null;
    const place = { boardId, audience: 'desk' } as const;
    this.#rooms.join({ board, audience: place.audience }, screen);
    for (const teller of this.#tellers) teller.add(screen, boardId, place.audience);
    return {
      resync: () => this.#rooms.resync(place, screen),
      leave: () => {
        this.#rooms.leave(place, screen);
        for (const teller of this.#tellers) teller.remove(screen);
      },
    };
  }

  /** How much it says, in what way soever: packets, and pings of the WebSocket, each of which makes an answer. */
  #watch(engine: EngineSocket): void {
    const { clock } = this.#options;
    this.#connections.add(engine);
    let allowance = messageAllowance(clock.monotonicNow());
    const spend = () => {
      const left = spendMessage(allowance, clock.monotonicNow());
      if (left === null) this.#silence(engine);
      else allowance = left;
    };
    engine.on('packet', (packet: { readonly type: string; readonly data?: unknown }) => {
      spend();
      if (packet.type === 'message' && isBinary(packet.data)) this.#silence(engine);
    });
    webSocketOf(engine.request)?.on('ping', spend);
  }

  /** Closes a client that says too much, joined or not. */
  #silence(engine: EngineSocket): void {
    if (engine.readyState !== 'open') return;
    const refusal: Refusal = { code: 'limit.messages', message: 'too many messages from this client' };
    if (this.#reception.silence(engine, refusal) || this.#devices?.silence(engine, refusal)) return;
    this.#count(refusal.code);
    this.#connections.ending(engine);
    engine.close();
  }

  #count(reason: RefusedReason | TurnedAwayReason): void {
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
    metrics.gaugeFrom('floorcast_push_devices', 'Views of devices and sessions open now', () => {
      return this.#devices?.seatsCount ?? 0;
    });
    metrics.gaugeFrom('floorcast_push_boards', 'Boards with a room now', () => this.#rooms.count);
    metrics.countersFrom(
      'floorcast_push_refused_total',
      'Clients turned away',
      'reason',
      () => this.#refused,
    );
  }
}
