/**
 * The connections that are open, from the first byte to the last: how many there are, from where, and how many of them
 * have no seat yet. Whoever is to go has a moment to go by itself; then its socket is destroyed.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { addressForLimits } from '../runtime/address-for-limits';
import type { Cancel, Clock } from '../runtime/clock';
import type { Load } from './admission';

/** How long a client may take to answer our closing before its socket is destroyed. */
const CLOSE_GRACE_MS = 1_000;

export type EngineSocket = Socket['conn'];

interface Connection {
  readonly engine: EngineSocket;
  readonly tcp: NetSocket;
  /** Its address, as it counts for limits. */
  readonly client: string;
  seated: boolean;
  destroying: Cancel | null;
}

interface Count {
  open: number;
  waiting: number;
}

export class Connections {
  readonly #clock: Pick<Clock, 'after'>;
  /** The client's address, seen through trusted proxies. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** Also those that are closing. */
  readonly #byTcp = new Map<NetSocket, Connection>();
  readonly #byClient = new Map<string, Count>();
  #waiting = 0;
  #allGone: (() => void) | null = null;

  constructor(clock: Pick<Clock, 'after'>, addressOf: (request: IncomingMessage) => string) {
    this.#clock = clock;
    this.addressOf = addressOf;
  }

  /** What there is now, as a new client finds it. */
  loadFor(request: IncomingMessage): Load {
    const here = this.#byClient.get(this.#clientOf(request));
    return {
      connections: this.#byTcp.size,
      perAddress: here?.open ?? 0,
      waiting: this.#waiting,
      waitingPerAddress: here?.waiting ?? 0,
    };
  }

  add(engine: EngineSocket): void {
    const tcp = engine.request.socket;
    const client = this.#clientOf(engine.request);
    const connection: Connection = { engine, tcp, client, seated: false, destroying: null };
    this.#byTcp.set(tcp, connection);
    this.#count(client, 1, 1);
    engine.on('close', () => this.#destroyLater(connection));
    tcp.once('close', () => this.#remove(connection));
    if (tcp.destroyed) this.#remove(connection);
  }

  /** It has its seat: it counts among those that wait no more. */
  seated(engine: EngineSocket): void {
    const connection = this.#byTcp.get(engine.request.socket);
    if (connection === undefined || connection.seated) return;
    connection.seated = true;
    this.#count(connection.client, 0, -1);
  }

  /** It has been told to go: it is gone within the grace, also where it reads nothing of what it was told. */
  ending(engine: EngineSocket): void {
    const connection = this.#byTcp.get(engine.request.socket);
    if (connection !== undefined) this.#destroyLater(connection);
  }

  /** Ends it now, with all that waits to be sent to it. */
  cut(engine: EngineSocket): void {
    const { socket } = engine.request;
    // A reset throws away what the kernel still holds; a socket that is no plain TCP socket has none.
    if (socket.resetAndDestroy === undefined) socket.destroy();
    else socket.resetAndDestroy();
  }

  /** Closes all; resolves when all are gone. */
  async closeAll(): Promise<void> {
    if (this.#byTcp.size === 0) return;
    const gone = new Promise<void>((resolve) => {
      this.#allGone = resolve;
    });
    for (const { engine } of [...this.#byTcp.values()]) {
      engine.close(true);
      this.ending(engine);
    }
    await gone;
  }

  #destroyLater(connection: Connection): void {
    const { tcp } = connection;
    if (tcp.destroyed) return;
    // A client that has stopped reading never answers our closing.
    connection.destroying ??= this.#clock.after(CLOSE_GRACE_MS, () => tcp.destroy());
  }

  #remove(connection: Connection): void {
    connection.destroying?.();
    if (!this.#byTcp.delete(connection.tcp)) return;
    this.#count(connection.client, -1, connection.seated ? 0 : -1);
    if (this.#byTcp.size === 0) this.#allGone?.();
  }

  #clientOf(request: IncomingMessage): string {
    return addressForLimits(this.addressOf(request));
  }

  #count(client: string, open: number, waiting: number): void {
    const here = this.#byClient.get(client) ?? { open: 0, waiting: 0 };
    here.open += open;
    here.waiting += waiting;
    this.#waiting += waiting;
    if (here.open === 0) this.#byClient.delete(client);
    else this.#byClient.set(client, here);
  }
}
