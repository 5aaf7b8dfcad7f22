import { describe, expect, it } from 'vitest';
import { problemWords } from '../../../../components/access/problem-words';
import type { Problem } from '../../../../components/ui/fetch-json';
import messages from '../../../../messages/en.json';
import { sourceFiles, textOf } from '../../../support/repository';

const words = new Map(Object.entries(messages.problem));
const refused = (code: string, status = 400, waitMs: number | null = null): Problem => ({
  kind: 'refused',
  status,
  code,
  waitMs,
});

/** What these pages cannot meet: other addresses, other methods, and faults, which the general words are for. */
const ELSEWHERE = new Set([
  'address.invalid',
  'address.long',
  'host.ambiguous',
  'host.unknown',
  'internal',
  'method.not-allowed',
  'path.unknown',
  'query.invalid',
  'redis.away',
  'routing.off',
]);

/** Every code that the routes answer with. */
function codesOfServer(): readonly string[] {
  const files = sourceFiles().filter((path) => path.startsWith('server/http/'));
  const codes = files.flatMap((path) =>
    [...textOf(path).matchAll(/code: '([a-z.-]+)'/g)].map((m) => m[1] ?? ''),
  );
  return [...new Set(codes)].filter((code) => !ELSEWHERE.has(code));
}

describe('words for what went wrong', () => {
  it('UI-48 are there for every refusal of the routes behind these pages', () => {
    const codes = codesOfServer();
    expect(codes).toEqual(expect.arrayContaining(['audit.unavailable', 'pairing.tries', 'board.unknown']));
    const keys = codes.map((code) => [code, problemWords(refused(code)).key] as const);
    expect(keys.filter(([, key]) => key === 'other' || !words.has(key))).toEqual([]);
  });

  it.each([
    [{ kind: 'unreachable' } as const, 'unreachable'],
    [{ kind: 'unreadable' } as const, 'unreadable'],
    [refused('pairing.code-unknown', 404), 'codeUnknown'],
    [refused('', 401), 'signedOut'],
    [refused('', 429), 'tooMany'],
    [refused('', 502), 'busy'],
    [refused('brand.new', 409), 'other'],
    [refused('__proto__', 400), 'other'],
  ])('UI-48 for %j are %s', (problem, key) => {
    expect(problemWords(problem).key).toBe(key);
    expect(words.has(key)).toBe(true);
  });

  it('UI-48 say when to try again, in whole seconds, and what to ask about', () => {
    expect(problemWords(refused('pairing.tries', 429, 36_400))).toEqual({
      key: 'codeTries',
      seconds: 37,
      code: 'pairing.tries',
    });
    expect(problemWords(refused('pairing.tries', 429, 0)).seconds).toBe(1);
    expect(problemWords(refused('', 418)).code).toBe('418');
  });

  it('UI-48 without an answer do not say that nothing was done', () => {
    expect(words.get('unreachable')).toContain('may have been done');
  });
});
