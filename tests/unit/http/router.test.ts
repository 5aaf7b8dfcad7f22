import { describe, expect, it } from 'vitest';
import type { Route } from '../../../server/http/route';
import { allowedMethods, createRouter } from '../../../server/http/router';
import { parseTarget } from '../../../server/http/target';

const route = (method: Route['method'], path: string): Route => ({ method, path, answer: () => {} });
const router = createRouter([
  route('GET', '/api/v1/machines'),
  route('POST', '/api/v1/machines'),
  route('DELETE', '/api/v1/machines/:id'),
  route('POST', '/api/v1/machines/:id/secrets'),
  route('DELETE', '/api/v1/machines/:id/secrets/:secretId'),
]);

function match(path: string) {
  const target = parseTarget(path);
  const found = target.ok ? router(target.value.parts) : null;
  return found === null ? null : [found.pattern, [...found.methods.keys()], [...found.ids]];
}

describe('createRouter', () => {
  it.each([
    ['/api/v1/machines', ['/api/v1/machines', ['GET', 'POST'], []]],
    ['/api/v1/machines/m1', ['/api/v1/machines/:id', ['DELETE'], [['id', 'm1']]]],
    ['/api/v1/machines/m1/secrets', ['/api/v1/machines/:id/secrets', ['POST'], [['id', 'm1']]]],
    [
      '/api/v1/machines/m1/secrets/s1',
      [
        '/api/v1/machines/:id/secrets/:secretId',
        ['DELETE'],
        [
          ['id', 'm1'],
          ['secretId', 's1'],
        ],
      ],
    ],
    ['/api/v1/machines/caf%C3%A9', ['/api/v1/machines/:id', ['DELETE'], [['id', 'café']]]],
    ['/api/v1/machines/__proto__', ['/api/v1/machines/:id', ['DELETE'], [['id', '__proto__']]]],
    [
      '/api/v1/machines/constructor/secrets/toString',
      [
        '/api/v1/machines/:id/secrets/:secretId',
        ['DELETE'],
        [
          ['id', 'constructor'],
          ['secretId', 'toString'],
        ],
      ],
    ],
  ])('SEC-7 finds %s, with its ids as text', (path, expected) => {
    expect(match(path)).toEqual(expected);
  });

  it.each([
    '/',
    '/api/v1',
    '/api/v1/machine',
    '/API/v1/machines',
    '/api/v1/machines/',
    '/api/v1/machines//secrets',
    '/api/v1/machines/m1/secrets/s1/x',
    '/api/v1/machines/m1/__proto__',
    '/__proto__',
    '/api/v1/machines/%2e%2e/kpis',
    '/api/v1/machines/a%2Fb',
    '/api/v1/machines/%E0%A4%A',
  ])('SEC-7 finds nothing at %s', (path) => {
    expect(match(path)).toBeNull();
  });

  it('API-7 says which methods there are', () => {
    expect(allowedMethods(['GET', 'DELETE'])).toBe('GET, HEAD, DELETE');
  });
});
