import { describe, expect, it } from 'vitest';
import {
  isOnceHash,
  leaveTarget,
  onceTokenOf,
  signInQueryOf,
  signInView,
} from '../../../../components/access/sign-in-state';
import type { Me } from '../../../../lib/contracts/access';
import messages from '../../../../messages/en.json';
import { oneTimeLink } from '../../../../server/access/sign-in/one-time-links';

function meOf(mode: Me['signIn']['mode'], kind: Me['kind'] = 'anonymous', roles: Me['roles'] = []): Me {
  return {
    kind,
    name: 'Dana',
    roles,
    screen: null,
    signIn: { mode, label: mode === 'oidc' ? 'Contoso' : '' },
  };
}

describe('the sign-in page', () => {
  it.each([
    ['who has not been told yet', null, { kind: 'asking' }],
    ['without accounts', meOf('none', 'local', ['admin']), { kind: 'no-accounts' }],
    ['one-time links only', meOf('local'), { kind: 'link-only' }],
    [
      'a provider',
      meOf('oidc'),
      { kind: 'provider', label: 'Contoso', href: '/auth/sign-in?next=%2Fadmin%2Fpeople%3Fa%3D1%26b%3D2' },
    ],
    ['a paired screen', meOf('genesys', 'screen', ['display']), { kind: 'provider' }],
    ['an administrator', meOf('oidc', 'person', ['admin']), { kind: 'signed-in', name: 'Dana', may: 'all' }],
    ['an agent', meOf('local', 'person', ['agent']), { kind: 'signed-in', may: 'nothing-yet' }],
    ['who has no role', meOf('oidc', 'person'), { kind: 'signed-in', name: 'Dana', may: 'no-role' }],
  ])('UI-45 shows %s what there is', (_, me, view) => {
    expect(signInView(me, { next: '/admin/people?a=1&b=2' })).toMatchObject(view);
  });

  it('UI-45 says nothing of where to go where that is the start', () => {
    expect(signInView(meOf('oidc'), { next: '/' })).toMatchObject({ href: '/auth/sign-in' });
  });

  it.each([
    '//evil.test',
    '/\\evil.test',
    'https://evil.test',
    'javascript:alert(1)',
    '/sign-in',
    '',
    '/a\nb',
  ])('UI-45 takes %j for no way back', (next) => {
    expect(signInQueryOf({ next }).next).toBe('/');
  });

  it('UI-45 takes a path of this server, given once', () => {
    expect(signInQueryOf({ next: '/admin/audit?x=1' }).next).toBe('/admin/audit?x=1');
    expect(signInQueryOf({ next: ['/admin/audit', '/x'] }).next).toBe('/');
  });

  it('UI-45 has words for each problem that the server names, and knows no other', () => {
    const words = messages.signIn.problem;
    for (const problem of Object.keys(words)) expect(signInQueryOf({ problem }).problem).toBe(problem);
    expect(Object.keys(words).sort()).toEqual(['expired', 'refused', 'unavailable', 'unknown']);
    const strangers = ['constructor', '__proto__', '<b>', '', ['expired', 'expired']];
    expect(strangers.map((problem) => signInQueryOf({ problem }).problem)).toEqual(strangers.map(() => null));
  });

  it('UI-49 reads the token of the link that the server prints, and no other fragment', () => {
    const { hash } = new URL(oneTimeLink('https://wall.test', 'abc-DEF_123'));
    expect([isOnceHash(hash), onceTokenOf(hash)]).toEqual([true, 'abc-DEF_123']);
    expect(['', '#', '#x', '#Once=a'].map(onceTokenOf)).toEqual([null, null, null, null]);
    expect(['', '#', '#x'].map(isOnceHash)).toEqual([false, false, false]);
  });

  it.each(['#once=', '#once=a b', '#once=<script>', `#once=${'a'.repeat(201)}`])(
    'UI-49 takes %s out of the address all the same',
    (hash) => {
      expect([isOnceHash(hash), onceTokenOf(hash)]).toEqual([true, null]);
    },
  );

  it.each([
    ['/sign-in', 'https://wall.test/sign-in'],
    ['https://id.contoso.test/logout?x=1', 'https://id.contoso.test/logout?x=1'],
    ['javascript:alert(1)', '/sign-in'],
    ['data:text/html,x', '/sign-in'],
    ['http://[', '/sign-in'],
  ])('UI-45 leaves, told %s, for %s', (location, target) => {
    expect(leaveTarget(location, 'https://wall.test')).toBe(target);
  });
});
