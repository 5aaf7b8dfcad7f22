/** The keeper of sessions (`session-keeper.ts`) as a process, made of our sources once for all tests of a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../../support/repository';

/** A new folder with the program in it; the caller removes it. */
export async function buildKeeper(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'floorcast-session-keeper-'));
  const entry = path.join(ROOT, 'tests', 'integration', 'devices', 'sessions', 'session-keeper.ts');
  // In one file but for what is native: reading hundreds of them at each start takes longer than all the rest.
  const shape = { bundle: true, platform: 'node', format: 'esm', target: 'node20' } as const;
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    ...shape,
    external: ['libsql'],
    entryPoints: [entry],
    outfile: path.join(folder, 'session-keeper.mjs'),
    banner: { js },
  });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/** Where its stores are. */
export function dataOf(folder: string): string {
  return path.join(folder, 'data');
}

export class Keeper {
  readonly lines: string[] = [];
  onLine: () => void = () => {};
  readonly #child: ChildProcess;
  #waiting: (() => void)[] = [];

  constructor(folder: string, url: string) {
    const args = [path.join(folder, 'session-keeper.mjs'), dataOf(folder), url];
    this.#child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    let rest = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString('utf8')).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        this.lines.push(line);
        this.onLine();
      }
      for (const go of this.#waiting.splice(0)) go();
    });
  }

  /** The next line after the first `from` that is so. */
  async line(isIt: (line: string) => boolean, from = 0): Promise<string> {
    for (;;) {
      const found = this.lines.slice(from).find(isIt);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  async states(): Promise<readonly string[]> {
    const from = this.lines.length;
    this.say('states');
    return (await this.line((line) => line.startsWith('states'), from)).slice('states '.length).split(',');
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.stdin?.on('error', () => {});
    this.#child.kill(signal);
    await ended;
  }
}
