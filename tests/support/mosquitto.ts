/**
 * A real Mosquitto for tests: its own configuration, folder and free port on 127.0.0.1, with persistence. It keeps any
 * number of messages for who is away, and can be killed, frozen and started again where it was. Ended by its process id; the folder goes with `stop`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { freePort } from './free-port';
import { programFile } from './programs';

export interface MosquittoOptions {
  /** Who may come in, by name and password; absent: everybody. */
  readonly users?: Readonly<Record<string, string>>;
  /** Topic filters that nobody may subscribe, answered with 128. Needs `users`. */
  readonly refusedFilters?: readonly string[];
  /** PEM files; with `clientCa` clients need a certificate of that authority. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientCa?: string };
  /** It saves after so many changes; absent: when it ends in order, and when it is told to. */
  readonly savesAfter?: number;
  /** Messages sent to a client and not acknowledged; absent: 1,000. */
  readonly maxInFlight?: number;
  /** More lines of the configuration. */
  readonly lines?: readonly string[];
}

export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** `kill -9`: with what its sockets have not sent yet. */
  kill(): Promise<void>;
  /** `kill -9` at any moment of its program, once all that it had written to its sockets is with the others. */
  killOnceSent(): Promise<void>;
  /** In order. */
  end(): Promise<void>;
  /** After `kill` or `end`: on the same port and folder. */
  restart(): Promise<void>;
  /** Stopped in mid-air until `thaw`: it neither answers nor closes. */
  freeze(): void;
  thaw(): void;
  /** Forgets what it has saved; between `kill` and `restart`. */
  forget(): void;
  /**
   * Once all that it has acknowledged is on the disk: it saves after it has answered, so that `kill` at any other
   * moment loses what it took last and had not handed on.
   */
  save(): Promise<void>;
  /** What it has said. */
  said(): string;
  stop(): Promise<void>;
}

const START_TRIES = 5;

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = mkdtempSync(path.join(tmpdir(), 'floorcast-mosquitto-'));
  for (let tries = 1; ; tries += 1) {
    const broker = new Broker(folder, await freePort(), options);
    try {
      await broker.restart();
      return broker;
    } catch (thrown) {
      // Somebody else may have taken the port in between.
      if (tries < START_TRIES && broker.said().includes('Address already in use')) continue;
      rmSync(folder, { recursive: true, force: true });
      throw thrown;
    }
  }
}

class Broker implements Mosquitto {
  readonly url: string;
  readonly port: number;
  readonly #folder: string;
  readonly #file: string;
  #child: ChildProcess | null = null;
  #said = '';

  constructor(folder: string, port: number, options: MosquittoOptions) {
    this.#folder = folder;
    this.port = port;
    this.url = `mqtt${options.tls === undefined ? '' : 's'}://127.0.0.1:${port}`;
    this.#file = path.join(folder, 'mosquitto.conf');
    writeFileSync(this.#file, `${configuration(folder, port, options).join('\n')}\n`);
  }

  get pid(): number {
    return this.#running().pid ?? 0;
  }

  said(): string {
    return this.#said;
  }

  async restart(): Promise<void> {
    const child = spawn(programFile('mosquitto', 'mosquitto'), ['-c', this.#file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    const from = this.#said.length;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${this.#said}`)));
      child.stderr?.on('data', (chunk: Buffer) => {
        this.#said += chunk.toString('utf8');
        // Said once it listens.
        if (/mosquitto version \S+ running/.test(this.#said.slice(from))) resolve();
      });
    });
  }

  kill(): Promise<void> {
    return this.#signal('SIGKILL');
  }

  async killOnceSent(): Promise<void> {
    this.freeze();
    while (unsentBytes(this.port) > 0) await turn();
    await this.kill();
  }

  end(): Promise<void> {
    return this.#signal('SIGTERM');
  }

  freeze(): void {
    this.#running().kill('SIGSTOP');
  }

  thaw(): void {
    this.#running().kill('SIGCONT');
  }

  forget(): void {
    rmSync(this.#databaseFile(), { force: true });
  }

  async save(): Promise<void> {
    const savedAt = () => statSync(this.#databaseFile(), { throwIfNoEntry: false })?.mtimeMs;
    const before = savedAt();
    this.#running().kill('SIGUSR1');
    while (savedAt() === before) await turn();
  }

  async stop(): Promise<void> {
    if (this.#child !== null) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.#running();
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill(signal);
    await ended;
  }

  #running(): ChildProcess {
    if (this.#child === null) throw new Error('mosquitto is not running');
    return this.#child;
  }

  #databaseFile(): string {
    return path.join(this.#folder, 'mosquitto.db');
  }
}

function configuration(folder: string, port: number, options: MosquittoOptions): string[] {
  const { users, refusedFilters = [], tls, savesAfter = 0, maxInFlight = 1_000, lines = [] } = options;
  return [
    // Started as root it would become somebody else, who may not write here.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'log_dest stderr',
    ...['error', 'warning', 'notice', 'information'].map((type) => `log_type ${type}`),
    'persistence true',
    `persistence_location ${folder}/`,
    'autosave_on_changes true',
    `autosave_interval ${savesAfter}`,
    // As many as there are, where 1,000 would be the default; the rest is dropped in silence.
    'max_queued_messages 0',
    `max_inflight_messages ${maxInFlight}`,
    'set_tcp_nodelay true',
    ...(users === undefined ? ['allow_anonymous true'] : guarded(folder, users, refusedFilters)),
    ...lines,
    `listener ${port} 127.0.0.1`,
    ...(tls === undefined ? [] : [`certfile ${tls.certificate}`, `keyfile ${tls.key}`]),
    ...(tls?.clientCa === undefined ? [] : [`cafile ${tls.clientCa}`, 'require_certificate true']),
  ];
}

function guarded(
  folder: string,
  users: Readonly<Record<string, string>>,
  refused: readonly string[],
): string[] {
  if (refused.length > 0) return dynamicSecurity(folder, users, refused);
  const file = path.join(folder, 'passwords');
  writeFileSync(file, '', { mode: 0o600 });
  for (const [name, password] of Object.entries(users)) {
    execFileSync(programFile('mosquitto_passwd', 'mosquitto'), ['-b', file, name, password]);
  }
  return ['allow_anonymous false', `password_file ${file}`];
}

/** Mosquitto's access file refuses no subscription, it only keeps messages back; its plugin does refuse. */
function dynamicSecurity(
  folder: string,
  users: Readonly<Record<string, string>>,
  refused: readonly string[],
): string[] {
  const acls = refused.map((topic) => ({ acltype: 'subscribeLiteral', topic, priority: 1, allow: false }));
  const clients = Object.entries(users).map(([username, password]) => {
    const salt = randomBytes(12);
    const iterations = 101;
    const hash = pbkdf2Sync(password, salt, iterations, 64, 'sha512');
    const secret = { password: hash.toString('base64'), salt: salt.toString('base64'), iterations };
    return { username, ...secret, roles: [{ rolename: 'limited' }] };
  });
  const all = ['publishClientSend', 'publishClientReceive', 'subscribe', 'unsubscribe'];
  const defaultACLAccess = Object.fromEntries(all.map((access) => [access, true]));
  const roles = [{ rolename: 'limited', acls }];
  const file = path.join(folder, 'dynamic-security.json');
  writeFileSync(file, JSON.stringify({ defaultACLAccess, clients, groups: [], roles }));
  return ['allow_anonymous false', `plugin ${pluginFile()}`, `plugin_opt_config_file ${file}`];
}

/** In the sockets of a local port, as Linux counts them: `sl local remote state sent:received …`, in hexadecimal. */
function unsentBytes(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const columns = rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, address]) => address?.endsWith(local));
  const unsent = columns.map(([, , , , queues = '0:0']) => Number.parseInt(queues, 16));
  return unsent.reduce((sum, bytes) => sum + bytes, 0);
}

/** In the folder of the machine's kind, as Debian has it. */
function pluginFile(): string {
  const folders = ['/usr/lib', ...readdirSync('/usr/lib').map((name) => path.join('/usr/lib', name))];
  const files = folders.map((folder) => path.join(folder, 'mosquitto_dynamic_security.so'));
  const found = files.find((file) => existsSync(file));
  if (found === undefined) throw new Error('mosquitto_dynamic_security.so is not in /usr/lib');
  return found;
}
