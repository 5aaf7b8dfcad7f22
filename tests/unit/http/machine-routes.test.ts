import { describe, expect, it } from 'vitest';
import { machinesResponseSchema, newSecretSchema } from '../../../lib/contracts/access';
import { apiErrorSchema } from '../../../lib/contracts/api';
import { rowOf } from '../../../server/access/decide';
import { machineRoutes } from '../../../server/http/machine-routes';
import { answerOf, FAKE_ADDRESS, type FakeAnswer, type FakeRequest } from '../../support/fake-exchange';
import { ODD_IDS, shortly } from '../../support/odd-ids';
import { createMachineStage, madeMachine } from '../access/machines-stage';

const ADMIN = {
  kind: 'person',
  sessionId: 's1',
  personId: 'ada',
  name: 'Ada',
  roles: ['admin'],
} as const;
const WISH = { name: 'Data action', scopes: ['kpis:read'] };

function prepared(max?: number) {
  const stage = createMachineStage(max === undefined ? {} : { max });
  const routes = machineRoutes(stage.machines);
  const ask = (target: string, asked: FakeRequest = {}) => answerOf(routes, target, { who: ADMIN, ...asked });
  return { ...stage, routes, ask };
}

function problem(answer: FakeAnswer): readonly [number, string] {
  return [answer.status, apiErrorSchema.parse(answer.json()).code];
}

describe('the routes of machines', () => {
  it('ACC-58 make, list, give second secrets, take them and remove', async () => {
    const { ask, audit } = prepared();
    const made = await ask('POST /api/v1/machines', { json: WISH });
    expect(made.status).toBe(201);
    const { clientId: id, machine, secret } = newSecretSchema.strict().parse(made.json());
    expect(machine.id).toBe(id);
    const list = await ask('GET /api/v1/machines');
    expect(machinesResponseSchema.parse(list.json())).toEqual({ machines: [machine] });
    expect(list.body).not.toContain(secret);
    const added = await ask('POST /api/v1/machines/:id/secrets', { ids: { id } });
    expect(added.status).toBe(201);
    expect(newSecretSchema.parse(added.json()).machine.secrets).toHaveLength(2);
    const third = await ask('POST /api/v1/machines/:id/secrets', { ids: { id } });
    expect(problem(third)).toEqual([409, 'machine.secrets-full']);
    const secretId = machine.secrets[0]?.id ?? '';
    const taken = await ask('DELETE /api/v1/machines/:id/secrets/:secretId', { ids: { id, secretId } });
    expect([taken.status, taken.body]).toEqual([204, '']);
    expect((await ask('DELETE /api/v1/machines/:id', { ids: { id } })).status).toBe(204);
    expect((await ask('GET /api/v1/machines')).json()).toEqual({ machines: [] });
    expect(audit.recorded.map(({ actor, address, action }) => [actor, address, action])).toEqual(
      ['created', 'secret-added', 'secret-removed', 'removed'].map((what) => [
        'person:ada',
        FAKE_ADDRESS,
        `machine.${what}`,
      ]),
    );
  });

  it.each([
    ['no JSON', undefined, 'body.malformed'],
    ['null', null, 'body.invalid'],
    ['no name', { scopes: ['kpis:read'] }, 'body.invalid'],
    ['a name of two lines', { ...WISH, name: 'a\nb' }, 'body.invalid'],
    ['a name with U+2028', { ...WISH, name: 'a\u2028b' }, 'body.invalid'],
    ['a long name', { ...WISH, name: 'x'.repeat(61) }, 'body.invalid'],
    ['no scopes', { ...WISH, scopes: [] }, 'body.invalid'],
    ['a scope that is none', { ...WISH, scopes: ['__proto__'] }, 'body.invalid'],
    ['a field more', { ...WISH, secret: 'mine' }, 'body.invalid'],
  ])('ACC-58 make none of %s', async (_, json, code) => {
    const { ask, store } = prepared();
    expect(problem(await ask('POST /api/v1/machines', json === undefined ? {} : { json }))).toEqual([
      400,
      code,
    ]);
    expect(await store.list('machine')).toEqual([]);
  });

  it('ACC-58 know no machine and no secret by an id that is none', async () => {
    const { ask, ...stage } = prepared();
    const { id } = await madeMachine(stage);
    const noMachine = [404, 'machine.unknown'];
    const noSecret = [404, 'machine.secret-unknown'];
    const target = 'DELETE /api/v1/machines/:id/secrets/:secretId';
    for (const odd of ODD_IDS) {
      const about = shortly(odd);
      const ids = { id: odd };
      expect(problem(await ask('DELETE /api/v1/machines/:id', { ids })), about).toEqual(noMachine);
      expect(problem(await ask('POST /api/v1/machines/:id/secrets', { ids })), about).toEqual(noMachine);
      expect(problem(await ask(target, { ids: { id, secretId: odd } })), about).toEqual(noSecret);
      expect(problem(await ask(target, { ids: { id: odd, secretId: 'x' } })), about).toEqual(noSecret);
    }
    expect(await stage.machines.list()).toHaveLength(1);
  });

  it('ACC-44 say it when there are as many as there may be', async () => {
    const { ask } = prepared(1);
    await ask('POST /api/v1/machines', { json: WISH });
    expect(problem(await ask('POST /api/v1/machines', { json: WISH }))).toEqual([409, 'machines.full']);
  });

  it('ACC-45 change nothing where it cannot be recorded', async () => {
    const { ask, ...stage } = prepared();
    const { id, secretId } = await madeMachine(stage);
    const before = await stage.store.list('machine');
    stage.audit.isBroken = true;
    const ids = { id, secretId };
    const answers = [
      await ask('POST /api/v1/machines', { json: WISH }),
      await ask('POST /api/v1/machines/:id/secrets', { ids }),
      await ask('DELETE /api/v1/machines/:id/secrets/:secretId', { ids }),
      await ask('DELETE /api/v1/machines/:id', { ids }),
    ];
    for (const answer of answers) expect(problem(answer)).toEqual([503, 'audit.unavailable']);
    expect(await stage.store.list('machine')).toEqual(before);
  });

  it('ACC-58 have their rows in the table, and those that make secrets are paced', () => {
    const { routes } = prepared();
    for (const { method, path, pace } of routes) {
      expect(rowOf(`${method} ${path}`), path).not.toBeNull();
      expect(pace, path).toBe(method === 'POST' ? 'heavy' : undefined);
    }
    expect(routes).toHaveLength(5);
  });
});
