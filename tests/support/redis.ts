/**
 * A real Redis for tests: its own folder and free port on 127.0.0.1, without persistence unless asked. It can be killed,
 * frozen, flushed and started again where it was; as a sentinel or a node of a cluster too. Ended by its process id.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port';
import { programFile } from './programs';

export interface RedisOptions {
  /** More words of the command line. */
  readonly words?: readonly string[];
  /** Keeps what was written through `restart`. */
  readonly isKept?: boolean;
  readonly kind?: 'redis' | 'sentinel';
}

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  kill(): Promise<void>;
  /** After `kill`: on the same port and folder. */
  restart(): Promise<void>;
  /** Stopped in mid-air until `thaw`: it neither answers nor closes. */
  freeze(): void;
  thaw(): void;
  /** One command in its inline form; what it answers, as text. */
  ask(command: string): Promise<string>;
  stop(): Promise<void>;
}

const START_TRIES = 5;

export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const folder = mkdtempSync(path.join(tmpdir(), 'floorcast-redis-'));
  for (let tries = 1; ; tries += 1) {
    const server = new Server(folder, await freePort(), options);
    try {
      await server.restart();
      return server;
    } catch (thrown) {
      // Somebody else may have taken the port in between.
      if (tries < START_TRIES && server.said().includes('Address already in use')) continue;
      rmSync(folder, { recursive: true, force: true });
      throw thrown;
    }
  }
}

class Server implements TestRedis {
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  readonly #options: RedisOptions;
  #child: ChildProcess | null = null;
  #said = '';

  constructor(folder: string, port: number, options: RedisOptions) {
    this.#folder = folder;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#options = options;
  }

  get pid(): number {
    return this.#running().pid ?? 0;
  }

  said(): string {
    return this.#said;
  }

  async restart(): Promise<void> {
    const { words = [], isKept = false, kind = 'redis' } = this.#options;
    const kept = isKept ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    // A sentinel writes down what it learns, in a file that must be there.
    if (kind === 'sentinel') appendFileSync(path.join(this.#folder, 'sentinel.conf'), '');
    const own = kind === 'redis' ? ['--save', '', ...kept] : [];
    const child = spawn(
      programFile('redis-server', 'redis-server'),
      [
        ...(kind === 'sentinel' ? [path.join(this.#folder, 'sentinel.conf'), '--sentinel'] : []),
        ...['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#folder, '--daemonize', 'no'],
        ...own,
        ...words,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    const from = this.#said.length;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`redis ended with ${code}: ${this.#said}`)));
      const hear = (chunk: Buffer) => {
        this.#said += chunk.toString('utf8');
        if (/Ready to accept connections|Sentinel ID is/.test(this.#said.slice(from))) resolve();
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
    });
  }

  async kill(): Promise<void> {
    const child = this.#running();
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  freeze(): void {
    this.#running().kill('SIGSTOP');
  }

  thaw(): void {
    this.#running().kill('SIGCONT');
  }

  ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.end(`${command}\r\nQUIT\r\n`));
      let said = '';
      socket.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
      socket.once('error', reject);
      socket.once('close', () => resolve(said.replace(/\+OK\r\n$/, '').trimEnd()));
    });
  }

  async stop(): Promise<void> {
    if (this.#child !== null) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #running(): ChildProcess {
    if (this.#child === null) throw new Error('redis is not running');
    return this.#child;
  }
}
