import { describe, expect, it } from 'vitest';
import { pagePolicy } from '../../../server/http/security-headers';

describe('pagePolicy', () => {
  it.each([
    ['127.0.0.1:3000', false, "connect-src 'self' ws://127.0.0.1:3000"],
    ['wall.test', true, "connect-src 'self' wss://wall.test"],
    ['[::1]:3000', false, "connect-src 'self'"],
    ["wall.test; script-src 'unsafe-inline'", true, "connect-src 'self'"],
    ['', false, "connect-src 'self'"],
  ])('SEC-2 for %s sockets may go to the page’s own server', (host, secure, expected) => {
    const directives = pagePolicy('n', host, secure).split('; ');
    expect(directives).toContain(expected);
    expect(directives.filter((text) => text.startsWith('script-src'))).toHaveLength(1);
  });
});
