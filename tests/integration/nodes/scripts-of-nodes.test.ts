/** The scripts of an operator on the store that nodes share, named by the environment as the nodes' own settings do. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROOT } from '../../support/repository';
import { type AccessStage, openAccessStage } from './access-stage';

const run = promisify(execFile);
let stage: AccessStage;
let folder: string;
beforeEach(async () => {
  stage = await openAccessStage();
  folder = mkdtempSync(path.join(tmpdir(), 'floorcast-scripts-'));
});
afterEach(async () => {
  await stage.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** In a folder without a .env, so that only these settings count. Rejects with what it said where it ends with another code. */
async function script(name: string, ...args: readonly string[]): Promise<string> {
  const tsx = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const env = {
    ...{ PATH: process.env.PATH, NODE_ENV: 'production' as const, DATA_DIR: path.join(folder, 'data') },
    ...{ REDIS_URL: stage.redis.url, FLOORCAST_ROLE: 'all', SIGN_IN: 'local' },
  };
  const { stdout } = await run(process.execPath, [tsx, path.join(ROOT, 'scripts', `${name}.ts`), ...args], {
    ...{ cwd: folder, env },
  });
  return stdout;
}

it('CLUSTER-61 audit, settings and sign-in-link work on the store that nodes share, and make no other', async () => {
  await expect(script('audit', 'verify')).rejects.toThrow('there is no store in Redis');
  const node = await stage.node();
  const link = (await script('sign-in-link')).split('\n')[0] ?? '';
  const answer = await fetch(`${node.url}/auth/once`, {
    method: 'POST',
    headers: { origin: node.url, 'content-type': 'application/json' },
    body: JSON.stringify({ token: link.split('#once=')[1] }),
  });
  expect(answer.status).toBe(200);
  // Made, used, a person, a session.
  expect(await script('audit', 'verify')).toMatch(/^[4-9] entries, chain whole, head /);
  expect(await script('audit', 'export')).toContain('one-time-link.used');
  const file = path.join(folder, 'settings.json');
  await script('settings', 'export', file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('boards');
  expect(await script('settings', 'import', file)).toMatch(/^imported \d+ boards/);
  expect(() => readFileSync(path.join(folder, 'data', 'floorcast.db'))).toThrow('ENOENT');
  await stage.redis.ask('SET {floorcast}:schema restoring');
  await expect(script('settings', 'export')).rejects.toThrow('run npm run restore again');
}, 90_000);
