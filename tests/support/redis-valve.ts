/**
 * A way to Redis that can be shut in one direction: what a node asks goes through, and what Redis answers waits here
 * until it is let on. It may shut at the first question with certain words in it: what it asks for is written then, and
 * its writer has not heard of it.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class RedisValve {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #held: (() => void)[] | null = null;
  #words: string | null = null;

  private constructor(server: Server) {
    this.#server = server;
    // Of a server that listens on TCP.
    this.url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(redisPort: number): Promise<RedisValve> {
    const server = createServer((near) => {
      const far = connect(redisPort, '127.0.0.1');
      for (const socket of [near, far]) {
        valve.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => {});
      }
      near.on('data', (chunk) => {
        if (valve.#words !== null && chunk.includes(valve.#words)) valve.shut();
        far.write(chunk);
      });
      far.on('data', (chunk) => valve.#answer(near, chunk));
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const valve = new RedisValve(server);
    return valve;
  }

  get isShut(): boolean {
    return this.#held !== null;
  }

  shut(): void {
    this.#held ??= [];
    this.#words = null;
  }

  /** At the first question with these words in it. */
  shutAt(words: string): void {
    this.#words = words;
  }

  /** What waits goes on, in order. */
  open(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const go of held) go();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #answer(near: Socket, chunk: Buffer): void {
    const go = () => {
      if (!near.destroyed) near.write(chunk);
    };
    if (this.#held === null) go();
    else this.#held.push(go);
  }
}
