import { describe, expect, it } from 'vitest';
import {
  boundedNames,
  claimAt,
  MAX_ROLE_NAMES,
  roleNamesOf,
  textClaim,
} from '../../../server/access/providers/provider-claims';
import { readGenesysUser } from '../../../server/access/providers/provider-genesys-user';

/** As it comes over the wire: `__proto__` is then a key like any other. */
const wire = (text: string): unknown => JSON.parse(text);

describe('claims', () => {
  it.each<[string, string, string, unknown]>([
    ['a name', '{"groups":["a"]}', 'groups', ['a']],
    ['a way by dots', '{"realm_access":{"roles":["a"]}}', 'realm_access.roles', ['a']],
    ['a name that is an address', '{"https://x.example/groups":["a"]}', 'https://x.example/groups', ['a']],
    ['the whole name before the way', '{"a.b":1,"a":{"b":2}}', 'a.b', 1],
    ['nothing there', '{"a":1}', 'b', undefined],
    ['a way through text', '{"a":"text"}', 'a.length', undefined],
    ['a way through a list', '{"a":["x"]}', 'a.0', undefined],
    ['__proto__ as claim path, not there', '{}', '__proto__', undefined],
    ['__proto__ as claim path, there', '{"__proto__":["a"]}', '__proto__', ['a']],
    ['a way through __proto__', '{}', '__proto__.constructor.name', undefined],
    ['constructor', '{}', 'constructor', undefined],
    ['toString', '{}', 'toString.name', undefined],
    ['no way at all', '{"":["a"]}', '', ['a']],
    ['nine parts', '{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}', 'a.a.a.a.a.a.a.a.a', undefined],
    ['no object', '["groups"]', 'length', undefined],
  ])('ACC-24 %s', (_, text, path, value) => {
    expect(claimAt(wire(text), path)).toEqual(value);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a list', ['a', 'b', 'a'], ['a', 'b']],
    ['one word', 'admins', ['admins']],
    ['text with a blank could be two', 'team leads', []],
    ['text with a comma could be two', 'a,b', []],
    ['names with blanks in a list', ['Team Leads'], ['Team Leads']],
    ['what is not text is left out', [1, null, ['x'], { a: 1 }, 'a', ''], ['a']],
    ['__proto__ as group is a name', ['__proto__', 'constructor'], ['__proto__', 'constructor']],
    ['no list', { a: 'b' }, []],
    ['nothing', undefined, []],
    ['names with line breaks are none', ['a\nb', 'c\u2028', 'd'], ['d']],
    ['a name too long is left out, not cut', ['x'.repeat(201), 'x'.repeat(200)], ['x'.repeat(200)]],
  ])('ACC-24 %s', (_, claim, names) => {
    expect(roleNamesOf(claim)).toEqual(names);
  });

  it('ACC-24 200 names at most', () => {
    const names = boundedNames(Array.from({ length: 100_000 }, (__, n) => `group ${n}`));
    expect([names.length, names.at(-1)]).toEqual([MAX_ROLE_NAMES, `group ${MAX_ROLE_NAMES - 1}`]);
  });

  it('ACC-24 text is text of its own, and bounded', () => {
    expect(textClaim(wire('{"sub":"__proto__"}'), 'sub', 255)).toBe('__proto__');
    for (const claims of ['{}', '{"sub":1}', '{"sub":""}', `{"sub":"${'s'.repeat(256)}"}`, 'null', '[]']) {
      expect(textClaim(wire(claims), 'sub', 255)).toBeNull();
    }
    expect(textClaim({}, 'toString', 255)).toBeNull();
  });
});

describe('a user of Genesys Cloud', () => {
  const user = (more: object) => readGenesysUser(JSON.stringify({ id: 'u', name: 'Una', ...more }));

  it('ACC-32 has the names and ids of his roles and the ids of his groups', () => {
    const roles = [{ id: 'r1', name: 'Supervisor' }, { id: 'r2' }, { name: '__proto__' }];
    const groups = [{ id: 'g1', name: 'A name anybody can give' }];
    expect(
      user({ authorization: { roles }, groups, organization: { id: 'o' }, email: 'u@x.example' }),
    ).toEqual({
      subject: 'u',
      name: 'Una',
      email: 'u@x.example',
      roleNames: ['Supervisor', '__proto__', 'r1', 'r2', 'g1'],
      rolesAreTold: true,
      organizationId: 'o',
      isActive: true,
    });
  });

  it.each([
    ['without anything', {}, { roleNames: [], rolesAreTold: false, organizationId: null, isActive: true }],
    [
      'with nulls',
      { name: null, email: null, authorization: null, groups: null },
      { name: 'u', email: null },
    ],
    ['inactive', { state: 'inactive' }, { isActive: false }],
    ['deleted', { state: 'deleted' }, { isActive: false }],
  ])('ACC-32 %s', (_, more, expected) => {
    expect(user(more)).toMatchObject(expected);
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"id":1}',
    '{"id":""}',
    '{"__proto__":{"id":"u"}}',
    '{"id":"u","groups":{}}',
  ])('ACC-32 %s is nobody', (text) => {
    expect(readGenesysUser(text)).toBeNull();
  });
});
