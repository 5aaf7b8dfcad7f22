import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRatePacer } from '../../../server/genesys/rate-pacer';
import { createRestClient } from '../../../server/genesys/rest-client';
import { statusOf } from '../../../server/genesys/source-status';
import type { Failure } from '../../../server/runtime/errors';
import { createTokenSource } from '../../../server/runtime/token-source';
import { FakeClock } from '../../support/fake-clock';
import { WRITINGS } from '../../support/writings';
import { memoryHttp, type Reply } from '../genesys/memory-http';

const TOKEN = 'T0ken-of/the+Platform=Canary';
const CLIENT = { id: 'client-id-canary', secret: 's3cret/of+the=client canary' };
const URI = 'wss://streaming.mypurecloud.ie/channels/streaming-2-canary';
const STATUSES = [400, 401, 403, 404, 409, 429, 500, 503];
const schema = z.object({ kinds: z.record(z.string(), z.number()) });
const call = { method: 'GET', path: '/api/v2/x', lane: 'link', what: 'asking', schema } as const;

/** What a call fails with, where logins and calls are answered so. */
async function failureOf(login: Reply, answer: Reply): Promise<Failure> {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  const { http } = memoryHttp(({ url }) => (url.endsWith('/oauth/token') ? login : answer));
  const tokens = createTokenSource({ loginUrl: 'https://login.x', client: CLIENT, http, clock, signal });
  const rest = createRestClient({
    ...{ apiUrl: 'https://api.x', tokens, pacer: createRatePacer(clock), http, signal },
    ...{ stamp: () => clock.now(), onStatusClass: () => {} },
  });
  const said = await rest.call(call);
  if (said.ok) throw new Error('it should have failed');
  return said.error;
}

const WELCOME: Reply = { status: 200, body: { access_token: TOKEN, expires_in: 600 } };
const echoing = (status: number, text: string): Reply[] => [
  { status, body: { code: text, message: `bad token ${text}, it was ${'x'.repeat(260)} ${text}` } },
  { status, body: { error: text, error_description: text } },
  { status, body: { description: `${'x'.repeat(250)}${text}${text}` } },
  { status, text: `{"message":"${text}"` },
];

/** Neither the whole nor, where a text was cut, its beginning. */
function expectNone(failure: Failure, secret: string, write: (secret: string) => string): void {
  const text = JSON.stringify(failure);
  expect(text).not.toContain(write(secret));
  if (write('') === '') expect(text).not.toContain(write(secret).slice(0, 8));
}

describe('what the platform repeats', () => {
  it.each(WRITINGS)('SEC-58 gets into no failure: the token, $how', async ({ write }) => {
    const written = write(TOKEN);
    for (const answer of STATUSES.flatMap((status) => echoing(status, written))) {
      expectNone(await failureOf(WELCOME, answer), TOKEN, write);
    }
    for (const before of ['', 'x'.repeat(280)]) {
      const kinds = { [before + written]: 'no number' };
      const failure = await failureOf(WELCOME, { status: 200, body: { kinds } });
      expect(failure.code).toBe('malformed');
      expectNone(failure, TOKEN, write);
    }
  });

  it.each(WRITINGS)('SEC-58 gets into no failure: id and secret of the client, $how', async ({ write }) => {
    for (const secret of [CLIENT.id, CLIENT.secret, `${CLIENT.id}:${CLIENT.secret}`]) {
      for (const login of STATUSES.flatMap((status) => echoing(status, write(secret)))) {
        expectNone(await failureOf(login, WELCOME), secret, write);
      }
    }
  });

  it('SEC-58 gets into no failure: the address of a channel', async () => {
    for (const answer of echoing(400, URI)) {
      expect(JSON.stringify(await failureOf(WELCOME, answer))).not.toContain('canary');
    }
  });

  it.each(['T0ken\r\nx-forged: 1', 'T0ken with blanks', 'T0k\u00e9n', '', 'x'.repeat(9_000)])(
    'SEC-58 makes no header: the token %j is none',
    async (token) => {
      const failure = await failureOf(
        { status: 200, body: { access_token: token, expires_in: 600 } },
        WELCOME,
      );
      expect(failure).toMatchObject({ kind: 'retry', code: 'malformed' });
      expect(JSON.stringify(failure)).not.toContain('T0k');
    },
  );

  it('SEC-58 stands on screens as bounded text of one line, without secrets of known shapes', () => {
    const message = `400 bad\n\u001b[31m\u2028\u202e ${URI} ${'x'.repeat(5_000)}`;
    const listing: Failure = { kind: 'fatal', status: 400, code: 'bad', message, retryAfterMs: 0 };
    const pool = {
      ...{ channels: { live: 0, total: 0 }, topics: { subscribed: 0, rejected: 0 }, rejected: [] },
      ...{ catchingUp: 0, liveQueues: 0, problems: [], evictions: 0, reconnects: 0 },
      ...{ heardAt: null, everLive: false },
    };
    const facts = { pool, queueCount: null, listing, backfill: null, missing: [], unplaced: 0, unlawful: 0 };
    const said = statusOf({ ...facts, reconciliation: null }, null, 0).message ?? '';
    expect(said).toMatch(/^400 bad/);
    expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|canary/u);
    expect(said.length).toBeLessThan(1_100);
  });
});
