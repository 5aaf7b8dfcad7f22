import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isBarred, type Problem, readAnswer } from '../../../../components/ui/fetch-json';
import { afterAsking } from '../../../../components/ui/use-polled';
import { err, ok } from '../../../../lib/result';

const schema = z.object({ count: z.number() });
const answer = (body: string | null, init: ResponseInit = {}) => readAnswer(new Response(body, init), schema);

describe('an answer of the server', () => {
  it('UI-50 brings the server’s time along where it says it', async () => {
    const headers = { date: 'Sat, 21 Nov 2026 08:00:00 GMT' };
    expect(await answer('{"count":1}', { headers })).toEqual(
      ok({ content: { count: 1 }, serverTime: Date.UTC(2026, 10, 21, 8) }),
    );
    expect(await answer('{"count":1}')).toEqual(ok({ content: { count: 1 }, serverTime: null }));
  });

  it.each(['{"count":"1"}', '<html>', '', 'null'])('UI-48 that is %j is unreadable', async (body) => {
    expect(await answer(body)).toEqual(err({ kind: 'unreadable' }));
  });

  it.each([
    [404, '{"code":"screen.unknown","message":"x"}', {}, 'screen.unknown', null],
    [429, '{"code":"pairing.tries","message":"x"}', { 'retry-after': '37' }, 'pairing.tries', 37_000],
    [502, '<html>Bad gateway</html>', { 'retry-after': 'Sat, 21 Nov 2026 08:00:00 GMT' }, '', null],
    [503, '', { 'retry-after': '-1' }, '', null],
  ])('UI-48 of %d is refused by name, with the time to wait', async (status, body, headers, code, waitMs) => {
    expect(await answer(body, { status, headers: headers as Record<string, string> })).toEqual(
      err({ kind: 'refused', status, code, waitMs }),
    );
  });

  it('UI-48 without content is none', async () => {
    const read = await readAnswer(new Response(null, { status: 204 }), z.undefined());
    expect(read).toEqual(ok({ content: undefined, serverTime: null }));
  });
});

describe('what a page knows', () => {
  const known = { answer: ['Dana'], answeredAt: 5, failure: null };
  const refused = (status: number): Problem => ({ kind: 'refused', status, code: '', waitMs: null });

  it('UI-51 stays while the server is away', () => {
    for (const problem of [{ kind: 'unreachable' } as const, refused(503), refused(429)]) {
      expect(afterAsking(known, err(problem))).toEqual({ ...known, failure: problem });
    }
  });

  it('UI-51 goes when nobody here may see it any more', () => {
    for (const problem of [refused(401), refused(403)]) {
      expect(isBarred(problem)).toBe(true);
      expect(afterAsking(known, err(problem))).toEqual({ answer: null, answeredAt: null, failure: problem });
    }
  });

  it('UI-51 is put right by the next good answer', () => {
    const failed = { ...known, failure: refused(503) };
    expect(afterAsking(failed, ok({ content: ['Amir'], serverTime: 9 }))).toEqual({
      answer: ['Amir'],
      answeredAt: 9,
      failure: null,
    });
  });
});
