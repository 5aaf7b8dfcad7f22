/** What a client learns of a fault of ours: that there is one. */
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../server/runtime/log';
import { openShell } from '../../support/http-stand';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const FAULTS: readonly (readonly [string, unknown])[] = [
  ['an error', new Error('the shelf at /var/lib/floorcast broke', { cause: new Error('SELECT inside') })],
  [
    'an error with fields',
    Object.assign(new Error('inside'), { code: 'ERR_INSIDE', status: 418, body: 'inside' }),
  ],
  ['a text', 'inside'],
  ['nothing', undefined],
  [
    'what throws when it is read',
    {
      get message(): string {
        throw new Error('inside');
      },
    },
  ],
];

describe('an answer that fails', () => {
  it.each(FAULTS)('SEC-73 tells nothing of what is inside, which the log has: %s', async (_, thrown) => {
    const lines: string[] = [];
    const stand = await openShell({
      log: createLog('info', (line) => void lines.push(line)),
      routes: [
        { method: 'GET', path: '/healthz', answer: () => Promise.reject(thrown) },
        {
          method: 'GET',
          path: '/api/v1/me',
          answer() {
            throw thrown;
          },
        },
      ],
    });
    stops.push(stand.stop);
    for (const path of ['/healthz', '/api/v1/me']) {
      const answer = await fetch(stand.url + path);
      expect([answer.status, await answer.json()]).toEqual([
        500,
        { code: 'internal', message: 'something went wrong here' },
      ]);
      expect(JSON.stringify([...answer.headers])).not.toMatch(/inside|floorcast|node:|\.ts/i);
    }
    expect(lines.map((line) => JSON.parse(line)).map(({ level, msg }) => [level, msg])).toEqual([
      ['error', 'an answer failed'],
      ['error', 'an answer failed'],
    ]);
  });

  it('SEC-73 is cut off where it had begun, and is not ended as if it were whole', async () => {
    const stand = await openShell({
      routes: [
        {
          method: 'GET',
          path: '/healthz',
          answer({ response }) {
            response.writeHead(200, { 'content-type': 'application/json' });
            response.write('{"alive":');
            return Promise.reject(new Error('inside'));
          },
        },
      ],
    });
    stops.push(stand.stop);
    const whole = fetch(`${stand.url}/healthz`).then((answer) => answer.text());
    await expect(whole).rejects.toThrow();
  });
});
