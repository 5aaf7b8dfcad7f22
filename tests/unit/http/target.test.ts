import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TARGET_LENGTH, parseTarget } from '../../../server/http/target';

describe('parseTarget', () => {
  it.each([
    ['/', []],
    ['/screen/default', ['screen', 'default']],
    ['/screen/default?page=2&x=%2F..', ['screen', 'default']],
    ['/a/%C3%A9t%C3%A9/%20b', ['a', 'été', ' b']],
    ['/a/__proto__', ['a', '__proto__']],
    ['/a/b;c=d,e@f:g', ['a', 'b;c=d,e@f:g']],
    ['/_next/static/chunks/%5Bid%5D.js', ['_next', 'static', 'chunks', '[id].js']],
  ])('SEC-6 reads %s', (sent, parts) => {
    const target = parseTarget(sent);
    expect(target.ok && target.value.parts).toEqual(parts);
  });

  it.each([
    ['nothing', ''],
    ['a star', '*'],
    ['no slash', 'screen'],
    ['a whole address', 'http://evil.test/api/v1/kpis'],
    ['a whole address of ours', 'http://127.0.0.1:3000/'],
    ['a socket’s address', 'ws://evil.test/socket.io/'],
    ['another scheme', 'file:///etc/passwd'],
    ['a host and port', 'evil.test:443'],
    ['two slashes in front', '//evil.test/screen'],
    ['two slashes within', '/screen//default'],
    ['a slash at the end', '/screen/'],
    ['a step up', '/screen/../admin'],
    ['a step on the spot', '/screen/./default'],
    ['a step up, encoded', '/screen/%2e%2e/admin'],
    ['half of it encoded', '/screen/.%2E/admin'],
    ['a backslash', '/screen\\default'],
    ['an encoded backslash', '/screen/%5Cdefault'],
    ['an encoded slash', '/screen%2Fdefault'],
    ['encoded twice', '/screen%252Fdefault'],
    ['an encoded percent sign', '/a/%25'],
    ['an encoded zero', '/screen/%00'],
    ['an encoded line end', '/screen/%0d%0aset-cookie:x'],
    ['an encoded line separator', '/screen/%E2%80%A8'],
    ['an encoded letter', '/%61dmin/people'],
    ['an encoded digit', '/screen/%31'],
    ['half an escape', '/screen/%4'],
    ['no escape', '/screen/%zz'],
    ['no UTF-8', '/screen/%ff%fe'],
    ['UTF-8 that is too long', '/screen/%c0%af'],
    ['a blank', '/screen/a b'],
    ['a fragment', '/screen#a'],
    ['letters that are not encoded', '/screen/é'],
    ['quotes', '/screen/"a"'],
    ['many parts', '/a'.repeat(17)],
  ])('SEC-6 refuses %s', (_, sent) => {
    const target = parseTarget(sent);
    expect(target.ok ? 'read' : [target.error.status, target.error.code]).toEqual([400, 'address.invalid']);
  });

  it('SEC-6 refuses what is too long', () => {
    const target = parseTarget(`/${'a'.repeat(MAX_TARGET_LENGTH)}`);
    expect(target.ok ? 'read' : target.error.status).toBe(414);
  });

  it('SEC-6 a path that is read has one way of being written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('/', '.', '%', '2', 'e', 'E', 'f', 'a', 'c', '3', '\\', ';') }),
        (text) => {
          const target = parseTarget(`/${text}`);
          if (!target.ok) return;
          const again = `/${target.value.parts.map((part) => encodeURIComponent(part)).join('/')}`;
          const plain = (path: string) => decodeURIComponent(path);
          expect(plain(again)).toBe(plain(target.value.path));
          expect(new URL(target.value.path, 'http://host').pathname).toBe(target.value.path);
        },
      ),
    );
  });
});
