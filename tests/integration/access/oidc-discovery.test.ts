/** Where a provider is, when it is there, and what it says of itself. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KNOWN_FOR_MS } from '../../../server/access/providers/provider-discovery';
import type { Json } from '../../support/oidc-hostile';
import { type HostileStage, LATER, REFUSED, setHostileStage } from './oidc-hostile-stage';

const DOCUMENT = '/.well-known/openid-configuration';

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

describe('a provider that is away', () => {
  it('ACC-28 is no reason not to be made, and is asked again when the next person comes', async () => {
    stage.hostile.lies = at(DOCUMENT, unavailable);
    const provider = stage.provider();
    expect(await provider.begin('/')).toMatchObject({ ...LATER, error: { kind: 'retry', status: 503 } });
    expect(await provider.signOutLocation('token', 'http://127.0.0.1/')).toBeNull();
    await provider.revoke('token');
    stage.hostile.lies = {};
    expect(await provider.begin('/')).toMatchObject({ ok: true });
  });

  it('ACC-28 where nobody listens is later, too', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const provider = stage.provider({ issuer: `http://127.0.0.1:${port}` });
    expect(await provider.begin('/')).toMatchObject({
      ok: false,
      error: { kind: 'retry', code: 'network', message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('ACC-28 is looked up once for all who wait, and again after some hours', async () => {
    stage.hostile.lies = {};
    const provider = stage.provider();
    const before = timesAsked(DOCUMENT);
    const begun = await Promise.all(Array.from({ length: 5 }, () => provider.begin('/')));
    expect(begun.every(({ ok }) => ok)).toBe(true);
    stage.clock.advance(KNOWN_FOR_MS - 1);
    await provider.begin('/');
    expect(timesAsked(DOCUMENT) - before).toBe(1);
    stage.clock.advance(1);
    await provider.begin('/');
    expect(timesAsked(DOCUMENT) - before).toBe(2);
  });

  it('ACC-28 when it is looked up anew, what was known stays good, but not against what it says', async () => {
    stage.hostile.lies = {};
    const provider = stage.provider();
    expect(await provider.begin('/')).toMatchObject({ ok: true });
    stage.clock.advance(KNOWN_FOR_MS);
    stage.hostile.lies = at(DOCUMENT, unavailable);
    expect(await provider.begin('/')).toMatchObject({ ok: true });
    const asked = timesAsked(DOCUMENT);
    expect(await provider.begin('/')).toMatchObject({ ok: true });
    expect(timesAsked(DOCUMENT)).toBe(asked);
    stage.clock.advance(KNOWN_FOR_MS);
    stage.hostile.lies = { document: (honest) => ({ ...honest, issuer: 'https://evil.example' }) };
    expect(await provider.begin('/')).toMatchObject(REFUSED);
  });
});

describe('what the provider says of itself', () => {
  const own = (more: Json) => (honest: Json) => ({ ...honest, ...more });

  it.each<[string, (honest: Json) => unknown]>([
    ['discovery with another issuer', own({ issuer: 'https://evil.example' })],
    ['discovery with the issuer of any tenant', own({ issuer: 'https://login.example/{tenantid}/v2.0' })],
    ['an issuer with a path more', (honest) => ({ ...honest, issuer: `${honest.issuer}/realm` })],
    ['no issuer', ({ issuer: _, ...honest }) => honest],
    ['an issuer that is a list', (honest) => ({ ...honest, issuer: [honest.issuer] })],
    ['no token endpoint', ({ token_endpoint: _, ...honest }) => honest],
    ['no keys', ({ jwks_uri: _, ...honest }) => honest],
    ['only signatures with a shared secret', own({ id_token_signing_alg_values_supported: ['HS256'] })],
    ['only no signatures', own({ id_token_signing_alg_values_supported: ['none'] })],
    ['an issuer that __proto__ brings', () => '{"__proto__":{"issuer":"https://id.example"}}'],
    ['a list', () => []],
  ])('ACC-29 %s is not believed', async (_, document) => {
    stage.hostile.lies = { document };
    expect(await stage.provider().begin('/')).toMatchObject(REFUSED);
  });

  const endpoints = [
    'authorization_endpoint',
    'token_endpoint',
    'jwks_uri',
    'userinfo_endpoint',
    'end_session_endpoint',
    'revocation_endpoint',
  ];
  it.each(
    endpoints.flatMap((name) => [
      [name, 'https://evil.example/x'],
      [name, 'http://127.0.0.1:1/x'],
    ]),
  )(
    'ACC-29 endpoints on a foreign host: %s at %s is refused, for us and for browsers',
    async (name, address) => {
      stage.hostile.lies = { document: own({ [name]: address }) };
      const provider = stage.provider();
      expect(await provider.begin('/')).toMatchObject({
        ...REFUSED,
        error: { code: 'address.refused', message: expect.stringContaining(name) },
      });
      expect(await provider.signOutLocation(null, 'http://127.0.0.1/')).toBeNull();
    },
  );

  it('ACC-29 endpoints may be on hosts that were named, encrypted', async () => {
    const named = { extraHosts: ['login.example.com'] };
    const login = own({ authorization_endpoint: 'https://login.example.com/authorize' });
    stage.hostile.lies = { document: login };
    expect(await stage.provider(named).begin('/')).toMatchObject({
      ok: true,
      value: { location: expect.stringContaining('https://login.example.com/authorize?') },
    });
    stage.hostile.lies = { document: own({ jwks_uri: 'http://login.example.com/keys' }) };
    expect(await stage.provider(named).begin('/')).toMatchObject(REFUSED);
  });

  it('ACC-29 this machine is no place for a provider unless that is allowed', async () => {
    stage.hostile.lies = {};
    const asked = stage.hostile.requests.length;
    expect(await stage.provider({ allowLoopback: false }).begin('/')).toMatchObject(REFUSED);
    expect(stage.hostile.requests.length).toBe(asked);
  });

  it('ACC-29 a provider without endpoints for signing out, giving back and userinfo is one, too', async () => {
    const names = ['end_session_endpoint', 'revocation_endpoint', 'userinfo_endpoint'];
    const document = (honest: Json) =>
      Object.fromEntries(Object.entries(honest).filter(([name]) => !names.includes(name)));
    const signedIn = await stage.signIn({ document, ...noGroups });
    expect(signedIn).toMatchObject({ ok: true, value: { subject: 'ada', roleNames: [] } });
    const provider = stage.provider();
    expect(await provider.signOutLocation('token', 'http://127.0.0.1/')).toBeNull();
    await provider.revoke('token');
    expect(timesAsked('/revoke')).toBe(0);
  });
});
