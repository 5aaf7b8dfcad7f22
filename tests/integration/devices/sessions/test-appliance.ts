/**
 * An appliance on a real socket that remembers, through all connections: what it was sent, what it runs, how that
 * ended. What two commands at a time, or one that is sent twice, would be to it is noted for the test.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Random } from '../../../../server/runtime/random';

type State = 'received' | 'running' | 'done';
interface Frame {
  readonly type: string;
  readonly id: string;
  readonly command?: string;
}

const RESULTS: ReadonlyMap<string, object> = new Map([
  ['ping_latency', { latency_ms: 31 }],
  ['firmware_version', { firmware_version: '2.4.1' }],
  ['signal_strength', { signal_dbm: -71 }],
  ['reboot_module', { rebooted: true }],
] as const);
const MAX_STEP_MS = 12;

export class TestAppliance {
  /** Each time that a command came, in their order. */
  readonly sent: { readonly id: string; readonly command: string }[] = [];
  readonly wrongs: string[] = [];
  /** Commands that came on a connection when a newer one was there already. */
  readonly belated: string[] = [];
  /** Told of every frame, to and fro. */
  onFrame: () => void = () => {};
  readonly #server: WebSocketServer;
  readonly #random: Random;
  readonly #mostStepMs: number;
  readonly #known = new Map<string, { state: State; readonly command: string }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #socket: WebSocket | null = null;

  private constructor(server: WebSocketServer, random: Random, mostStepMs: number) {
    this.#server = server;
    this.#random = random;
    this.#mostStepMs = mostStepMs;
    server.on('connection', (socket) => this.#adopt(socket));
  }

  static async start(random: Random, mostStepMs = MAX_STEP_MS): Promise<TestAppliance> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return new TestAppliance(server, random, mostStepMs);
  }

  get url(): string {
    // Of a server that listens on TCP.
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/devices`;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const client of this.#server.clients) client.terminate();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #adopt(socket: WebSocket): void {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      // Our own server's frames, which are JSON of this shape.
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === 'command') {
        if (socket !== this.#socket) this.belated.push(frame.id);
        this.#take(frame.id, frame.command ?? '');
      }
      if (frame.type === 'ask') this.#answer(frame.id);
      this.onFrame();
    });
    this.#say({ type: 'heartbeat' });
  }

  #take(id: string, command: string): void {
    this.sent.push({ id, command });
    if (this.#known.has(id)) {
      this.#answer(id);
      return;
    }
    const busy = [...this.#known.values()].some(({ state }) => state !== 'done');
    if (busy) this.wrongs.push(`${command} came while another one ran`);
    const own = { state: 'received' as State, command };
    this.#known.set(id, own);
    this.#say({ type: 'received', id });
    this.#later(() => {
      own.state = 'running';
      this.#say({ type: 'running', id });
      this.#later(() => {
        own.state = 'done';
        this.#say({ type: 'result', id, ok: true, result: RESULTS.get(command) });
      });
    });
  }

  #answer(id: string): void {
    const own = this.#known.get(id);
    const result = own?.state === 'done' ? { result: RESULTS.get(own.command) } : {};
    this.#say({ type: 'known', id, state: own?.state ?? 'unknown', ...result });
  }

  #say(frame: object): void {
    if (this.#socket?.readyState !== 1) return;
    this.#socket.send(JSON.stringify(frame));
    this.onFrame();
  }

  #later(act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, this.#random() * this.#mostStepMs);
    this.#timers.add(timer);
  }
}
