/**
 * Nodes of one site as processes (`node-process.ts`), made of our sources once for all tests of a file: to be asked,
 * killed, paused, woken and told to leave. Ended by their ids.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { FiguresAsked, FiguresSaid } from './node-process';
import { ROOT } from './repository';

export type NodeSettings = Readonly<Record<string, string>>;

const MOST_LOG_LINES = 5_000;

/** A new folder with the program and the nodes' data in it; the caller removes it. */
export async function buildNodes(): Promise<{ readonly folder: string; remove(): void }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'floorcast-nodes-'));
  // In one file but for what is native: reading hundreds of them at each start takes longer than all the rest.
  const shape = { bundle: true, platform: 'node', format: 'esm', target: 'node20' } as const;
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    ...{ ...shape, external: ['libsql', 'next', '@next/env'], banner: { js } },
    entryPoints: [path.join(ROOT, 'tests', 'support', 'node-process.ts')],
    outfile: path.join(folder, 'node-process.mjs'),
  });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export class TestNode {
  readonly name: string;
  readonly url: string;
  /** What it logged, the newest. */
  readonly log: string[];
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, (figures: FiguresSaid['figures']) => void>();
  #questions = 0;
  #isPaused = false;

  private constructor(name: string, url: string, child: ChildProcess, log: string[]) {
    this.name = name;
    this.url = url;
    this.#child = child;
    this.log = log;
    child.on('message', (said: FiguresSaid) => {
      this.#asked.get(said.id)?.(said.figures);
      this.#asked.delete(said.id);
    });
  }

  /** Resolves when it serves. */
  static async start(folder: string, name: string, settings: NodeSettings): Promise<TestNode> {
    const own = { PORT: '0', DATA_DIR: path.join(folder, `data-${name}`), LOG_LEVEL: 'info', ...settings };
    // Without the settings of whoever runs the tests; Next's types want NODE_ENV in every environment.
    const env = { PATH: process.env.PATH ?? '', ...own } as unknown as NodeJS.ProcessEnv;
    const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const;
    const child = fork(path.join(folder, 'node-process.mjs'), [], {
      ...{ cwd: folder, env, stdio: [...stdio], execArgv: ['--enable-source-maps'] },
    });
    const log: string[] = [];
    child.stderr?.on('data', (chunk: Buffer) => {
      log.push(...chunk.toString('utf8').split('\n').filter(Boolean));
      log.splice(0, log.length - MOST_LOG_LINES);
    });
    const [said] = await Promise.race([
      once(child, 'message'),
      once(child, 'close').then(() => Promise.reject(new Error(`${name} ended: ${log.join('\n')}`))),
    ]);
    // Its first word.
    return new TestNode(name, (said as { url: string }).url, child, log);
  }

  /** What it shows. Waits where it is paused. */
  figures(asked: FiguresAsked['figures']): Promise<FiguresSaid['figures']> {
    this.#questions += 1;
    const id = this.#questions;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#child.send({ id, figures: asked } satisfies FiguresAsked);
    });
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** By its log; of one that is paused, before that. */
  saysItHas(duty: string): boolean {
    const line = this.log.findLast((text) => text.includes(`"duty":"${duty}"`) && text.includes('a duty is'));
    return line?.includes('a duty is ours"') ?? false;
  }

  /** The body of a good answer; rejects for another. */
  async get<T>(what: string): Promise<T> {
    return this.#ask<T>('GET', what, undefined);
  }

  async post<T>(what: string, body: unknown): Promise<T> {
    return this.#ask<T>('POST', what, body);
  }

  async #ask<T>(method: string, what: string, body: unknown): Promise<T> {
    const response = await fetch(`${this.url}${what}`, {
      method,
      signal: AbortSignal.timeout(15_000),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${this.name} ${method} ${what}: ${response.status} ${text}`);
    // By the contract of what was asked.
    return JSON.parse(text) as T;
  }

  pause(): void {
    this.#isPaused = true;
    this.#child.kill('SIGSTOP');
  }

  wake(): void {
    this.#isPaused = false;
    this.#child.kill('SIGCONT');
  }

  /** In order; its exit code. */
  async leave(): Promise<number | null> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    const [code] = await ended;
    return code as number | null;
  }

  async kill(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
