import { describe, expect, it } from 'vitest';
import { tokenResponseSchema } from '../../../lib/contracts/access';
import { rowOf } from '../../../server/access/decide';
import { oauthTokenRoute } from '../../../server/http/oauth-token-route';
import { comparisonsIn } from '../../support/comparisons';
import { answerOf, FAKE_ADDRESS, type FakeRequest } from '../../support/fake-exchange';
import { ODD_IDS, shortly } from '../../support/odd-ids';
import { BY, createMachineStage, madeMachine } from '../access/machines-stage';

const GRANT = { grant_type: 'client_credentials' };
/** RFC 6749, 5.2: the only characters that it may hold. */
const DESCRIPTION = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

function basic(clientId: string, secret: string): string {
  return `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
}

async function prepared() {
  const stage = createMachineStage();
  const machine = await madeMachine(stage, ['kpis:read', 'alerts:read']);
  const route = oauthTokenRoute(stage);
  const ask = (asked: FakeRequest) => answerOf([route], 'POST /oauth/token', asked);
  const body = { client_id: machine.id, client_secret: machine.secret };
  const authorization = basic(machine.id, machine.secret);
  return { ...stage, machine, route, ask, body, authorization };
}

describe('POST /oauth/token', () => {
  it('ACC-54 gives a token to a client that comes by Basic, never to be cached', async () => {
    const { ask, tokens, authorization, machine } = await prepared();
    const answer = await ask({ headers: { authorization }, form: GRANT });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    const token = tokenResponseSchema.strict().parse(answer.json());
    expect(token).toMatchObject({ expires_in: 3_600, scope: 'kpis:read alerts:read' });
    expect(await tokens.find(token.access_token)).toMatchObject({
      clientId: machine.id,
      scopes: ['kpis:read', 'alerts:read'],
    });
  });

  it('ACC-54 gives one to a client that comes in the body, for the scopes that it asks for', async () => {
    const { ask, tokens, body } = await prepared();
    const answer = await ask({ form: { ...GRANT, ...body, scope: 'alerts:read alerts:read' } });
    const token = tokenResponseSchema.parse(answer.json());
    expect(token.scope).toBe('alerts:read');
    expect((await tokens.find(token.access_token))?.scopes).toEqual(['alerts:read']);
  });

  it('ACC-54 reads both parts of Basic as a form has them, the scheme in any case, and leaves empty fields out', async () => {
    const { ask, machine } = await prepared();
    const encoded = [...machine.secret].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
    const authorization = basic(machine.id, encoded).replace('Basic', 'bAsIc');
    const form = { ...GRANT, client_id: '', client_secret: '', scope: '' };
    const answer = await ask({ headers: { authorization }, form });
    expect(tokenResponseSchema.parse(answer.json()).scope).toBe('kpis:read alerts:read');
  });

  it('ACC-54 takes either of two secrets', async () => {
    const { ask, machines, machine } = await prepared();
    const added = await machines.addSecret(machine.id, BY);
    const secrets = [machine.secret, added.ok ? added.value.secret : ''];
    for (const secret of secrets) {
      const answer = await ask({ headers: { authorization: basic(machine.id, secret) }, form: GRANT });
      expect(answer.status).toBe(200);
    }
  });

  it.each([
    ['no form', undefined, 400, 'invalid_request'],
    ['no grant_type', {}, 400, 'invalid_request'],
    ['an empty grant_type', { grant_type: '' }, 400, 'invalid_request'],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['an odd grant', { grant_type: '__proto__' }, 400, 'unsupported_grant_type'],
    ['a scope that it has not', { ...GRANT, scope: 'kpis:read metrics:read' }, 400, 'invalid_scope'],
    ['a scope that is none', { ...GRANT, scope: 'admin' }, 400, 'invalid_scope'],
    ['__proto__ as a scope', { ...GRANT, scope: '__proto__' }, 400, 'invalid_scope'],
    ['a blank too many', { ...GRANT, scope: 'kpis:read ' }, 400, 'invalid_scope'],
    ['two blanks', { ...GRANT, scope: 'kpis:read  alerts:read' }, 400, 'invalid_scope'],
    ['a comma between scopes', { ...GRANT, scope: 'kpis:read,alerts:read' }, 400, 'invalid_scope'],
    ['a grant in capitals', { grant_type: 'CLIENT_CREDENTIALS' }, 400, 'unsupported_grant_type'],
    ['a code to be changed', { grant_type: 'authorization_code' }, 400, 'unsupported_grant_type'],
    ['a refresh token', { grant_type: 'refresh_token' }, 400, 'unsupported_grant_type'],
    ['a client in the body too', { ...GRANT, client_id: 'x' }, 400, 'invalid_request'],
    ['a secret in the body too', { ...GRANT, client_secret: 'x' }, 400, 'invalid_request'],
  ] as const)('ACC-55 refuses %s', async (_, form, status, error) => {
    const { ask, authorization } = await prepared();
    const answer = await ask({ headers: { authorization }, ...(form === undefined ? {} : { form }) });
    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({ error, error_description: expect.stringMatching(DESCRIPTION) });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')).toBeUndefined();
  });

  it('ACC-55 answers a bad client by Basic with 401 and how to come, in the body with 400', async () => {
    const { ask, machine, body } = await prepared();
    const byBasic = await ask({ headers: { authorization: basic(machine.id, 'wrong') }, form: GRANT });
    expect(byBasic.status).toBe(401);
    expect(byBasic.headers.get('www-authenticate')).toBe('Basic realm="floorcast"');
    const inBody = await ask({ form: { ...GRANT, ...body, client_secret: 'wrong' } });
    expect(inBody.status).toBe(400);
    expect(inBody.headers.get('www-authenticate')).toBeUndefined();
    expect(inBody.json()).toEqual(byBasic.json());
    const nothing = await ask({ form: GRANT });
    expect(nothing.status).toBe(401);
    expect(nothing.headers.get('www-authenticate')).toBe('Basic realm="floorcast"');
  });

  it('ACC-56 does not tell whether a client exists', async () => {
    const { ask, machine } = await prepared();
    const wrong = await ask({ headers: { authorization: basic(machine.id, 'wrong') }, form: GRANT });
    const unknown = await ask({ headers: { authorization: basic('nobody', 'wrong') }, form: GRANT });
    const scoped = { ...GRANT, scope: 'admin' };
    const withScope = await ask({ headers: { authorization: basic(machine.id, 'wrong') }, form: scoped });
    for (const answer of [unknown, withScope]) {
      expect([answer.status, answer.body]).toEqual([wrong.status, wrong.body]);
      expect([...answer.headers.keys()]).toEqual([...wrong.headers.keys()]);
    }
  });

  it.each([
    'Bearer abc',
    'Basic',
    'Basic ',
    'Basic !!!',
    'Basic YWJj',
    `Basic ${Buffer.from(':secret').toString('base64')}`,
    `Basic ${Buffer.from('a%:b').toString('base64')}`,
    `Basic ${Buffer.from('a:%e0%a4').toString('base64')}`,
    `Basic ${'A'.repeat(10_000)}`,
  ])('ACC-55 refuses the header %s', async (authorization) => {
    const { ask } = await prepared();
    const answer = await ask({ headers: { authorization }, form: GRANT });
    expect([answer.status, answer.json()]).toMatchObject([401, { error: 'invalid_client' }]);
  });

  it('ACC-55 knows no client by an id or a secret that is none, by Basic or in the body', async () => {
    const { ask, machine } = await prepared();
    const form = (client_id: string, client_secret: string) => ({ ...GRANT, client_id, client_secret });
    for (const odd of ODD_IDS) {
      const pairs = [[odd, machine.secret] as const, [machine.id, odd] as const];
      for (const [id, secret] of pairs) {
        const inBody = await ask({ form: form(id, secret) });
        expect([inBody.status, inBody.json()], shortly(odd)).toMatchObject([
          400,
          { error: 'invalid_client' },
        ]);
        const byBasic = await ask({ headers: { authorization: basic(id, secret) }, form: GRANT });
        expect([byBasic.status, byBasic.json()], shortly(odd)).toMatchObject([
          401,
          { error: 'invalid_client' },
        ]);
      }
    }
  });

  it('ACC-55 takes nothing from the address', async () => {
    const { ask, body } = await prepared();
    const url = `/oauth/token?${new URLSearchParams({ ...GRANT, ...body })}`;
    expect((await ask({ url, form: {} })).json()).toMatchObject({ error: 'invalid_request' });
    expect((await ask({ url, form: GRANT })).json()).toMatchObject({ error: 'invalid_client' });
    const scope = `/oauth/token?scope=metrics:read`;
    expect((await ask({ url: scope, form: { ...GRANT, ...body } })).status).toBe(200);
  });

  it('ACC-56 compares as often, whoever comes with whatever', async () => {
    const { ask, machine } = await prepared();
    const clients = [
      [machine.id, machine.secret],
      [machine.id, 'wrong'],
      ['nobody', 'wrong'],
      ['__proto__', machine.secret],
    ] as const;
    for (const [id, secret] of clients) {
      const asked = { headers: { authorization: basic(id, secret) }, form: GRANT };
      expect(await comparisonsIn(() => ask(asked)), id).toBe(2);
    }
  });

  it('ACC-56 notes who failed, without names that nobody has, and no secret anywhere', async () => {
    const { ask, audit, machine, authorization, lines } = await prepared();
    await ask({ form: { ...GRANT, client_id: 'made-up-name', client_secret: 'a-guess' } });
    await ask({ form: { ...GRANT, client_id: machine.id, client_secret: 'a-guess' } });
    await ask({ headers: { authorization }, form: { ...GRANT, scope: 'metrics:read' } });
    await ask({ headers: { authorization: 'Basic !!!' }, form: GRANT });
    await ask({ headers: { authorization }, form: GRANT });
    const subject = `machine:${machine.id}`;
    const refused = { action: 'token.refused', outcome: 'refused', address: FAKE_ADDRESS };
    const anonymous = { ...refused, actor: 'anonymous', actorName: 'anonymous' };
    expect(audit.refusals).toEqual([
      { ...anonymous, subject: null, details: new Map([['reason', 'client']]) },
      { ...anonymous, subject, details: new Map([['reason', 'secret']]) },
      {
        ...refused,
        actor: subject,
        actorName: 'Data action',
        subject,
        details: new Map([['reason', 'scope']]),
      },
      { ...anonymous, subject: null, details: new Map([['reason', 'client']]) },
    ]);
    expect(lines.join()).toContain('a machine got a token');
    for (const secret of [machine.secret, 'a-guess', authorization])
      expect(lines.join()).not.toContain(secret);
  });

  it('ACC-54 is in the table, and paced as what makes secrets', async () => {
    const { route } = await prepared();
    expect(rowOf(`${route.method} ${route.path}`)?.anyone).toBe(true);
    expect(route.pace).toBe('heavy');
  });
});
