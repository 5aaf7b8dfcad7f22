/**
 * A process of its own that starts a Floorcast with accounts on the store of a folder: `damaged-store-server.ts FOLDER`.
 * The store's driver ends a process that reads a text which is none, so that a test cannot try it in its own. It prints
 * what an administrator then sees, and every line of the log, as one line of JSON.
 */
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { createLog } from '../../server/runtime/log';
import { systemRandom } from '../../server/runtime/random';
import { wire } from '../../server/wire';

const LISTS = ['people', 'machines', 'screens', 'boards', 'audit'];
const [folder = ''] = process.argv.slice(2);

async function look(): Promise<void> {
  const settings = {
    PORT: '0',
    DATA_DIR: folder,
    SIGN_IN: 'local',
    SESSION_SECRET: 'zb7Kq0vT4nX9sWc2yLr6uH3fEe8m',
  };
  const config = parseConfig({ ...settings, SESSION_SECRET: `${settings.SESSION_SECRET}0123` }, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const logged: string[] = [];
  const floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: systemRandom, build: 'test', startPages: null },
    log: createLog('trace', (line) => logged.push(line)),
  });
  const token = (await floorcast.oneTimeLink()).split('#once=')[1];
  const headers = { origin: floorcast.url, 'content-type': 'application/json' };
  const body = JSON.stringify({ token });
  const signedIn = await fetch(`${floorcast.url}/auth/once`, { method: 'POST', headers, body });
  const cookie = signedIn.headers.getSetCookie().map((text) => text.split(';')[0]);
  const lists: [string, unknown][] = [];
  for (const name of LISTS) {
    const answer = await fetch(`${floorcast.url}/api/v1/${name}`, { headers: { cookie: cookie.join('; ') } });
    lists.push([name, await answer.json()]);
  }
  await floorcast.stop();
  process.stdout.write(
    `${JSON.stringify({ status: signedIn.status, lists: Object.fromEntries(lists), logged })}\n`,
  );
}

look().catch((thrown: unknown) => {
  process.stdout.write(`${JSON.stringify({ refused: String(thrown) })}\n`);
  process.exit(3);
});
