import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../server/access/secret-hash';
import { comparisonsIn } from '../../support/comparisons';
import {
  BOB,
  BY,
  begun,
  createScreenStage,
  inTheMiddle,
  NO_CODE,
  place,
  type ScreenStage,
} from './screens-stage';

const CODE_UNKNOWN = { ok: false, error: { kind: 'code-unknown' } };

/** A television whose code was entered. */
async function entered(stage: ScreenStage) {
  const offer = await begun(stage.pairing);
  const result = await stage.pairing.enter(offer.code, place(), BY);
  if (!result.ok) throw new Error(result.error.kind);
  return { ...offer, screen: result.value };
}

async function tokenOf({ pairing }: ScreenStage, claim: string): Promise<string> {
  const answer = await pairing.ask(claim);
  if (answer.state !== 'paired') throw new Error(answer.state);
  return answer.token;
}

describe('a code', () => {
  it('ACC-61 pairs the screen that shows it, once', async () => {
    const stage = createScreenStage();
    const { code, screen } = await entered(stage);
    expect(screen).toMatchObject({
      ...place(),
      pairedBy: 'Ada',
      pairedAt: stage.clock.now(),
      connected: false,
    });
    expect(await stage.pairing.enter(code, place(), BOB)).toEqual(CODE_UNKNOWN);
    expect(await stage.screens.list()).toEqual([screen]);
  });

  it('ACC-61 is good for two minutes, and says until when by the wall clock', async () => {
    const { pairing, clock, screens } = createScreenStage();
    const [one, other] = [await begun(pairing), await begun(pairing)];
    expect(one.expiresAt).toBe(clock.now() + 120_000);
    clock.advance(119_999);
    expect((await pairing.enter(one.code, place(), BY)).ok).toBe(true);
    expect(await pairing.ask(other.claim)).toMatchObject({ state: 'waiting', code: other.code });
    clock.advance(1);
    expect(await pairing.enter(other.code, place(), BY)).toEqual(CODE_UNKNOWN);
    expect(await pairing.ask(other.claim)).toEqual({ state: 'expired' });
    expect(await screens.list()).toHaveLength(1);
  });

  it('ACC-61 lives as long where the wall clock jumps, and says so anew', async () => {
    const { pairing, clock } = createScreenStage();
    const { code, claim } = await begun(pairing);
    clock.jumpWallClock(86_400_000);
    expect(await pairing.ask(claim)).toEqual({ state: 'waiting', code, expiresAt: clock.now() + 120_000 });
    clock.jumpWallClock(-172_800_000);
    clock.advance(120_000);
    expect(await pairing.ask(claim)).toEqual({ state: 'expired' });
  });

  it.each([NO_CODE, '', '__proto__', 'constructor', 'aaaaaa'])(
    'ACC-61 is refused like a used one: %j',
    async (code) => {
      const stage = createScreenStage();
      const used = (await entered(stage)).code;
      await begun(stage.pairing);
      expect(await stage.pairing.enter(code, place(), BY)).toEqual(CODE_UNKNOWN);
      expect(await stage.pairing.enter(used, place(), BY)).toEqual(CODE_UNKNOWN);
    },
  );

  it('ACC-61 is not used up by a board that is none, nor is a try', async () => {
    const { pairing, audit } = createScreenStage();
    const { code } = await begun(pairing);
    for (const boardId of ['nowhere', '__proto__', 'a', 'b', 'c', 'd']) {
      const result = await pairing.enter(code, place({ boardId }), BY);
      expect(result).toEqual({ ok: false, error: { kind: 'board-unknown' } });
    }
    expect([audit.recorded, audit.refusals]).toEqual([[], []]);
    expect((await pairing.enter(code, place(), BY)).ok).toBe(true);
  });

  it('ACC-63 is compared as often, whether it is one or none', async () => {
    const { pairing } = createScreenStage();
    const offers = [await begun(pairing), await begun(pairing), await begun(pairing)];
    expect(await comparisonsIn(() => pairing.enter(NO_CODE, place(), BY))).toBe(3);
    expect(await comparisonsIn(() => pairing.enter(offers[0]?.code ?? '', place(), BY))).toBe(3);
  });
});

describe('two who enter the same code', () => {
  it('ACC-65 pair one screen', async () => {
    const { pairing, screens, audit } = createScreenStage();
    const { code, claim } = await begun(pairing);
    const results = await Promise.all(
      [BY, BOB].map((by) => pairing.enter(code, place({ name: by.actorName }), by)),
    );
    expect(results).toMatchObject([{ ok: true, value: { name: 'Ada' } }, CODE_UNKNOWN]);
    expect(await screens.list()).toHaveLength(1);
    expect(audit.actions).toEqual(['screen.paired']);
    expect(await pairing.ask(claim)).toMatchObject({ state: 'paired' });
  });

  it('ACC-65 pair one screen also while the first is being written', async () => {
    const stage = createScreenStage();
    const { code, claim } = await begun(stage.pairing);
    const seconds: unknown[] = [];
    inTheMiddle(stage.store, async () => {
      stage.clock.advance(120_000);
      seconds.push(await stage.pairing.enter(code, place(), BOB), (await stage.pairing.ask(claim)).state);
    });
    expect((await stage.pairing.enter(code, place(), BY)).ok).toBe(true);
    expect(seconds).toEqual([CODE_UNKNOWN, 'waiting']);
    // Though its time was over meanwhile.
    expect((await stage.pairing.ask(claim)).state).toBe('paired');
  });
});

describe('a pairing that cannot be done', () => {
  it('ACC-65 leaves the code good where it cannot be recorded', async () => {
    const { pairing, screens, audit } = createScreenStage();
    const { code, claim } = await begun(pairing);
    audit.isBroken = true;
    await expect(pairing.enter(code, place(), BY)).rejects.toThrow('cannot be written');
    expect([await screens.list(), (await pairing.ask(claim)).state]).toEqual([[], 'waiting']);
    audit.isBroken = false;
    expect((await pairing.enter(code, place(), BY)).ok).toBe(true);
  });

  it('ACC-65 leaves the code good where it cannot be stored, for as long as it was', async () => {
    const { pairing, screens, store, clock } = createScreenStage();
    const { code, claim } = await begun(pairing);
    store.isBroken = true;
    await expect(pairing.enter(code, place(), BY)).rejects.toThrow('disk full');
    store.isBroken = false;
    expect([await screens.list(), (await pairing.ask(claim)).state]).toEqual([[], 'waiting']);
    expect((await pairing.enter(code, place(), BY)).ok).toBe(true);
    const late = await begun(pairing);
    store.isBroken = true;
    await expect(pairing.enter(late.code, place(), BY)).rejects.toThrow('disk full');
    store.isBroken = false;
    clock.advance(120_000);
    expect(await pairing.enter(late.code, place(), BY)).toEqual(CODE_UNKNOWN);
  });

  it('ACC-65 leaves the code good where there are as many screens as there may be', async () => {
    const { pairing, screens } = createScreenStage({ maxScreens: 1 });
    const [one, other] = [await begun(pairing), await begun(pairing)];
    await pairing.enter(one.code, place(), BY);
    expect(await pairing.enter(other.code, place(), BY)).toEqual({ ok: false, error: { kind: 'full' } });
    const [screen] = await screens.list();
    await screens.revoke(screen?.id ?? '', BY);
    expect((await pairing.enter(other.code, place(), BY)).ok).toBe(true);
  });
});

describe('a claim', () => {
  it('ACC-66 is 256 bits, its own, and the only thing that tells of its code', async () => {
    const { pairing, store } = createScreenStage();
    const [one, other] = [await begun(pairing), await begun(pairing)];
    expect(one.claim).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(one.claim).not.toBe(other.claim);
    expect(await pairing.ask(one.claim)).toMatchObject({ state: 'waiting', code: one.code });
    expect(await pairing.ask(other.claim)).toMatchObject({ state: 'waiting', code: other.code });
    const strangers = [
      null,
      '',
      one.code,
      hashOf(one.claim),
      `${one.claim}x`,
      one.claim.slice(1),
      '__proto__',
    ];
    for (const claim of strangers)
      expect(await pairing.ask(claim), String(claim)).toEqual({ state: 'expired' });
    expect(await store.list('screen')).toEqual([]);
  });
});

describe('the hand-over of a token', () => {
  it('ACC-67 is repeated until the screen has shown it, and never after that', async () => {
    const stage = createScreenStage();
    const { claim, screen } = await entered(stage);
    const token = await tokenOf(stage, claim);
    expect(await tokenOf(stage, claim)).toBe(token);
    // Nobody's token and another's change nothing.
    await stage.screens.find(`${token}x`);
    await stage.screens.find(await tokenOf(stage, (await entered(stage)).claim));
    expect(await tokenOf(stage, claim)).toBe(token);
    expect(await stage.screens.find(token)).toMatchObject({ screenId: screen.id });
    expect(await stage.pairing.ask(claim)).toEqual({ state: 'expired' });
  });

  it('ACC-67 is over after a minute', async () => {
    const stage = createScreenStage();
    const { claim } = await entered(stage);
    stage.clock.advance(59_999);
    await tokenOf(stage, claim);
    stage.clock.advance(1);
    expect(await stage.pairing.ask(claim)).toEqual({ state: 'expired' });
  });

  it('ACC-67 leads where the screen belongs by then, and nowhere once it is revoked', async () => {
    const { pairing, screens, ...stage } = createScreenStage();
    const { claim, screen } = await entered({ pairing, screens, ...stage });
    const path = `/screen/main?screen=${screen.id}&diagonal=55&distance=8`;
    expect(await pairing.ask(claim)).toMatchObject({ state: 'paired', screenId: screen.id, path });
    await screens.change(screen.id, { boardId: 'second' }, BY);
    expect(await pairing.ask(claim)).toMatchObject({ path: path.replace('main', 'second') });
    await screens.revoke(screen.id, BY);
    expect(await pairing.ask(claim)).toEqual({ state: 'expired' });
  });

  it('ACC-67 listens no longer once it is closed', async () => {
    const stage = createScreenStage();
    const { claim } = await entered(stage);
    const token = await tokenOf(stage, claim);
    stage.pairing.close();
    await stage.screens.find(token);
    expect(await tokenOf(stage, claim)).toBe(token);
  });
});
