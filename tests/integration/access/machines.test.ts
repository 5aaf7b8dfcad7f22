/** A machine's whole life over real HTTP: made by an administrator, asking for figures, its secret changed, removed. */
import { afterEach, describe, expect, it } from 'vitest';
import { tokenResponseSchema } from '../../../lib/contracts/access';
import { apiErrorSchema, kpisResponseSchema } from '../../../lib/contracts/api';
import { change } from '../../support/fake-kpi-reader';
import { MemoryStore } from '../../support/memory-store';
import {
  administrator,
  ask,
  askToken,
  type Client,
  clientOf,
  type MachineStand,
  madeMachine,
  openMachines,
  signedIn,
  tokenOf,
} from './machine-stand';

const KPIS = '/api/v1/kpis';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function open(options: Parameters<typeof openMachines>[0] = {}): Promise<MachineStand> {
  const stand = await openMachines(options);
  stops.push(stand.stop);
  return stand;
}

async function withMachine(scopes: Parameters<typeof madeMachine>[1] = ['kpis:read']) {
  const stand = await open();
  const admin = await administrator(stand);
  return { ...stand, admin, client: await madeMachine(admin, scopes) };
}

async function status(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.text();
  return response.status;
}

/** Status, code and what the header says of the token. */
async function refusal(answer: Promise<Response>) {
  const response = await answer;
  const { code } = apiErrorSchema.parse(await response.json());
  return [response.status, code, response.headers.get('www-authenticate')];
}

const INVALID = [401, 'unauthenticated', 'Bearer error="invalid_token"'];
const INSUFFICIENT = [403, 'forbidden', 'Bearer error="insufficient_scope"'];

describe('from a secret to the figures', () => {
  it('ACC-54 a machine gets a token at /oauth/token, and the figures with it', async () => {
    const { url, client, reader } = await withMachine();
    reader.announce([change('queue:a', 'waiting', 7)]);
    const answer = await askToken(url, client);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const token = tokenResponseSchema.strict().parse(await answer.json());
    expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, scope: 'kpis:read' });
    const figures = await ask(url, KPIS, token.access_token);
    expect(figures.status).toBe(200);
    const [row] = kpisResponseSchema.parse(await figures.json()).queues;
    expect([row?.queueId, row?.values.waiting?.value]).toEqual(['a', 7]);
  });

  it('ACC-40 the secret is in the answer to its making, and in nothing that is told, noted or kept', async () => {
    const { url, admin, client, store, audit, lines } = await withMachine();
    const token = await tokenOf(url, client);
    await ask(url, KPIS, token);
    const shown = await (await admin('GET', '/api/v1/machines')).text();
    expect(shown).toContain(client.secretId);
    const events = [...audit.recorded, ...audit.refusals].map((event) => [event, ...event.details]);
    const everywhere = [shown, JSON.stringify([events, await store.list('machine')]), ...lines].join('\n');
    expect(everywhere).not.toContain(client.secret);
    expect(everywhere).not.toContain(token);
  });

  it('ACC-50 a token is good for 60 minutes and not for a second more', async () => {
    const { url, client, clock } = await withMachine();
    const token = await tokenOf(url, client);
    clock.advance(3_599_999);
    expect(await status(ask(url, KPIS, token))).toBe(200);
    clock.advance(1);
    expect(await refusal(ask(url, KPIS, token))).toEqual(INVALID);
  });
});

describe('what a token opens', () => {
  it('ACC-59 a wrong scope is 403, and says so; no token is 401', async () => {
    const { url, client } = await withMachine(['alerts:read', 'telemetry:read', 'diagnostics:run']);
    const token = await tokenOf(url, client);
    expect(await refusal(ask(url, KPIS, token))).toEqual(INSUFFICIENT);
    expect(await refusal(ask(url, '/metrics', token))).toEqual(INSUFFICIENT);
    expect(await refusal(ask(url, '/api/v1/machines', token))).toEqual(INSUFFICIENT);
    expect(await refusal(ask(url, '/api/v1/people', token))).toEqual(INSUFFICIENT);
    expect(await refusal(fetch(url + KPIS))).toEqual([401, 'unauthenticated', 'Bearer']);
  });

  it('ACC-59 a token for one of two scopes opens what that one opens', async () => {
    const { url, client } = await withMachine(['kpis:read', 'metrics:read']);
    const [both, one] = [await tokenOf(url, client), await tokenOf(url, client, '&scope=metrics%3Aread')];
    expect(await status(ask(url, KPIS, both))).toBe(200);
    expect(await status(ask(url, '/metrics', both))).toBe(200);
    expect(await refusal(ask(url, KPIS, one))).toEqual(INSUFFICIENT);
    expect(await status(ask(url, '/metrics', one))).toBe(200);
  });

  it('ACC-59 beside a token cookies do not count: an administrator’s adds nothing to it', async () => {
    const stand = await withMachine();
    const { url, client } = stand;
    const cookie = await signedIn(stand);
    expect(await status(fetch(`${url}/api/v1/machines`, { headers: { cookie } }))).toBe(200);
    const token = await tokenOf(url, client);
    expect(await refusal(ask(url, '/api/v1/machines', token, { cookie }))).toEqual(INSUFFICIENT);
    expect(await refusal(ask(url, KPIS, 'no-token', { cookie }))).toEqual(INVALID);
  });

  it('ACC-59 a token counts in its header only', async () => {
    const { url, client } = await withMachine();
    const token = await tokenOf(url, client);
    expect(await status(fetch(`${url}${KPIS}?access_token=${token}`))).toBe(401);
    const asBasic = { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` };
    expect(await status(fetch(url + KPIS, { headers: asBasic }))).toBe(401);
    expect(
      await status(fetch(url + KPIS, { headers: { cookie: `__Host-floorcast-session=${token}` } })),
    ).toBe(401);
    expect(await status(fetch(url + KPIS, { headers: { authorization: token } }))).toBe(401);
    expect(await status(ask(url, KPIS, `${token} ${token}`))).toBe(401);
  });
});

describe('a secret that is changed', () => {
  it('ACC-41 goes without a gap: at each step there is a secret and a token that are good', async () => {
    const { url, admin, client } = await withMachine();
    const works = async (known: Client) => {
      const token = await tokenOf(url, known);
      return { token, status: await status(ask(url, KPIS, token)) };
    };
    const before = await works(client);
    const path = `/api/v1/machines/${client.id}/secrets`;
    const next = await clientOf(await admin('POST', path));
    expect(await status(admin('POST', path))).toBe(409);
    const [old, fresh] = [await works(client), await works(next)];
    expect([before.status, old.status, fresh.status]).toEqual([200, 200, 200]);
    expect(await status(admin('DELETE', `${path}/${client.secretId}`))).toBe(204);
    expect((await works(next)).status).toBe(200);
    expect(await status(ask(url, KPIS, fresh.token))).toBe(200);
    expect(await status(askToken(url, client))).toBe(401);
    for (const { token } of [before, old]) expect(await refusal(ask(url, KPIS, token))).toEqual(INVALID);
    const third = await clientOf(await admin('POST', path));
    expect((await works(third)).status).toBe(200);
  });

  it('ACC-41 cannot get a third by two who ask at the same moment', async () => {
    const { admin, client } = await withMachine();
    const path = `/api/v1/machines/${client.id}/secrets`;
    const both = await Promise.all([status(admin('POST', path)), status(admin('POST', path))]);
    expect(both.sort()).toEqual([201, 409]);
  });
});

describe('a machine that is removed', () => {
  it('ACC-53 its tokens and secrets are nobody’s at the next request', async () => {
    const { url, admin, client } = await withMachine();
    const other = await madeMachine(admin, ['kpis:read']);
    const [token, others] = [await tokenOf(url, client), await tokenOf(url, other)];
    expect(await status(admin('DELETE', `/api/v1/machines/${client.id}`))).toBe(204);
    expect(await refusal(ask(url, KPIS, token))).toEqual(INVALID);
    expect(await status(askToken(url, client))).toBe(401);
    expect(await status(ask(url, KPIS, others))).toBe(200);
    expect(await status(admin('DELETE', `/api/v1/machines/${client.id}`))).toBe(404);
  });

  it('ACC-53 so at once at another node on the same store too', async () => {
    const store = new MemoryStore();
    const [here, there] = [await open({ store }), await open({ store })];
    const admin = await administrator(here);
    const client = await madeMachine(admin, ['kpis:read']);
    const token = await tokenOf(here.url, client);
    expect(await status(ask(there.url, KPIS, token))).toBe(200);
    await admin('DELETE', `/api/v1/machines/${client.id}/secrets/${client.secretId}`);
    expect(await refusal(ask(there.url, KPIS, token))).toEqual(INVALID);
  });

  it('ACC-47 a token of a server with another secret is nobody’s, though its machine is known', async () => {
    const store = new MemoryStore();
    const here = await open({ store });
    const there = await open({ store, secret: 'another secret, just as long as the first one' });
    const client = await madeMachine(await administrator(here), ['kpis:read']);
    const token = await tokenOf(here.url, client);
    expect(await status(ask(here.url, KPIS, token))).toBe(200);
    expect(await refusal(ask(there.url, KPIS, token))).toEqual(INVALID);
  });

  it('ACC-58 is removed, like all about machines, by administrators only and by pages of ours', async () => {
    const { url, admin, client } = await withMachine();
    const token = await tokenOf(url, client);
    const bearer = { authorization: `Bearer ${token}` };
    const path = `${url}/api/v1/machines/${client.id}`;
    expect(await status(fetch(path, { method: 'DELETE' }))).toBe(401);
    expect(await status(fetch(path, { method: 'DELETE', headers: bearer }))).toBe(403);
    expect(await status(fetch(`${path}/secrets`, { method: 'POST', headers: bearer }))).toBe(403);
    expect(await status(admin('GET', '/api/v1/machines'))).toBe(200);
    expect(await status(ask(url, KPIS, token))).toBe(200);
  });
});
