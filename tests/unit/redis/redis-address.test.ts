import { describe, expect, it } from 'vitest';
import { parseRedisAddress } from '../../../server/redis/redis-address';

const ALONE = {
  ...{ kind: 'alone', nodes: [{ host: 'cache', port: 6379 }], name: '', database: 0 },
  ...{ username: null, password: null, tls: false },
};

describe('the address of Redis', () => {
  it.each([
    ['redis://cache', ALONE],
    ['redis://cache:6380/3', { ...ALONE, nodes: [{ host: 'cache', port: 6380 }], database: 3 }],
    ['rediss://cache/', { ...ALONE, tls: true }],
    ['redis://:s%40f%2Fe@cache', { ...ALONE, password: 's@f/e' }],
    ['redis://wall:a:b@cache', { ...ALONE, username: 'wall', password: 'a:b' }],
    ['redis://[::1]:7000', { ...ALONE, nodes: [{ host: '::1', port: 7000 }] }],
    [
      'redis+sentinel://u:p@a,b:26380/mymaster/2',
      {
        ...{ kind: 'sentinel', name: 'mymaster', database: 2, username: 'u', password: 'p', tls: false },
        nodes: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
        ],
      },
    ],
    [
      'rediss+cluster://a:7000,b:7001',
      {
        ...ALONE,
        ...{ kind: 'cluster', tls: true },
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
        ],
      },
    ],
  ])('REDIS-1 is read: %s', (text, address) => {
    expect(parseRedisAddress(text)).toEqual({ ok: true, value: address });
  });

  it.each([
    'http://cache',
    'cache:6379',
    'redis://',
    'redis://a,b',
    'redis://cache:0',
    'redis://cache:70000',
    'redis://cache/x',
    'redis://cache/99999',
    'redis://cache/1/2',
    'redis://%zz@cache',
    'redis://ca che',
    'redis+sentinel://a,b',
    'redis+sentinel://a/m/1/2',
    'redis+cluster://a/1',
    `redis+cluster://${Array.from({ length: 101 }, () => 'a').join(',')}`,
  ])('REDIS-1 says what is wrong, and repeats no secret: %s', (text) => {
    const read = parseRedisAddress(text.replace('://', '://wall:hunter2@'));
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.error).not.toContain('hunter2');
  });
});
