import { describe, expect, it } from 'vitest';
import type { PersonRole } from '../../../lib/contracts/access';
import { rolesFrom } from '../../../server/access/people/role-mapping';

const MAPPING: ReadonlyMap<string, readonly PersonRole[]> = new Map([
  ['Team Leads', ['supervisor']],
  ['Shift Leads', ['supervisor']],
  ['Floor', ['agent']],
  ['Everything', ['admin', 'senior_tech', 'supervisor', 'agent']],
]);

describe('roles from a provider', () => {
  it.each<[string, string[], PersonRole[]]>([
    ['nothing', [], []],
    ['a group', ['Team Leads'], ['supervisor']],
    ['two groups of the same role', ['Team Leads', 'Shift Leads'], ['supervisor']],
    ['groups in any order', ['Team Leads', 'Floor'], ['agent', 'supervisor']],
    ['a group of many', ['Everything'], ['agent', 'supervisor', 'senior_tech', 'admin']],
    ['another case', ['team leads', 'TEAM LEADS'], []],
    ['blanks around it', [' Team Leads', 'Team Leads '], []],
    ['part of a name', ['Team', 'Team Leads 2'], []],
    ['our own names', ['admin', 'supervisor', 'display'], []],
    ['names of objects', ['__proto__', 'constructor', 'toString', 'hasOwnProperty'], []],
  ])('ACC-2 %s', (_, names, roles) => {
    expect(rolesFrom(names, MAPPING)).toEqual(roles);
  });

  it('ACC-2 takes `__proto__` for a name like others where it is mapped', () => {
    expect(rolesFrom(['__proto__'], new Map([['__proto__', ['agent']]]))).toEqual(['agent']);
  });
});
