/** The Redis of a stand with several nodes: its own, on this machine, gone with it. Nothing of it is kept. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { freePort, printed, type Started, startProgram } from './processes';

const PROGRAM = 'redis-server';
const MISSING = `several nodes share a Redis, and ${PROGRAM} is not installed here (Debian: apt install redis-server)`;

/** Rejects with one sentence where there is none. */
export async function startStandRedis(
  logDir: string,
  began: (started: Started) => void,
): Promise<{ readonly url: string }> {
  const port = await freePort(0);
  const folder = path.join(logDir, 'redis');
  mkdirSync(folder, { recursive: true });
  const redis = startProgram({
    ...{ name: 'redis', file: PROGRAM, logDir },
    args: [
      ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
      ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
    ],
  });
  began(redis);
  try {
    await printed(redis, /Ready to accept connections/);
  } catch (thrown) {
    const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    throw isMissing ? new Error(MISSING) : thrown;
  }
  return { url: `redis://127.0.0.1:${port}` };
}
