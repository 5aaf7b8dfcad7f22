/** A provider that leads astray, hangs, or answers with anything at all. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outgoingHosts } from '../../../server/access/providers/outgoing-hosts';
import {
  ANSWER_TIMEOUT_MS,
  createProviderFetch,
  MAX_ANSWER_BYTES,
} from '../../../server/access/providers/provider-fetch';
import { type Json, json } from '../../support/oidc-hostile';
import { type HostileStage, LATER, REFUSED, setHostileStage } from './oidc-hostile-stage';

const DOCUMENT = '/.well-known/openid-configuration';
/** In the order in which a sign-in asks them. */
const PATHS = [DOCUMENT, '/token', '/keys', '/userinfo'];

let stage: HostileStage;
beforeAll(async () => {
  stage = await setHostileStage();
});
afterAll(() => stage.hostile.stop());
afterEach(() => {
  expect(stage.clock.pendingCount).toBe(0);
});

type Handle = (request: IncomingMessage, response: ServerResponse) => void;
const at = (path: string, handle: Handle) => ({ handle: new Map([[path, handle]]) });
/** So that userinfo is asked as well. */
const noGroups = { claims: ({ groups: _, ...honest }: Record<string, unknown>) => honest };
const unavailable = (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(503).end();
};
const timesAsked = (path: string) =>
  stage.hostile.requests.filter((request) => request.endsWith(` ${path}`)).length;

describe('on the way', () => {
  let elsewhere: ReturnType<typeof createServer>;
  let visits = 0;
  beforeEach(async () => {
    visits = 0;
    elsewhere = createServer((_request, response) => {
      visits += 1;
      json(response, { sub: 'ada' });
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
  });
  afterEach(async () => {
    elsewhere.close();
    elsewhere.closeAllConnections();
    await once(elsewhere, 'close');
  });

  it('ACC-30 a host that was not named is not asked, whoever names it later', async () => {
    const { port } = elsewhere.address() as AddressInfo;
    const hosts = outgoingHosts([stage.hostile.issuer], [], true);
    const ask = createProviderFetch({ hosts, clock: stage.clock });
    const options = { method: 'GET', headers: {}, body: null, redirect: 'manual' } as const;
    await expect(ask(`http://127.0.0.1:${port}/`, options)).rejects.toMatchObject({
      failure: { kind: 'fatal', code: 'address.refused' },
    });
    expect(visits).toBe(0);
  });

  it.each(PATHS.flatMap((path) => [301, 302, 307].map((status) => [path, status] as const)))(
    'ACC-30 redirecting endpoints: %s with %i is not followed',
    async (path, status) => {
      const { port } = elsewhere.address() as AddressInfo;
      const redirect: Handle = (_request, response) => {
        response.writeHead(status, { location: `http://127.0.0.1:${port}/` }).end();
      };
      expect(await stage.signIn({ ...noGroups, ...at(path, redirect) })).toMatchObject({
        ...REFUSED,
        error: { code: 'redirect', status },
      });
      expect(visits).toBe(0);
    },
  );

  it.each(PATHS)('ACC-30 huge answers: %s is read to its bound only', async (path) => {
    let written = 0;
    const flood: Handle = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && written < 64 * MAX_ANSWER_BYTES) {
          written += 65_536;
          if (!response.write(' '.repeat(65_536))) return;
        }
        response.end();
      };
      response.on('drain', more);
      more();
    };
    expect(await stage.signIn({ ...noGroups, ...at(path, flood) })).toMatchObject({
      ...LATER,
      error: { code: 'too.large' },
    });
    expect(written).toBeLessThan(32 * MAX_ANSWER_BYTES);
  });

  it.each(
    PATHS.flatMap((path) => [
      [path, 'before'],
      [path, 'amid'],
    ]),
  )('ACC-30 a provider that hangs: %s, %s its answer', async (path, when) => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const hang: Handle = (_request, response) => {
      if (when === 'amid') response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      arrive();
    };
    let isOver = false;
    const signingIn = stage.signIn({ ...noGroups, ...at(path, hang) }).finally(() => {
      isOver = true;
    });
    await arrived;
    await stage.clock.advanceAsync(ANSWER_TIMEOUT_MS - 1);
    expect(isOver).toBe(false);
    stage.clock.advance(1);
    expect(await signingIn).toMatchObject({ ...LATER, error: { code: 'timeout' } });
  });

  it.each(PATHS)('ACC-31 %s may be cut, HTML, empty or not there: later', async (path) => {
    const answers: Handle[] = [
      (_request, response) => void response.socket?.destroy(),
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Wait</h1>'),
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(),
      unavailable,
      (_request, response) => void response.writeHead(429, { 'retry-after': '7' }).end(),
    ];
    for (const answer of answers) {
      expect(await stage.signIn({ ...noGroups, ...at(path, answer) })).toMatchObject(LATER);
    }
  });
});

describe('whatever is answered', () => {
  it.each(['/token', '/userinfo', '/keys', DOCUMENT])('ACC-31 %s: any JSON is a value', async (path) => {
    await fc.assert(
      fc.asyncProperty(
        fc.json(),
        fc.constantFrom(200, 201, 204, 400, 401, 418, 500),
        async (text, status) => {
          const answer: Handle = (_request, response) => json(response, status === 204 ? '' : text, status);
          const signedIn = await stage.signIn({ ...noGroups, ...at(path, answer) });
          expect(signedIn.ok).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each<[string, string, Record<string, string>, object]>([
    ['an error that is a list', '{"error":["invalid_grant"]}', {}, { ok: false }],
    ['a description that is an object', '{"error":"x","error_description":{"a":1}}', {}, REFUSED],
    ['a description that is null', '{"error":"x","error_description":null}', {}, REFUSED],
    ['a challenge of nonsense', '{}', { 'www-authenticate': 'Bearer ===,,, "' }, { ok: false }],
    ['a challenge', '{}', { 'www-authenticate': 'Basic realm="x"' }, { error: { code: 'invalid_client' } }],
  ])('ACC-31 refused with %s', async (_, text, headers, expected) => {
    const answer: Handle = (_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json', ...headers }).end(text);
    };
    expect(await stage.signIn(at('/token', answer))).toMatchObject({ ok: false, ...expected });
  });
});

describe('a refresh in trouble', () => {
  it.each<[string, number, Json, object]>([
    ['the person is refused', 400, { error: 'invalid_grant' }, { kind: 'fatal' }],
    ['our client is refused', 401, { error: 'invalid_client' }, { kind: 'retry' }],
    ['our grant is not allowed', 400, { error: 'unauthorized_client' }, { kind: 'retry' }],
    ['too many ask', 429, { error: 'slow_down' }, { kind: 'retry' }],
    ['it is broken', 500, { error: 'invalid_grant' }, { kind: 'retry' }],
    ['it is not there', 404, {}, { kind: 'retry' }],
  ])('ACC-25 where %s', async (_, status, body, error) => {
    const answer: Handle = (_request, response) => json(response, body, status);
    expect(await stage.refresh(at('/token', answer))).toMatchObject({ ok: false, error });
  });

  it('ACC-25 where userinfo refuses the new token, he no longer stands', async () => {
    const refuse: Handle = (_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
    };
    const without = { refreshed: ({ id_token: _, ...honest }: Json) => honest };
    expect(await stage.refresh({ ...without, ...at('/userinfo', refuse) })).toMatchObject(REFUSED);
  });

  it('ACC-25 a refresh token that was used is not used again where the rest of the answer failed', async () => {
    stage.hostile.lies = {};
    const provider = stage.provider();
    const withoutIdToken = { refreshed: ({ id_token: _, ...honest }: Json) => honest };
    stage.hostile.lies = { ...withoutIdToken, ...at('/userinfo', unavailable) };
    stage.hostile.forms.length = 0;
    expect(await provider.refresh('first', 'ada')).toMatchObject(LATER);
    stage.hostile.lies = withoutIdToken;
    expect(await provider.refresh('first', 'ada')).toMatchObject({
      ok: true,
      value: { refreshToken: 'refresh-2' },
    });
    await provider.refresh('first', 'ada');
    expect(stage.hostile.forms.map((form) => form.get('refresh_token'))).toEqual([
      'first',
      'refresh-1',
      'first',
    ]);
  });

  it('ACC-25 a provider that keeps its refresh token goes on with it', async () => {
    const lies = { refreshed: ({ refresh_token: _, ...honest }: Json) => honest };
    stage.hostile.forms.length = 0;
    const refreshed = await stage.refresh(lies);
    const used = stage.hostile.forms.at(-1)?.get('refresh_token');
    expect(refreshed).toMatchObject({ ok: true, value: { refreshToken: used } });
  });

  it('ACC-27 a refresh token that cannot be given back harms nothing', async () => {
    stage.hostile.lies = at('/revoke', unavailable);
    await expect(stage.provider().revoke('token')).resolves.toBeUndefined();
    expect(timesAsked('/revoke')).toBe(1);
  });
});
