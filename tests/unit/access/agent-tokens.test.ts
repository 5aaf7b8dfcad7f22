import { describe, expect, it } from 'vitest';
import { PERSON_ROLES } from '../../../lib/contracts/access';
import { ACCESS_TABLE } from '../../../server/access/access-table';
import { AGENT_TOKEN_LIFE_S, createAgentTokens } from '../../../server/access/agents/agent-tokens';
import { SESSION_COOKIE } from '../../../server/access/cookies';
import { decide } from '../../../server/access/decide';
import type { Ended } from '../../../server/access/gate';
import { createGatekeeper } from '../../../server/access/gatekeeper';
import { createMachineTokens } from '../../../server/access/machines/machine-tokens';
import { createMachines } from '../../../server/access/machines/machines';
import { createPlatformIdentities } from '../../../server/access/people/platform-identity';
import { ANONYMOUS, LOCAL, type PersonPrincipal } from '../../../server/access/principal';
import { MACHINE, PERSON } from '../../support/fake-gate';
import { createStage, HOUR_MS, signedIn } from './sessions-stage';
import { byRsa, forged, hmac, type Json, type Signer, without } from './token-forger';

const LIFE_MS = AGENT_TOKEN_LIFE_S * 1_000;
const NO_SCREENS = { find: async () => null, standing: async () => null, onChanged: () => () => {} };

async function stage({ open = false } = {}) {
  const base = createStage();
  const { sessions, keys, clock, secretBytes } = base;
  const cookie = await signedIn(base);
  const person = await sessions.find(cookie);
  if (person === null) throw new Error('signed in');
  const tokens = createAgentTokens({ sessions, key: keys.agentToken, clock, secretBytes });
  const machines = createMachines(base);
  const machineTokens = createMachineTokens({ machines, key: keys.machineToken, clock, secretBytes });
  const gate = createGatekeeper({
    ...{ open, people: sessions, screens: NO_SCREENS, machines: machineTokens, agents: tokens },
  });
  const { token, expiresAt } = await tokens.issue(person);
  const bearer = async (presented: string) =>
    (await gate.identify({ cookie: undefined, authorization: `Bearer ${presented}` })).who;
  return { ...base, cookie, person, tokens, machines, machineTokens, gate, token, expiresAt, bearer };
}

/** What a token says, and the signer that the server itself is. */
async function prepared() {
  const made = await stage();
  const [head = '', body = '', signature = ''] = made.token.split('.');
  const read = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  const ours = hmac('sha256', made.keys.agentToken);
  return { ...made, head, body, signature, header: read(head), payload: read(body), ours };
}

describe('a token of the widget', () => {
  it('ACC-96 is its person for 15 minutes, says when it ends, and names nothing but the session', async () => {
    const { bearer, token, expiresAt, clock, person, header, payload } = await prepared();
    expect(await bearer(token)).toEqual({ ...person, tokenExpiresAt: expiresAt });
    expect(expiresAt).toBe(Math.floor(clock.now() / 1_000) * 1_000 + LIFE_MS);
    expect(header).toEqual({ alg: 'HS256', typ: 'agent+jwt' });
    expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sub']);
    expect(payload.sub).toBe(person.sessionId);
  });

  it('ACC-96 is good for a fresh one, as long as the session is', async () => {
    const { bearer, token, tokens, clock, sessions, person } = await stage();
    clock.advance(LIFE_MS - 60_000);
    const who = await bearer(token);
    if (who.kind !== 'person') throw new Error('a person');
    const next = await tokens.issue(who);
    clock.advance(120_000);
    expect(await bearer(token)).toEqual(ANONYMOUS);
    expect(await bearer(next.token)).toMatchObject({ kind: 'person', tokenExpiresAt: next.expiresAt });
    await sessions.end(person.sessionId, { by: BY, action: 'session.ended', reason: 'signed out' });
    expect(await bearer(next.token)).toEqual(ANONYMOUS);
  });

  it('ACC-98 ends at its second, in the requests that it makes and in what it opened', async () => {
    const { bearer, token, gate, clock } = await stage();
    const who = await bearer(token);
    clock.advance(LIFE_MS - 1_000);
    expect([await bearer(token), await gate.standing(who)]).toMatchObject([
      { kind: 'person' },
      { kind: 'person' },
    ]);
    clock.advance(1_000);
    expect([await bearer(token), await gate.standing(who)]).toEqual([ANONYMOUS, null]);
  });

  it('ACC-98 ends at once with its session, which the gate tells once', async () => {
    const { bearer, token, gate, sessions, person } = await stage();
    const who = await bearer(token);
    const told: Ended[] = [];
    const leave = gate.onChanged((ended) => told.push(ended));
    await sessions.end(person.sessionId, { by: BY, action: 'session.revoked', reason: 'revoked' });
    leave();
    expect(told).toEqual([{ kind: 'session', sessionId: person.sessionId }]);
    expect([await bearer(token), await gate.standing(who)]).toEqual([ANONYMOUS, null]);
  });

  it('ACC-98 ends with a session that nobody used, and using it is using the session', async () => {
    const { bearer, token, tokens, person, clock } = await stage();
    let newest = token;
    for (let quarter = 0; quarter < 12; quarter += 1) {
      clock.advance(LIFE_MS - 60_000);
      const who = await bearer(newest);
      expect(who.kind).toBe('person');
      newest = (await tokens.issue(who as PersonPrincipal)).token; // Just looked at.
    }
    clock.advance(2 * HOUR_MS);
    expect(await bearer((await tokens.issue(person)).token)).toEqual(ANONYMOUS);
  });

  it('ACC-98 has the roles of the moment', async () => {
    const { bearer, token, people, person, gate } = await stage();
    const who = await bearer(token);
    await people.grant(person.personId, ['senior_tech'], BY);
    expect(await bearer(token)).toMatchObject({ roles: ['supervisor', 'senior_tech'] });
    expect(await gate.standing(who)).toMatchObject({ roles: ['supervisor', 'senior_tech'] });
    await people.grant(person.personId, [], BY);
    expect(await gate.standing(who)).toMatchObject({ roles: ['supervisor'] });
  });

  it('ACC-99 counts alone: cookies beside it do not, and it is no cookie itself', async () => {
    const { gate, token, cookie } = await stage();
    const identify = (authorization: string | undefined, value: string) =>
      gate.identify({ cookie: `${SESSION_COOKIE}=${value}`, authorization });
    expect((await identify(`Bearer ${token}`, cookie)).who).toHaveProperty('tokenExpiresAt');
    expect((await identify('Bearer nobody', cookie)).who).toEqual(ANONYMOUS);
    expect((await identify(undefined, token)).who).toEqual(ANONYMOUS);
    expect((await identify(undefined, cookie)).who).not.toHaveProperty('tokenExpiresAt');
  });

  it('ACC-99 is nobody’s where there are no accounts', async () => {
    const { bearer, token } = await stage({ open: true });
    expect(await bearer(token)).toEqual(ANONYMOUS);
  });
});

const BY = { actor: 'person:x', actorName: 'X', address: '192.0.2.9' };

describe('the rows that a token of the widget opens', () => {
  /** Written by hand, beside the table. */
  const ROWS = [
    'GET /api/v1/me',
    'GET /api/v1/agent/device',
    'POST /api/v1/agent/token',
    'POST /v1/diagnostics/initiate',
    'POST /v1/diagnostics/execute',
    'POST /v1/diagnostics/:id/end',
    'GET /v1/diagnostics/:id',
    'GET /v1/diagnostics/:id/stream',
    'GET /v1/diagnostics/:id/bundle',
    'GET /api/v1/diagnostics',
    'socket device',
    'socket diagnostics',
  ];
  const TOKEN = { tokenExpiresAt: 1e15 };

  it('ACC-99 are those of the widget, for whoever has every role, and no others', () => {
    const everybody = { ...PERSON(PERSON_ROLES), ...TOKEN };
    const opened = ACCESS_TABLE.filter(({ target }) => decide(target, everybody).allowed);
    expect(opened.map(({ target }) => target).sort()).toEqual(ROWS.toSorted());
  });

  it.each(PERSON_ROLES)(
    'ACC-99 as far as the role %s reaches there by its cookie, and no further',
    (role) => {
      for (const target of ROWS) {
        const byCookie = decide(target, PERSON([role]));
        const byToken = decide(target, { ...PERSON([role]), ...TOKEN });
        const reachOf = (decision: typeof byCookie) => (decision.allowed ? decision.reach : decision.reason);
        expect(reachOf(byToken), target).toBe(reachOf(byCookie));
      }
    },
  );
});

describe('a forged token of the widget', () => {
  it('ACC-97 counts where nothing is forged: what is refused below is refused for its fault', async () => {
    const { bearer, header, payload, token, ours } = await prepared();
    expect(forged(header, payload, ours)).toBe(token);
    expect(await bearer(token)).toMatchObject({ kind: 'person' });
  });

  it('ACC-97 a machine’s token is no agent’s, and an agent’s no machine’s, whichever key signs it', async () => {
    const { bearer, tokens, machineTokens, machines, keys, token, header, payload, ours } = await prepared();
    const made = await machines.create({ name: 'Data action', scopes: ['kpis:read'] }, BY);
    if (!made.ok) throw new Error(made.error);
    const client = await machines.verify(made.value.clientId, made.value.secret);
    if (client === null) throw new Error('a client');
    const machine = await machineTokens.issue(client, ['kpis:read']);
    expect([await tokens.find(machine), await machineTokens.find(token)]).toEqual([null, null]);
    const byMachineKey = hmac('sha256', keys.machineToken);
    expect(await bearer(forged(header, payload, byMachineKey))).toEqual(ANONYMOUS);
    expect(await bearer(forged({ ...header, typ: 'at+jwt' }, payload, ours))).toEqual(ANONYMOUS);
    expect(await bearer(forged({ ...header, typ: 'at+jwt' }, payload, byMachineKey))).toEqual(ANONYMOUS);
  });

  it.each<[string, Json, Signer | null]>([
    ['alg none', { alg: 'none', typ: 'agent+jwt' }, () => Buffer.alloc(0)],
    ['alg HS512 by our key', { alg: 'HS512', typ: 'agent+jwt' }, null],
    ['alg RS256 by another key', { alg: 'RS256', typ: 'agent+jwt' }, byRsa],
    ['no type', { alg: 'HS256' }, null],
    ['the type JWT', { alg: 'HS256', typ: 'JWT' }, null],
    ['a key of its own', { alg: 'HS256', typ: 'agent+jwt', kid: '../../dev/null' }, null],
    ['an extension', { alg: 'HS256', typ: 'agent+jwt', crit: ['x'], x: 1 }, null],
    ['a guessed key', { alg: 'HS256', typ: 'agent+jwt' }, hmac('sha256', 'secret')],
    ['an empty key', { alg: 'HS256', typ: 'agent+jwt' }, hmac('sha256', '')],
  ])('ACC-97 with %s is nobody’s', async (_, header, signer) => {
    const { bearer, payload, ours } = await prepared();
    expect(await bearer(forged(header, payload, signer ?? ours))).toEqual(ANONYMOUS);
  });

  it.each<[string, (payload: Json, now: number) => Json]>([
    ['another issuer', (payload) => ({ ...payload, iss: 'other' })],
    ['the audience of machines', (payload) => ({ ...payload, aud: 'floorcast-api' })],
    ['no audience', (payload) => without(payload, 'aud')],
    ['no session', (payload) => without(payload, 'sub')],
    ['a session that is none', (payload) => ({ ...payload, sub: 'nobody' })],
    ['a session that is no id', (payload) => ({ ...payload, sub: '../x' })],
    ['__proto__ for a session', (payload) => ({ ...payload, sub: '__proto__' })],
    ['a session that is a list', (payload) => ({ ...payload, sub: [payload.sub] })],
    ['no id', (payload) => without(payload, 'jti')],
    ['no end', (payload) => without(payload, 'exp')],
    ['an end before', (payload, now) => ({ ...payload, exp: now - 1 })],
    ['a life of an hour', (payload) => ({ ...payload, exp: Number(payload.iat) + 3_600 })],
    ['a beginning to come', (payload, now) => ({ ...payload, iat: now + 61, exp: now + 600 })],
    ['times that are text', (payload) => ({ ...payload, exp: String(payload.exp) })],
  ])('ACC-97 signed by our own key, but with %s, is nobody’s', async (_, change) => {
    const { bearer, header, payload, ours, clock } = await prepared();
    const other = change(payload, Math.floor(clock.now() / 1_000));
    expect(await bearer(forged(header, other, ours))).toEqual(ANONYMOUS);
  });

  it('ACC-97 every single character counts, and so does its length', async () => {
    const { tokens, token } = await prepared();
    for (let at = 0; at < token.length; at += 1) {
      const edited = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(await tokens.find(edited), `character ${at}`).toBeNull();
    }
    for (const text of [
      '',
      token.slice(0, -1),
      `${token}A`,
      `${token}.`,
      ` ${token}`,
      `${token}${'A'.repeat(5_000)}`,
    ])
      expect(await tokens.find(text)).toBeNull();
  });
});

describe('who somebody is at the platform', () => {
  const place = { loginUrl: 'https://login.mypurecloud.ie', organizationId: 'org-1' };
  const more = {
    apiUrl: 'https://api.mypurecloud.ie',
    clientId: 'c',
    clientSecret: null,
    allowLoopback: false,
  };
  const genesys = { mode: 'genesys', ...place, ...more } as const;

  async function identityOf(
    issuer: string,
    signIn: Parameters<typeof createPlatformIdentities>[0]['signIn'],
  ) {
    const base = createStage();
    const person = await base.sessions.find(await signedIn(base, { issuer, subject: 'user-1' }));
    if (person === null) throw new Error('signed in');
    const identities = createPlatformIdentities({ people: base.people, signIn });
    return { known: await identities(person), identities, person };
  }

  it('ACC-100 is his id there, where he signed in there, and his address', async () => {
    const { known } = await identityOf('https://login.mypurecloud.ie/org-1', genesys);
    expect(known).toEqual({ genesysUserId: 'user-1', email: 'ada@example.com' });
  });

  it.each([
    ['another organisation', 'https://login.mypurecloud.ie/org-2', genesys],
    ['another region', 'https://login.mypurecloud.de/org-1', genesys],
    ['another provider, which calls him the same', 'https://id.test', genesys],
    ['a server where people sign in by links', 'https://login.mypurecloud.ie/org-1', { mode: 'local' }],
  ] as const)('ACC-100 is no id there for somebody of %s', async (_, issuer, signIn) => {
    expect((await identityOf(issuer, signIn)).known.genesysUserId).toBeNull();
  });

  it('ACC-100 is nothing for who is no person, or not known any more', async () => {
    const { identities, person } = await identityOf('https://login.mypurecloud.ie/org-1', genesys);
    const nothing = { genesysUserId: null, email: null };
    for (const who of [LOCAL, ANONYMOUS, MACHINE(['diagnostics:run']), { ...person, personId: 'gone' }])
      expect(await identities(who)).toEqual(nothing);
  });
});
