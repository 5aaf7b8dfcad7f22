/** Two nodes that share codes and tries: whatever one gives, the other knows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPairing, type Pairing } from '../../../server/access/screens/pairing';
import { sharedPairing } from '../../../server/access/screens/shared-pairing';
import { stateTaker } from '../../../server/access/sign-in/sign-in-states';
import { systemSecretBytes } from '../../../server/runtime/secret-bytes';
import { StoreUnavailable } from '../../../server/store/store-unavailable';
import { comparisonsIn } from '../../support/comparisons';
import { FakeClock } from '../../support/fake-clock';
import { MemoryPassing } from '../../support/memory-passing';
import { BOB, BY, begun, createScreenStage, inTheMiddle, NO_CODE, place } from './screens-stage';

const CODE_UNKNOWN = { ok: false, error: { kind: 'code-unknown' } };
const KEY = Buffer.alloc(32, 7);

function twoNodes(more: Parameters<typeof createScreenStage>[0] = {}) {
  const passing = new MemoryPassing();
  const stage = createScreenStage({ secretBytes: systemSecretBytes, ...more });
  const node = (key = KEY) =>
    createPairing({
      ...stage,
      ...more,
      state: sharedPairing(passing, { key, secretBytes: systemSecretBytes }),
    });
  const [a, b] = [node(), node()];
  return { ...stage, passing, node, a, b };
}

describe('two nodes', () => {
  it('ACC-101 pair a television that asks at one with a supervisor at the other', async () => {
    const { a, b, screens } = twoNodes();
    const { code, claim } = await begun(a);
    expect(await b.ask(claim)).toMatchObject({ state: 'waiting', code });
    expect(await b.enter(code, place(), BY)).toMatchObject({ ok: true });
    const answer = await a.ask(claim);
    if (answer.state !== 'paired') throw new Error(answer.state);
    expect(await b.ask(claim)).toEqual(answer);
    expect(await screens.find(answer.token)).toMatchObject({ screenId: answer.screenId });
    // Both heard that the screen has shown its token; a node that did not sees it gone all the same.
    await expect.poll(() => a.ask(claim)).toEqual({ state: 'expired' });
    expect(await b.ask(claim)).toEqual({ state: 'expired' });
    expect(await a.enter(code, place(), BOB)).toEqual(CODE_UNKNOWN);
  });

  it('ACC-101 pair one screen where a code is entered at both at the same moment', async () => {
    const { a, b, screens, passing } = twoNodes();
    const { code, claim } = await begun(a);
    const results = await Promise.all([a.enter(code, place(), BY), b.enter(code, place(), BOB)]);
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(passing.retries).toBeGreaterThan(0);
    expect(await screens.list()).toHaveLength(1);
    expect((await b.ask(claim)).state).toBe('paired');
  });

  it('ACC-101 keep a code for two minutes by the clock that they share', async () => {
    const { a, b, passing, clock } = twoNodes();
    const { code, claim, expiresAt } = await begun(a);
    expect(expiresAt).toBe(clock.now() + 120_000);
    passing.now += 119_999;
    expect(await b.ask(claim)).toEqual({ state: 'waiting', code, expiresAt: clock.now() + 1 });
    passing.now += 1;
    expect(await b.ask(claim)).toEqual({ state: 'expired' });
    expect(await b.enter(code, place(), BY)).toEqual(CODE_UNKNOWN);
  });

  it('ACC-101 count the tries of a supervisor at both', async () => {
    const { a, b, passing } = twoNodes();
    const { code } = await begun(a);
    const enter = (node: Pairing, tried: string) => node.enter(tried, place(), BY);
    for (const node of [a, b, a, b, a]) expect(await enter(node, NO_CODE)).toEqual(CODE_UNKNOWN);
    expect(await enter(b, code)).toEqual({ ok: false, error: { kind: 'tries', waitMs: 60_000 } });
    passing.now += 60_000;
    expect((await enter(b, code)).ok).toBe(true);
  });

  it('ACC-101 compare a code as often, with all that there are, as one node does', async () => {
    const { a, b } = twoNodes();
    const offers = [await begun(a), await begun(b), await begun(a)];
    expect(await comparisonsIn(() => b.enter(NO_CODE, place(), BY))).toBe(3);
    expect(await comparisonsIn(() => b.enter(offers[0]?.code ?? '', place(), BY))).toBe(3);
  });

  it('ACC-101 never give more codes than there may be, nor one twice, however they are in each other’s way', async () => {
    const step = fc.tuple(fc.boolean(), fc.constantFrom('x', 'y', 'z'));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 24 }), async (steps) => {
        const stage = twoNodes({ maxOffers: 10 });
        const bound = (pairing: Pairing, address: string) => pairing.begin(address);
        const given = await Promise.all(steps.map(([isA, at]) => bound(isA ? stage.a : stage.b, at)));
        const codes = given.flatMap((offer, index) =>
          offer === null ? [] : [{ ...offer, at: steps[index]?.[1] }],
        );
        expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length);
        for (const house of ['x', 'y', 'z']) {
          const asked = steps.filter(([, at]) => at === house).length;
          expect(codes.filter(({ at }) => at === house)).toHaveLength(Math.min(asked, 2));
        }
        for (const { claim, code } of codes) expect(await stage.b.ask(claim)).toMatchObject({ code });
      }),
      { numRuns: 30 },
    );
  });

  it('ACC-102 keep nothing that can be read: neither code nor token, and another key opens nothing', async () => {
    const { a, b, node, passing } = twoNodes();
    const { code, claim } = await begun(a);
    const other = await begun(a);
    await b.enter(code, place(), BY);
    const answer = await a.ask(claim);
    const kept = [...passing.texts.values()].join();
    const secrets = [code, other.code, claim, answer.state === 'paired' ? answer.token : ''];
    for (const secret of secrets) expect(kept.includes(secret), secret).toBe(false);
    expect(await node(Buffer.alloc(32, 8)).ask(claim)).toEqual({ state: 'expired' });
    passing.texts.set('pairing', 'what somebody else wrote');
    expect(await b.ask(claim)).toEqual({ state: 'expired' });
    await begun(b);
  });

  it('ACC-103 reject while what they share is away, and go on where they were', async () => {
    const { a, b, passing } = twoNodes();
    const { code, claim } = await begun(a);
    passing.isAway = true;
    await expect(b.begin('hall')).rejects.toThrow(StoreUnavailable);
    await expect(b.ask(claim)).rejects.toThrow(StoreUnavailable);
    await expect(b.enter(code, place(), BY)).rejects.toThrow(StoreUnavailable);
    passing.isAway = false;
    expect((await b.enter(code, place(), BY)).ok).toBe(true);
  });

  it('ACC-103 forget a pairing over which a node died: the television has another code within three minutes', async () => {
    const { a, b, passing, store } = twoNodes();
    const { code, claim } = await begun(a);
    inTheMiddle(store, async () => {
      passing.isAway = true;
    });
    await expect(a.enter(code, place(), BY)).rejects.toThrow(StoreUnavailable);
    passing.isAway = false;
    expect((await b.ask(claim)).state).toBe('waiting');
    expect(await b.enter(code, place(), BOB)).toEqual(CODE_UNKNOWN);
    passing.now += 180_000;
    expect(await b.ask(claim)).toEqual({ state: 'expired' });
  });

  it('ACC-104 take a way back from the provider once, whichever node it reaches', async () => {
    const passing = new MemoryPassing();
    const clock = new FakeClock();
    const [a, b] = [stateTaker(passing, clock), stateTaker(passing, clock)];
    expect([await a('one'), await b('one'), await b('two'), await a('two')]).toEqual([
      ...[true, false],
      ...[true, false],
    ]);
    // Alone nothing is shared.
    expect([await stateTaker(null, clock)('one'), await stateTaker(null, clock)('one')]).toEqual([
      true,
      true,
    ]);
  });
});
