import { describe, expect, it } from 'vitest';
import type { RoleSource } from '../../../server/genesys/user-roles';
import type { HttpRequest } from '../../../server/runtime/http';
import { interactionStage } from './interaction-stage';
import type { Reply } from './memory-http';

describe('the roles of a user', () => {
  const byRole: RoleSource = { kind: 'genesys-role', seniorRole: 'Senior Technician' };
  const user = (body: object) => () => ({ status: 200, body });
  const roles = (...named: object[]) => user({ id: 'u-1', state: 'active', authorization: { roles: named } });

  it('DEV-108 are asked of nobody where accounts decide', async () => {
    const { directory, asked } = interactionStage(() => ({ status: 500 }));
    expect(await directory.rolesOf('u-1')).toEqual({ ok: true, value: [] });
    expect(asked).toEqual([]);
  });

  it('DEV-108 come from the user’s roles by exact name or id', async () => {
    const { directory, paths } = interactionStage(
      roles({ id: 'r', name: 'Agent' }, { id: 'r2', name: 'Senior Technician' }),
      byRole,
    );
    expect(await directory.rolesOf('u-1')).toEqual({ ok: true, value: ['senior_tech'] });
    expect(paths()).toEqual(['/api/v2/users/u-1?expand=authorization']);
    const byId = interactionStage(roles({ id: 'r-7', name: 'x' }), {
      kind: 'genesys-role',
      seniorRole: 'r-7',
    });
    expect(await byId.directory.rolesOf('u-1')).toEqual({ ok: true, value: ['senior_tech'] });
  });

  it('DEV-118 that are taken away are gone two seconds later; those who ask at once ask once', async () => {
    let held: Reply = roles({ id: 'r', name: 'Senior Technician' })();
    const { directory, paths, clock } = interactionStage(() => held, byRole);
    const both = await Promise.all([directory.rolesOf('u-1'), directory.rolesOf('u-1')]);
    expect(both).toEqual([
      { ok: true, value: ['senior_tech'] },
      { ok: true, value: ['senior_tech'] },
    ]);
    expect(paths()).toHaveLength(1);
    held = roles({ id: 'r', name: 'Agent' })();
    clock.advance(2_000);
    expect(await directory.rolesOf('u-1')).toEqual({ ok: true, value: [] });
  });

  it.each<[string, () => Reply, object]>([
    ['no such role', roles({ id: 'r', name: 'senior technician' }), { ok: true, value: [] }],
    [
      'a user who is not active',
      user({ state: 'inactive', authorization: { roles: [{ name: 'Senior Technician' }] } }),
      { ok: true, value: [] },
    ],
    [
      'roles that are not told',
      user({ state: 'active' }),
      { ok: false, error: { kind: 'fatal', code: 'roles.untold' } },
    ],
    ['a user who is not there', () => ({ status: 404, body: {} }), { ok: false }],
    ['trouble', () => ({ status: 500 }), { ok: false, error: { kind: 'retry' } }],
  ])('DEV-108 %s is no role', async (_, reply, expected) => {
    const { directory } = interactionStage(reply, byRole);
    expect(await directory.rolesOf('u-1')).toMatchObject(expected);
  });

  const byAttribute: RoleSource = { kind: 'genesys-attribute', attribute: 'senior_tech' };
  const schema = (id: string, name: string, enabled = true) => ({
    ...{ id, enabled },
    jsonSchema: { properties: { [name]: { allOf: [] } } },
  });
  const attribute =
    (values: unknown, entities: object[] = [schema('s1', 'senior_tech'), schema('s2', 'shoe_size')]) =>
    ({ url }: HttpRequest): Reply =>
      url.endsWith('/schemas') ? { status: 200, body: { entities } } : { status: 200, body: values };

  it('DEV-109 come from a custom attribute of the schemas that have it, which are listed every ten minutes', async () => {
    const { directory, paths, clock } = interactionStage(
      attribute([{ attributes: { senior_tech: true } }]),
      byAttribute,
    );
    expect(await directory.rolesOf('u-1')).toEqual({ ok: true, value: ['senior_tech'] });
    expect(await directory.rolesOf('u-2')).toEqual({ ok: true, value: ['senior_tech'] });
    const bulk = (id: string) => `/api/v2/users/${id}/customattributes/bulk?schemaIds=s1`;
    expect(paths()).toEqual(['/api/v2/users/customattributes/schemas', bulk('u-1'), bulk('u-2')]);
    clock.advance(600_001);
    await directory.rolesOf('u-1');
    expect(paths().slice(3)).toEqual(['/api/v2/users/customattributes/schemas', bulk('u-1')]);
  });

  it.each<[unknown, boolean]>([
    ['true', true],
    ['yes', true],
    ['senior_tech', true],
    [false, false],
    ['no', false],
    [{}, false],
    [1, false],
  ])('DEV-109 the value %j makes a senior technician: %s', async (value, isSenior) => {
    const { directory } = interactionStage(attribute([{ attributes: { senior_tech: value } }]), byAttribute);
    expect(await directory.rolesOf('u-1')).toEqual({ ok: true, value: isSenior ? ['senior_tech'] : [] });
  });

  it('DEV-109 no schema that has it, or is in use, is no role; what is not told is a failure', async () => {
    const off = interactionStage(attribute([], [schema('s1', 'senior_tech', false)]), byAttribute);
    expect(await off.directory.rolesOf('u-1')).toEqual({ ok: true, value: [] });
    expect(off.paths()).toHaveLength(1);
    const proto = interactionStage(attribute([{}], [schema('s1', 'x')]), {
      kind: 'genesys-attribute',
      attribute: '__proto__',
    });
    expect(await proto.directory.rolesOf('u-1')).toEqual({ ok: true, value: [] });
    const refused = interactionStage(() => ({ status: 403, body: {} }), byAttribute);
    expect(await refused.directory.rolesOf('u-1')).toMatchObject({ ok: false, error: { kind: 'fatal' } });
    const none = interactionStage(
      ({ url }) => (url.endsWith('/schemas') ? attribute([])({ url } as HttpRequest) : { status: 404 }),
      byAttribute,
    );
    expect(await none.directory.rolesOf('u-1')).toEqual({ ok: true, value: [] });
  });
});
