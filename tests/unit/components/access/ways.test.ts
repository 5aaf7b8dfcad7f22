import { describe, expect, it } from 'vitest';
import { linksFor } from '../../../../components/access/desk-links';
import { wayIn, wayToScreen } from '../../../../components/access/way-in';
import type { Me, Role } from '../../../../lib/contracts/access';
import { decide } from '../../../../server/access/decide';
import { LOCAL, type Principal, rolesOf } from '../../../../server/access/principal';
import { PERSON, SCREEN } from '../../../support/fake-gate';

const PAGES = {
  boards: 'page /supervisor/boards/:id',
  queues: 'page /supervisor/queues',
  alerts: 'page /supervisor/alerts',
  devices: 'page /supervisor/devices',
  diagnostics: 'page /supervisor/diagnostics',
  announcements: 'page /supervisor/announcements',
  screens: 'page /supervisor/screens',
  people: 'page /admin/people',
  machines: 'page /admin/machines',
  audit: 'page /admin/audit',
} as const satisfies Record<keyof ReturnType<typeof linksFor>, string>;

const EVERYBODY: readonly (readonly [string, Principal])[] = [
  ['anonymous', { kind: 'anonymous' }],
  ['local', LOCAL],
  ['no role', PERSON([])],
  ['agent', PERSON(['agent'])],
  ['supervisor', PERSON(['supervisor'])],
  ['senior_tech', PERSON(['senior_tech'])],
  ['admin', PERSON(['admin'])],
  ['agent and senior_tech', PERSON(['agent', 'senior_tech'])],
  ['screen', SCREEN()],
];

const PATH = '/screen/main?screen=s1&diagonal=55&distance=8';
function meOf(kind: Me['kind'], roles: readonly Role[], path: string | null = null): Me {
  const screen = path === null ? null : { id: 's1', name: 'Wall', path };
  return { kind, name: 'x', roles: [...roles], screen, signIn: { mode: 'oidc', label: 'Contoso' } };
}

describe('links', () => {
  it.each(EVERYBODY)('UI-46 of %s lead to the pages that the table allows, and to no other', (_, who) => {
    const allowed = Object.entries(PAGES).map(([name, page]) => [name, decide(page, who).allowed]);
    expect(linksFor({ roles: [...rolesOf(who)] })).toEqual(Object.fromEntries(allowed));
  });

  it('UI-46 are none while it is not known who asks', () => {
    expect(Object.values(linksFor(null))).not.toContain(true);
  });
});

describe('the ways in', () => {
  it.each([
    ['nobody', meOf('anonymous', []), 'sign-in', 'sign-in'],
    [
      'without accounts',
      meOf('local', ['agent', 'supervisor', 'senior_tech', 'admin']),
      'first-board',
      'first-board',
    ],
    ['a supervisor', meOf('person', ['supervisor']), 'first-board', 'first-board'],
    ['a supervisor at a television', meOf('person', ['supervisor'], PATH), 'first-board', 'own-screen'],
    ['an agent, who has no page yet', meOf('person', ['agent']), 'sign-in', 'sign-in'],
    ['who has no role', meOf('person', []), 'sign-in', 'sign-in'],
    ['who has no role, at a television', meOf('person', [], PATH), 'own-screen', 'own-screen'],
    ['a television', meOf('screen', ['display'], PATH), 'own-screen', 'own-screen'],
  ] as const)('UI-47 lead %s where he belongs', (_, me, front, screen) => {
    expect([wayIn(me).kind, wayToScreen(me).kind]).toEqual([front, screen]);
  });

  it('UI-47 lead a television to a path of this server only', () => {
    const ways = [PATH, '/pair', '//evil.test', 'https://evil.test/x', 'javascript:alert(1)'].map((path) =>
      wayIn(meOf('screen', ['display'], path)),
    );
    expect(ways).toEqual([PATH, '/pair', '/', '/', '/'].map((path) => ({ kind: 'own-screen', path })));
  });
});
