import { describe, expect, it } from 'vitest';
import { nextPath } from '../../../lib/next-path';

const HERE = 'https://wall.test';

describe('where a browser goes after signing in', () => {
  it.each([
    ['/', '/'],
    ['/admin/people', '/admin/people'],
    ['/screen/main?diagonal=55&seat=4', '/screen/main?diagonal=55&seat=4'],
    ['/supervisor/boards/a?x=/auth/sign-in', '/supervisor/boards/a?x=/auth/sign-in'],
    ['/supervisor/boards/a#tile', '/supervisor/boards/a#tile'],
    ['/a/../admin/people', '/admin/people'],
    ['/b\u00fcro', '/b%C3%BCro'],
    ['/authority', '/authority'],
    ['/%', '/%'],
  ])('ACC-14 is %j where it asked for that: %j', (asked, goes) => {
    expect(nextPath(asked)).toBe(goes);
  });

  const foreign = [
    ...['https://evil.test', 'http://evil.test/', 'HTTPS://evil.test', 'https:evil.test', 'https:/evil.test'],
    ...['//evil.test', '///evil.test', '////evil.test', '/\\evil.test', '\\\\evil.test', '\\/evil.test'],
    ...[
      '/\t/evil.test',
      '/\n/evil.test',
      '/\r/evil.test',
      '\t//evil.test',
      ' //evil.test',
      '/\u0000/evil.test',
    ],
    ...['/.//evil.test', '/a/..//evil.test', '/%2e//evil.test', '/./\\evil.test'],
    ...['javascript:alert(1)', 'data:text/html,x', 'evil.test', '@evil.test', '?next=//evil.test', '#x', ''],
    ...['/a\r\nset-cookie: a=b', '/a\u2028b', '/\ud800', '/\u0085/evil.test'],
    ...[
      '/auth/sign-in',
      '/auth/callback?code=1',
      '/auth',
      '/AUTH/sign-in',
      '/%61uth/sign-in',
      '/a/../auth/once',
    ],
    ...['/sign-in', '/sign-in?problem=expired', '/sign-in/', '__proto__', `/${'x'.repeat(500)}`],
  ];
  it.each(foreign)('ACC-14 is the start page where it asked for %j', (asked) => {
    expect(nextPath(asked)).toBe('/');
  });

  it('ACC-14 is the start page where it asked for nothing', () => {
    expect(nextPath(null)).toBe('/');
  });

  it('ACC-14 is on this server, and asking for it again changes nothing, whatever was put together', () => {
    const pieces = [
      '/',
      '\\',
      '//',
      '.',
      '..',
      '%2f',
      '%5c',
      '\t',
      '\n',
      ':',
      '@',
      'evil.test',
      'http:',
      '?',
      '#',
    ];
    const tails = pieces.flatMap((a) => pieces.flatMap((b) => pieces.map((c) => a + b + c)));
    const isSafe = (path: string) =>
      new URL(path, HERE).origin === HERE && !path.startsWith('//') && nextPath(path) === path;
    const asked = tails.flatMap((tail) => [`/${tail}`, `/x${tail}evil.test`, tail]);
    expect(asked.filter((path) => !isSafe(nextPath(path)))).toEqual([]);
  });
});
