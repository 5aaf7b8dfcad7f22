import { describe, expect, it } from 'vitest';
import { type Me, meSchema, peopleResponseSchema, personSchema } from '../../../lib/contracts/access';
import { apiErrorSchema } from '../../../lib/contracts/api';
import { personIdOf } from '../../../server/access/people/person-record';
import { ANONYMOUS, LOCAL, type Principal, type ScreenPrincipal } from '../../../server/access/principal';
import { sessionIdOf } from '../../../server/access/sessions/session-cookie';
import { meRoutes } from '../../../server/http/me-route';
import { peopleRoutes } from '../../../server/http/people-routes';
import { createRouter } from '../../../server/http/router';
import { answerOf, type FakeRequest } from '../../support/fake-exchange';
import { createStage, ISSUER, MINUTE_MS, type Stage, signedIn } from './sessions-stage';

const ADA = personIdOf(ISSUER, 'ada');
const BOB = personIdOf(ISSUER, 'bob');
const ROOT: Principal = { kind: 'person', sessionId: 's', personId: 'root', name: 'Root', roles: ['admin'] };
const ODD_IDS = ['__proto__', 'constructor', 'nobody', '', '../x', 'a\u0000', 'x'.repeat(65)];

function ask(stage: Stage, target: string, asked: FakeRequest = {}) {
  return answerOf(peopleRoutes(stage), target, { who: ROOT, ...asked });
}

async function withPeople() {
  const stage = createStage();
  const ada = await signedIn(stage);
  stage.clock.advance(MINUTE_MS);
  const bob = await signedIn(stage, { subject: 'bob', name: '<b>Bob</b>', email: null, roleNames: [] });
  return { stage, ada, bob };
}

function codeOf(answer: { json(): unknown }): string {
  return apiErrorSchema.parse(answer.json()).code;
}

function idOf(cookie: string): string {
  return sessionIdOf(cookie.slice(0, cookie.indexOf('.')));
}

describe('the people of this server', () => {
  it('ACC-18 are listed with their roles from both sides and their sessions, who came last first', async () => {
    const { stage, ada, bob } = await withPeople();
    await ask(stage, 'PATCH /api/v1/people/:id', { ids: { id: BOB }, json: { grantedRoles: ['agent'] } });
    const answer = await ask(stage, 'GET /api/v1/people');
    const now = stage.clock.now();
    expect(peopleResponseSchema.strict().parse(answer.json())).toEqual({
      people: [
        {
          ...{ id: BOB, name: '<b>Bob</b>', email: null, providerRoles: [], grantedRoles: ['agent'] },
          lastSignInAt: now,
          sessions: [{ id: idOf(bob), startedAt: now, lastSeenAt: now }],
        },
        {
          ...{ id: ADA, name: 'Ada Lovelace', email: 'ada@example.com' },
          ...{ providerRoles: ['supervisor'], grantedRoles: [] },
          lastSignInAt: now - MINUTE_MS,
          sessions: [{ id: idOf(ada), startedAt: now - MINUTE_MS, lastSeenAt: now - MINUTE_MS }],
        },
      ],
    });
    for (const part of [...ada.split('.'), 'refresh-1', ISSUER]) expect(answer.body).not.toContain(part);
  });

  it('ACC-18 are given roles, all of them, which hold at their next request', async () => {
    const { stage, ada } = await withPeople();
    const json = { grantedRoles: ['admin', 'senior_tech', 'admin'] };
    const answer = await ask(stage, 'PATCH /api/v1/people/:id', { ids: { id: ADA }, json });
    expect(answer.status).toBe(200);
    expect(personSchema.strict().parse(answer.json())).toMatchObject({
      ...{ id: ADA, grantedRoles: ['senior_tech', 'admin'], sessions: [{ id: idOf(ada) }] },
    });
    expect(await stage.sessions.find(ada)).toMatchObject({ roles: ['supervisor', 'senior_tech', 'admin'] });
    expect(stage.audit.last('person.roles-changed')).toMatchObject({
      ...{ actor: 'person:root', actorName: 'Root', address: '192.0.2.7', subject: `person:${ADA}` },
    });
    await ask(stage, 'PATCH /api/v1/people/:id', { ids: { id: ADA }, json: { grantedRoles: [] } });
    expect(await stage.sessions.find(ada)).toMatchObject({ roles: ['supervisor'] });
  });

  it.each([
    ['no JSON', undefined, 'body.malformed'],
    ['a role of screens', { grantedRoles: ['display'] }, 'body.invalid'],
    ['an unknown role', { grantedRoles: ['root'] }, 'body.invalid'],
    ['names of objects', { grantedRoles: ['__proto__'] }, 'body.invalid'],
    ['too many', { grantedRoles: Array(5).fill('agent') }, 'body.invalid'],
    ['more', { grantedRoles: [], providerRoles: ['admin'] }, 'body.invalid'],
    ['a list', [], 'body.invalid'],
  ])('ACC-18 are not given %s', async (_, json, code) => {
    const { stage } = await withPeople();
    const answer = await ask(stage, 'PATCH /api/v1/people/:id', { ids: { id: ADA }, json });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
    expect(await stage.people.find(ADA)).toMatchObject({ grantedRoles: [] });
  });

  it('ACC-18 have all their sessions ended, or one of them', async () => {
    const { stage, ada, bob } = await withPeople();
    const second = await signedIn(stage);
    const one = await ask(stage, 'DELETE /api/v1/sessions/:id', { ids: { id: idOf(ada) } });
    expect([one.status, one.body]).toEqual([204, '']);
    expect(await stage.sessions.find(ada)).toBeNull();
    expect(await stage.sessions.find(second)).not.toBeNull();
    const all = await ask(stage, 'DELETE /api/v1/people/:id/sessions', { ids: { id: ADA } });
    expect([all.status, all.body]).toEqual([204, '']);
    expect(await stage.sessions.find(second)).toBeNull();
    expect(await stage.sessions.find(bob)).not.toBeNull();
    expect(stage.audit.last('session.revoked')).toMatchObject({
      actor: 'person:root',
      subject: `session:${idOf(second)}`,
    });
    const gone = await ask(stage, 'DELETE /api/v1/sessions/:id', { ids: { id: idOf(ada) } });
    expect([gone.status, codeOf(gone)]).toEqual([404, 'session.unknown']);
  });

  it.each(ODD_IDS)('ACC-18 are not known by %j, nor are sessions', async (id) => {
    const { stage } = await withPeople();
    const targets = [
      ['PATCH /api/v1/people/:id', 'person.unknown'],
      ['DELETE /api/v1/people/:id/sessions', 'person.unknown'],
      ['DELETE /api/v1/sessions/:id', 'session.unknown'],
    ] as const;
    const recorded = stage.audit.recorded.length;
    for (const [target, code] of targets) {
      const answer = await ask(stage, target, { ids: { id }, json: { grantedRoles: ['admin'] } });
      expect([answer.status, codeOf(answer)]).toEqual([404, code]);
    }
    expect(stage.audit.recorded).toHaveLength(recorded);
    expect(await stage.people.list()).toHaveLength(2);
  });

  it('ACC-19 keep roles and sessions where a change cannot be recorded', async () => {
    const { stage, ada } = await withPeople();
    stage.audit.isBroken = true;
    const asked = [
      ['PATCH /api/v1/people/:id', ADA],
      ['DELETE /api/v1/people/:id/sessions', ADA],
      ['DELETE /api/v1/sessions/:id', idOf(ada)],
    ] as const;
    for (const [target, id] of asked) {
      const answer = await ask(stage, target, { ids: { id }, json: { grantedRoles: ['admin'] } });
      expect([answer.status, codeOf(answer)], target).toEqual([503, 'audit.unavailable']);
    }
    expect(await stage.sessions.find(ada)).toMatchObject({ roles: ['supervisor'] });
  });

  it('ACC-18 have their rows in the table', () => {
    const me = meRoutes({ signIn: { mode: 'none' }, screenPath: () => '/' });
    expect(() => createRouter([...peopleRoutes(createStage()), ...me])).not.toThrow();
  });
});

describe('GET /api/v1/me', () => {
  const wall: ScreenPrincipal = { kind: 'screen', screenId: 'w1', name: 'Wall', boardId: 'main' };
  const screen = { id: 'w1', name: 'Wall', path: '/screen/main?of=w1' };
  const none = { signIn: { mode: 'none', label: '' }, screen: null };

  it.each<[string, FakeRequest, Omit<Me, 'signIn'>]>([
    ['nobody', { who: ANONYMOUS }, { ...none, kind: 'anonymous', name: 'anonymous', roles: [] }],
    [
      'who sits here',
      { who: LOCAL },
      { ...none, kind: 'local', name: 'local', roles: ['agent', 'supervisor', 'senior_tech', 'admin'] },
    ],
    ['a person', { who: ROOT }, { ...none, kind: 'person', name: 'Root', roles: ['admin'] }],
    [
      'a person without a role',
      { who: { ...ROOT, roles: [] } },
      { ...none, kind: 'person', name: 'Root', roles: [] },
    ],
    [
      'a screen',
      { who: ANONYMOUS, screen: wall },
      { kind: 'screen', name: 'Wall', roles: ['display'], screen },
    ],
    [
      'a person at a screen',
      { who: ROOT, screen: wall },
      { kind: 'person', name: 'Root', roles: ['admin'], screen },
    ],
  ])('ACC-17 tells %s who he is', async (_, asked, me) => {
    const screenPath = ({ boardId, screenId }: ScreenPrincipal) => `/screen/${boardId}?of=${screenId}`;
    const answer = await answerOf(
      meRoutes({ signIn: { mode: 'none' }, screenPath }),
      'GET /api/v1/me',
      asked,
    );
    expect(answer.status).toBe(200);
    expect(meSchema.strict().parse(answer.json())).toEqual({ ...me, signIn: none.signIn });
  });

  it.each([
    [{ mode: 'none' } as const, ''],
    [{ mode: 'local' } as const, ''],
    [{ ...genesys(), mode: 'genesys' } as const, 'Genesys Cloud'],
    [{ ...oidc(), mode: 'oidc' } as const, 'Example ID'],
  ])('ACC-17 tells how people sign in: %j', async (signIn, label) => {
    const answer = await answerOf(meRoutes({ signIn, screenPath: () => '/' }), 'GET /api/v1/me');
    expect(meSchema.parse(answer.json()).signIn).toEqual({ mode: signIn.mode, label });
    expect(answer.body).not.toContain('a-client-secret');
  });
});

function genesys() {
  const clientSecret = 'a-client-secret';
  return {
    ...{ apiUrl: 'https://api.test', loginUrl: 'https://login.test' },
    ...{ clientId: 'c', clientSecret, organizationId: 'org', allowLoopback: false },
  };
}

function oidc() {
  return {
    ...{ issuer: ISSUER, clientId: 'c', clientSecret: 'a-client-secret', extraScopes: [], extraHosts: [] },
    ...{ rolesClaim: 'groups', label: 'Example ID', allowLoopback: false },
  };
}
