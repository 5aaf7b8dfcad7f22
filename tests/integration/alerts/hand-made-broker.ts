/**
 * A broker of a few bytes, for what a good one does not do: half-close, fall silent, answer wrongly. It speaks as much
 * MQTT 3.1.1 as a subscriber sees, for packets of under 128 bytes, and notes what it hears.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

const [CONNECT, PUBLISH, PUBACK, SUBSCRIBE, PINGREQ] = [1, 3, 4, 8, 12];

export interface BrokerManners {
  /** Return code of CONNACK; `null`: no answer. */
  readonly connack: number | null;
  /** Of each topic; `null`: no answer. */
  readonly granted: readonly number[] | null;
  readonly pings: boolean;
}

export const GOOD: BrokerManners = { connack: 0, granted: [1, 1], pings: true };

export class HandMadeBroker {
  readonly url: string;
  /** Message ids that were acknowledged. */
  readonly acknowledged: number[] = [];
  pingCount = 0;
  connectionCount = 0;
  manners: BrokerManners;
  readonly #server: Server;
  #socket: Socket | null = null;

  private constructor(server: Server, port: number, manners: BrokerManners) {
    this.#server = server;
    this.manners = manners;
    this.url = `mqtt://127.0.0.1:${port}`;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(manners: Partial<BrokerManners> = {}): Promise<HandMadeBroker> {
    // With its own end held back: a side that has ended still reads.
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    return new HandMadeBroker(server, port, { ...GOOD, ...manners });
  }

  /** A message of QoS 1 to whoever is connected. */
  publish(id: number, text: string): void {
    const topic = Buffer.from('devices/d1/alerts');
    const body = Buffer.from([0, topic.length, ...topic, id >> 8, id & 255, ...Buffer.from(text)]);
    this.send(0x32, body);
  }

  send(head: number, body: Uint8Array): void {
    this.#connected().write(Buffer.from([head, body.length, ...body]));
  }

  /** Ends its side and goes on reading; resolves when the other side is gone as well. */
  async halfClose(): Promise<void> {
    const socket = this.#connected();
    const closed = once(socket, 'close');
    socket.end();
    await closed;
  }

  /** At once. */
  hangUp(): void {
    this.#connected().destroy();
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.connectionCount += 1;
    this.#socket = socket;
    let unread = Buffer.alloc(0);
    // Resets are what the tests do.
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (chunk) => {
      unread = Buffer.concat([unread, chunk]);
      for (let size = sizeOf(unread); size <= unread.length; size = sizeOf(unread)) {
        this.#hear(unread.subarray(0, size));
        unread = unread.subarray(size);
      }
    });
  }

  #hear(packet: Buffer): void {
    const kind = packet.readUInt8(0) >> 4;
    const { connack, granted, pings } = this.manners;
    if (kind === CONNECT && connack !== null) this.send(0x20, Buffer.from([0, connack]));
    if (kind === SUBSCRIBE && granted !== null) {
      this.send(0x90, Buffer.from([...packet.subarray(2, 4), ...granted]));
    }
    if (kind === PUBLISH && (packet.readUInt8(0) & 0x06) !== 0) {
      const id = 4 + packet.readUInt16BE(2);
      this.send(0x40, packet.subarray(id, id + 2));
    }
    if (kind === PUBACK) this.acknowledged.push(packet.readUInt16BE(2));
    if (kind !== PINGREQ) return;
    this.pingCount += 1;
    if (pings) this.send(0xd0, Buffer.alloc(0));
  }

  #connected(): Socket {
    if (this.#socket === null) throw new Error('nobody is connected');
    return this.#socket;
  }
}

/** Of the first packet; more than there is while it is not known. */
function sizeOf(bytes: Buffer): number {
  return bytes.length < 2 ? Number.POSITIVE_INFINITY : 2 + bytes.readUInt8(1);
}
