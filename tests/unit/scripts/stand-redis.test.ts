import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Started } from '../../../scripts/processes';
import { startStandRedis } from '../../../scripts/stand-redis';

let logDir: string;
const paths = process.env.PATH;
beforeEach(() => {
  logDir = mkdtempSync(path.join(tmpdir(), 'floorcast-stand-redis-'));
});
afterEach(() => {
  process.env.PATH = paths;
  rmSync(logDir, { recursive: true, force: true });
});

it('CLUSTER-63 says in one sentence that no Redis is installed', async () => {
  process.env.PATH = logDir;
  await expect(startStandRedis(logDir, () => {})).rejects.toThrow(
    /^several nodes share a Redis, and redis-server is not installed here \(Debian: apt install redis-server\)$/,
  );
});

it('CLUSTER-63 starts a Redis on a port of its own, and ends it', async () => {
  const started: Started[] = [];
  const { url } = await startStandRedis(logDir, (one) => started.push(one));
  expect(url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
  for (const one of started) await one.stop();
  expect(started[0]?.process.exitCode).toBe(0);
});
