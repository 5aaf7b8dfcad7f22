/** People of Genesys Cloud, at the simulator. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import type { GenesysSignInConfig } from '../../../server/access/access-config';
import { createGenesysSignIn } from '../../../server/access/providers/genesys-sign-in';
import type { IdentityProvider } from '../../../server/access/providers/identity-provider';
import { createLog, silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { ORGANISATION, PEOPLE, type SimPerson } from '../../../server/simulator/platform/organisation';
import { type RunningSimulator, startSimulator } from '../../../server/simulator/simulator';
import { FakeClock } from '../../support/fake-clock';

const CALLBACK = 'http://127.0.0.1:4000/auth/callback';
const PUBLIC = { clientId: 'floorcast-sign-in-public', clientSecret: null };
const clock = new FakeClock();

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator({
    ...{ port: 0, clock, random: seededRandom(7), log: silentLog },
    world: { kind: 'made-up', queues: 1, seed: 1, warmUp: false },
  });
});
afterAll(() => simulator.stop());
afterEach(() => void simulator.faults.clear());

function configFor(more: Partial<GenesysSignInConfig> = {}): GenesysSignInConfig {
  return {
    ...{ mode: 'genesys', apiUrl: simulator.url, loginUrl: simulator.url, organizationId: ORGANISATION.id },
    ...{ clientId: 'floorcast-sign-in', clientSecret: 'floorcast-sign-in-secret', allowLoopback: true },
    ...more,
  };
}

function provider(more: Partial<GenesysSignInConfig> = {}, log = silentLog): IdentityProvider {
  return createGenesysSignIn({ config: configFor(more), callbackUrl: () => CALLBACK, clock, log });
}

function person(name: string): SimPerson {
  return must(
    PEOPLE.find((one) => one.name.startsWith(name)),
    name,
  );
}

async function comeBack(own: IdentityProvider, who = person('Sam')) {
  const begun = await own.begin('/boards');
  if (!begun.ok) throw new Error(begun.error.message);
  const address = new URL(begun.value.location);
  address.searchParams.set('as', who.id);
  const response = await fetch(address, { redirect: 'manual' });
  await response.body?.cancel();
  return { returned: new URL(response.headers.get('location') ?? 'none:'), flow: begun.value.flow };
}

async function signIn(own: IdentityProvider, who = person('Sam')) {
  const { returned, flow } = await comeBack(own, who);
  return own.finish(returned, flow);
}

async function refreshTokenOf(own: IdentityProvider, who = person('Sam')): Promise<string> {
  const signedIn = await signIn(own, who);
  if (!signedIn.ok) throw new Error(signedIn.error.message);
  return must(signedIn.value.refreshToken, 'a refresh token');
}

const REFUSED = { ok: false, error: { kind: 'fatal' } } as const;
const LATER = { ok: false, error: { kind: 'retry' } } as const;

describe('signing in with Genesys Cloud', () => {
  it.each([
    ['with a secret', {}],
    ['with PKCE alone', PUBLIC],
  ])('ACC-32 a person signs in through a client %s, with his roles and groups', async (_, client) => {
    const sam = person('Sam');
    expect(await signIn(provider(client))).toEqual({
      ok: true,
      value: {
        issuer: `${simulator.url}/${ORGANISATION.id}`,
        subject: sam.id,
        name: 'Sam Ortiz',
        email: sam.email,
        roleNames: ['Supervisor', sam.roles[0]?.id, sam.groups[0]?.id],
        refreshToken: expect.any(String),
        idToken: null,
        expiresInS: 86_399,
      },
    });
  });

  it('ACC-32 the browser is sent with state and a challenge, and with nothing secret', async () => {
    const begun = await provider().begin('/');
    if (!begun.ok) throw new Error(begun.error.message);
    const { location, flow } = begun.value;
    expect(location.startsWith(`${simulator.url}/oauth/authorize?`)).toBe(true);
    expect(Object.fromEntries(new URL(location).searchParams)).toEqual({
      client_id: 'floorcast-sign-in',
      redirect_uri: CALLBACK,
      response_type: 'code',
      state: flow.state,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('ACC-32 tampered state, wrong PKCE verifier, a code replayed: nobody comes in', async () => {
    const own = provider();
    const one = await comeBack(own);
    expect(await own.finish(one.returned, { ...one.flow, state: 'x'.repeat(43) })).toMatchObject(REFUSED);
    expect(await own.finish(one.returned, { ...one.flow, codeVerifier: 'z'.repeat(43) })).toMatchObject(
      REFUSED,
    );
    const other = await comeBack(own);
    expect(await own.finish(other.returned, other.flow)).toMatchObject({ ok: true });
    expect(await own.finish(other.returned, other.flow)).toMatchObject({
      ...REFUSED,
      error: { code: 'invalid_grant' },
    });
  });

  it('ACC-32 a wrong client secret, a person who is disabled meanwhile, a person who says no', async () => {
    const wrong = provider({ clientSecret: 'wrong' });
    expect(await signIn(wrong)).toMatchObject({ ...REFUSED, error: { code: 'invalid_client' } });
    const own = provider();
    const { returned, flow } = await comeBack(own);
    const answer = { error: 'access_denied', state: flow.state };
    const no = new URL(`${CALLBACK}?${new URLSearchParams(answer)}`);
    expect(await own.finish(no, flow)).toMatchObject({ ...REFUSED, error: { code: 'access_denied' } });
    simulator.faults.inject({ kind: 'userDisabled', userId: person('Sam').id });
    expect(await own.finish(returned, flow)).toMatchObject(REFUSED);
  });

  it('ACC-33 a person of another organisation is not let in, whatever his roles are called', async () => {
    expect(await signIn(provider({ organizationId: 'ours' }), person('Ines'))).toMatchObject({
      ...REFUSED,
      error: { code: 'subject', message: expect.stringContaining(ORGANISATION.id) },
    });
  });

  it('ACC-34 a refresh brings the person with his roles, and a new token in place of the old one', async () => {
    const own = provider();
    const first = await refreshTokenOf(own);
    const second = await own.refresh(first, person('Sam').id);
    expect(second).toMatchObject({ ok: true, value: { subject: person('Sam').id, name: 'Sam Ortiz' } });
    expect(second.ok && second.value.refreshToken).not.toBe(first);
    expect(await own.refresh(first, person('Sam').id)).toMatchObject({
      ...REFUSED,
      error: { code: 'invalid_grant' },
    });
  });

  it('ACC-34 a person who was disabled, or is another one, no longer stands', async () => {
    const own = provider();
    const [sams, lous] = [await refreshTokenOf(own), await refreshTokenOf(own, person('Lou'))];
    expect(await own.refresh(lous, person('Lou').id)).toMatchObject(REFUSED);
    expect(await own.refresh(sams, person('Ada').id)).toMatchObject({
      ...REFUSED,
      error: { code: 'subject' },
    });
    const again = await refreshTokenOf(own);
    simulator.faults.inject({ kind: 'userDisabled', userId: person('Sam').id });
    expect(await own.refresh(again, person('Sam').id)).toMatchObject(REFUSED);
  });

  it('ACC-34 a platform in trouble ends nobody, and the used refresh token is not used twice', async () => {
    const own = provider();
    const first = await refreshTokenOf(own);
    for (const status of [503, 429]) {
      simulator.faults.inject({
        kind: 'restError',
        status,
        path: '/users/me',
        times: 1,
        retryAfterSeconds: 9,
      });
      expect(await own.refresh(first, person('Sam').id)).toMatchObject({
        ...LATER,
        error: { status, retryAfterMs: 9_000 },
      });
    }
    simulator.faults.inject({ kind: 'brokenBody', mode: 'html', path: '/users/me', times: 1 });
    expect(await own.refresh(first, person('Sam').id)).toMatchObject({
      ...LATER,
      error: { code: 'malformed' },
    });
    simulator.faults.inject({ kind: 'restError', status: 503, path: '/oauth/token', times: 1 });
    expect(await own.refresh(first, person('Sam').id)).toMatchObject(LATER);
    expect(await own.refresh(first, person('Sam').id)).toMatchObject({ ok: true });
  });

  it('ACC-34 a wrong secret says nothing of the person', async () => {
    const token = await refreshTokenOf(provider());
    const wrong = provider({ clientSecret: 'wrong' });
    expect(await wrong.refresh(token, person('Sam').id)).toMatchObject({
      ...LATER,
      error: { code: 'invalid_client' },
    });
  });

  it('ACC-35 signing out goes by the login service and back here', async () => {
    const location = await provider().signOutLocation(null, 'http://127.0.0.1:4000/sign-in');
    const response = await fetch(location ?? '', { redirect: 'manual' });
    await response.body?.cancel();
    expect(response.headers.get('location')).toBe('http://127.0.0.1:4000/sign-in');
    await expect(provider().revoke('token')).resolves.toBeUndefined();
  });

  it('ACC-30 this machine is no place for Genesys Cloud unless that is allowed, and redirects are refused', async () => {
    const { returned, flow } = await comeBack(provider());
    expect(await provider({ allowLoopback: false }).finish(returned, flow)).toMatchObject(REFUSED);
    const elsewhere = createServer((_request, response) => {
      response.writeHead(307, { location: `${simulator.url}/api/v2/users/me` }).end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const { port } = elsewhere.address() as AddressInfo;
    expect(await signIn(provider({ apiUrl: `http://127.0.0.1:${port}` }))).toMatchObject({
      ...REFUSED,
      error: { code: 'redirect' },
    });
    elsewhere.close();
    elsewhere.closeAllConnections();
    await once(elsewhere, 'close');
  });

  it('ACC-32 where the roles are not told, the log says what is missing', async () => {
    const lines: string[] = [];
    const log = createLog('warn', (line) => lines.push(line));
    const api = await openApi({ id: 'u', name: 'Una', organization: { id: ORGANISATION.id } });
    expect(await signIn(provider({ apiUrl: api.url }, log))).toMatchObject({
      ok: true,
      value: { roleNames: [] },
    });
    expect(lines.join()).toContain('authorization:readonly');
    await api.close();
  });

  it.each(['inactive', 'deleted'])('ACC-32 a person who is %s is not let in', async (state) => {
    const api = await openApi({ id: 'u', name: 'Una', state, organization: { id: ORGANISATION.id } });
    expect(await signIn(provider({ apiUrl: api.url }))).toMatchObject({
      ...REFUSED,
      error: { code: 'person.refused' },
    });
    await api.close();
  });
});

/** An API that says that of everybody. */
async function openApi(user: object) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(user));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
