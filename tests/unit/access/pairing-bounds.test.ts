import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOB, BY, begun, createScreenStage, HALL, NO_CODE, place } from './screens-stage';

const CODE_UNKNOWN = { ok: false, error: { kind: 'code-unknown' } };

describe('codes that live', () => {
  it('ACC-60 are never alike, whatever chance gives', async () => {
    const letters = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 6, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(letters, fc.integer({ min: 1, max: 12 }), async (bytes, count) => {
        let at = 0;
        // Three letters, so that chance repeats itself; then an orderly rest, so that it ends.
        const secretBytes = (length: number) =>
          Buffer.from(
            Array.from({ length }, () => {
              at += 1;
              return at <= bytes.length ? (bytes[at] ?? 0) : Math.floor(at / 31 ** (at % 6)) % 31;
            }),
          );
        const { pairing } = createScreenStage({ secretBytes });
        const codes = await Promise.all(Array.from({ length: count }, () => begun(pairing)));
        expect(new Set(codes.map(({ code }) => code)).size).toBe(count);
      }),
    );
  });

  it('ACC-60 are drawn again where one is in use', async () => {
    const draws = ['AAAAAA', 'AAAAAA', 'AAAAAA', 'BBBBBB'].map((code) =>
      Buffer.alloc(6, code === 'AAAAAA' ? 8 : 9),
    );
    const { pairing } = createScreenStage({
      secretBytes: (length) => (length === 6 ? (draws.shift() ?? Buffer.alloc(6)) : Buffer.alloc(length)),
    });
    expect([(await begun(pairing)).code, (await begun(pairing)).code]).toEqual(['AAAAAA', 'BBBBBB']);
  });

  it('ACC-60 are not drawn for ever where chance is none', async () => {
    let draws = 0;
    const secretBytes = (length: number) => {
      draws += 1;
      return Buffer.alloc(length);
    };
    const { pairing } = createScreenStage({ secretBytes });
    await begun(pairing);
    draws = 0;
    await expect(pairing.begin(HALL)).rejects.toThrow('random');
    // A claim, and a hundred codes.
    expect(draws).toBe(101);
  });
});

describe('tries of a supervisor', () => {
  it('ACC-62 are five a minute, the right ones too, and the sixth may be right', async () => {
    const { pairing, clock } = createScreenStage();
    const { code } = await begun(pairing);
    expect((await pairing.enter((await begun(pairing)).code, place(), BY)).ok).toBe(true);
    for (let n = 0; n < 4; n += 1) expect(await pairing.enter(NO_CODE, place(), BY)).toEqual(CODE_UNKNOWN);
    clock.advance(1_000);
    expect(await pairing.enter(code, place(), BY)).toEqual({
      ok: false,
      error: { kind: 'tries', waitMs: 59_000 },
    });
    expect(await pairing.enter(NO_CODE, place(), BY)).toMatchObject({ error: { kind: 'tries' } });
    clock.advance(59_000);
    expect((await pairing.enter(code, place(), BY)).ok).toBe(true);
  });

  it('ACC-62 are his own: another enters the code meanwhile', async () => {
    const { pairing } = createScreenStage();
    const { code } = await begun(pairing);
    for (let n = 0; n < 6; n += 1) await pairing.enter(NO_CODE, place(), BY);
    expect((await pairing.enter(code, place(), BOB)).ok).toBe(true);
  });

  it('ACC-62 are sixty a minute together, so that a crowd guesses no better', async () => {
    const { pairing, clock } = createScreenStage();
    const enter = (n: number) =>
      pairing.enter(NO_CODE, place(), { ...BY, actor: `person:${Math.floor(n / 5)}` });
    for (let n = 0; n < 60; n += 1) expect(await enter(n)).toEqual(CODE_UNKNOWN);
    expect(await enter(60)).toEqual({ ok: false, error: { kind: 'tries', waitMs: 60_000 } });
    clock.advance(60_000);
    expect(await enter(60)).toEqual(CODE_UNKNOWN);
  });

  it('ACC-62 that are refused are in the audit log, without the code', async () => {
    const { pairing, audit, lines } = createScreenStage();
    for (let n = 0; n < 6; n += 1) await pairing.enter('SECRET', place(), BY);
    const refusal = { ...BY, action: 'pairing.refused', subject: null, outcome: 'refused' };
    expect(audit.refusals).toEqual(
      ['code', 'code', 'code', 'code', 'code', 'tries'].map((reason) => ({
        ...refusal,
        details: new Map([['reason', reason]]),
      })),
    );
    expect(lines.join()).not.toContain('SECRET');
    expect(audit.recorded).toEqual([]);
  });
});

describe('codes in number', () => {
  it('ACC-64 are 500 where nothing else is said, and 100 of one address', async () => {
    const { pairing, clock } = createScreenStage();
    const given = async (address: string) => {
      let count = 0;
      while ((await pairing.begin(address)) !== null) count += 1;
      return count;
    };
    const counts: number[] = [];
    for (const address of ['a', 'b', 'c', 'd', '__proto__', 'f']) counts.push(await given(address));
    expect(counts).toEqual([100, 100, 100, 100, 100, 0]);
    clock.advance(120_000);
    expect(await given('f')).toBe(100);
  });

  it('ACC-64 never pass their bounds, and no newcomer takes another’s', async () => {
    const house = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const step = fc.tuple(house, fc.integer({ min: 0, max: 40_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { pairing, clock } = createScreenStage({ maxOffers: 10 });
        let living: { readonly claim: string; readonly address: string; readonly until: number }[] = [];
        for (const [address, afterMs] of steps) {
          clock.advance(afterMs);
          living = living.filter(({ until }) => clock.monotonicNow() < until);
          const ofAddress = living.filter((one) => one.address === address).length;
          const offer = await pairing.begin(address);
          expect(offer === null).toBe(living.length >= 10 || ofAddress >= 2);
          if (offer !== null) living.push({ ...offer, address, until: clock.monotonicNow() + 120_000 });
          for (const { claim } of living) expect((await pairing.ask(claim)).state).toBe('waiting');
        }
      }),
      { numRuns: 30 },
    );
  });
});
