/** A server whose pages are not there yet, as a television sees it that was switched on with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../../../server/config';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { wire } from '../../../server/wire';
import { FakeClock } from '../../support/fake-clock';

it('API-17 tells who asks for a page that it is starting, and has the browser ask again by itself', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-starting-'));
  const config = parseConfig({ PORT: '0', DATA_DIR: dataDir }, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const answers: Response[] = [];
  const floorcast = await wire({
    ...{ config: config.value, clock: new FakeClock(Date.now()), random: seededRandom(1), log: silentLog },
    build: 'test',
    startPages: async ({ port }) => {
      answers.push(await fetch(`http://127.0.0.1:${port}/screen/default`));
      return { handle: (_, response) => void response.end('a page'), close: async () => {} };
    },
  });
  answers.push(await fetch(`${floorcast.url}/screen/default`));
  const seen = answers.map(({ status, headers }) => [
    status,
    headers.get('refresh'),
    headers.get('retry-after'),
  ]);
  expect(seen).toEqual([
    [503, '2', '2'],
    [200, null, null],
  ]);
  expect(await answers[1]?.text()).toBe('a page');
  await answers[0]?.text();
  await floorcast.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
