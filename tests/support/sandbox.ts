/** A folder of its own for a test that runs the project's tools on made-up files; gone at the end. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './repository';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Sandbox {
  readonly folder: string;
  write(path: string, content: string, mode?: number): void;
  /** Runs node with these arguments in the folder, and waits for its end. */
  node(args: readonly string[], env?: Environment): { status: number | null; stdout: string; stderr: string };
  remove(): void;
}

/** `links`: what of the repository stands in the folder too, as links. */
export function createSandbox(
  links: readonly string[] = ['node_modules', 'package.json', 'tsconfig.json'],
): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'floorcast-'));
  for (const link of links) symlinkSync(join(ROOT, link), join(folder, link));
  return {
    folder,
    write(path, content, mode = 0o644) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content, { mode });
    },
    node(args, given = process.env) {
      // Next's types want NODE_ENV in every environment; a child needs none.
      const env = given as NodeJS.ProcessEnv;
      return spawnSync(process.execPath, [...args], { cwd: folder, encoding: 'utf8', env, timeout: 60_000 });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
