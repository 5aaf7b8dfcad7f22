/**
 * Starts the simulator and the server as processes of their own, as a user would, and stops both. What they log
 * goes to files, so that the terminal shows only what a newcomer needs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Both scripts/*.ts and the bundles in dist/ lie one folder below the project. */
export const PROJECT_DIR = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export interface Started {
  readonly process: ChildProcess;
  readonly logFile: string;
  /** Ends the process in order; kills it when it has not ended after five seconds. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** The bundle in dist/, without `.js`. */
  readonly bundle: 'main' | 'simulator';
  /** Of its log; absent: as the bundle. */
  readonly name?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logDir: string;
}

export function startProcess({ bundle, name = bundle, args = [], ...where }: StartOptions): Started {
  return startProgram({
    ...where,
    name,
    file: process.execPath,
    args: [path.join(PROJECT_DIR, 'dist', `${bundle}.js`), ...args],
  });
}

export interface ProgramOptions {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logDir: string;
}

/** One that is not there ends at once, and `printed` says so. */
export function startProgram({ name, file, args, env, logDir }: ProgramOptions): Started {
  mkdirSync(logDir, { recursive: true });
  const logFile = path.join(logDir, `${name}.log`);
  const child = spawn(file, [...args], {
    cwd: PROJECT_DIR,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile, { flags: 'w' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  child.on('close', () => log.end());
  return { process: child, logFile, stop: () => stopProcess(child) };
}

/** The first match of `pattern` in what the process prints; rejects where it ends before. */
export function printed(started: Started, pattern: RegExp): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const look = (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-20_000);
      const match = text.match(pattern);
      if (match !== null) resolve(match);
    };
    started.process.stdout?.on('data', look);
    started.process.stderr?.on('data', look);
    started.process.once('error', (thrown) => reject(thrown));
    started.process.once('exit', (code) =>
      reject(new Error(`ended with ${code}: ${text.trim().slice(-2_000)}`)),
    );
  });
}

async function stopProcess(child: ChildProcess): Promise<void> {
  // Without a number it never began.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}

/** `wanted` where it is free on loopback, else a free one. */
export async function freePort(wanted: number): Promise<number> {
  return (await canListen(wanted)) ?? (await canListen(0)) ?? 0;
}

function canListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/** Asks until the answer is as wanted; `null` when the time is over. */
export async function waitFor<T>(
  ask: () => Promise<T | null>,
  limitMs: number,
  everyMs = 200,
): Promise<T | null> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    const answer = await ask().catch(() => null);
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return null;
}

/** JSON of a GET with a time-out; `null` for any answer but a good one. */
export async function getJson<T>(url: string, timeoutMs = 5_000): Promise<T | null> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  // The caller knows what its own address answers.
  return response.ok ? ((await response.json()) as T) : null;
}

/** Runs `stop` once on SIGINT and SIGTERM, then ends the process. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void stop().finally(() => process.exit(0));
    });
  }
}
