import { describe, expect, it } from 'vitest';
import type { Ended } from '../../../server/access/gate';
import { hashOf } from '../../../server/access/secret-hash';
import { comparisonsIn } from '../../support/comparisons';
import { ODD_IDS } from '../../support/odd-ids';
import {
  BOB,
  BY,
  createScreenStage,
  inTheMiddle,
  openers,
  pairedScreen,
  rotatedToken,
  type ScreenStage,
  stored,
  told,
} from './screens-stage';
import { countedBytes } from './sessions-stage';

const HOUR_MS = 3_600_000;

describe('a token', () => {
  it('ACC-68 opens its own screen, and nothing of it is in the store but hashes', async () => {
    const stage = createScreenStage();
    const one = await pairedScreen(stage);
    const other = await pairedScreen(stage, { name: 'South wall', boardId: 'second' });
    expect(one.token).toMatch(/^[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{43}$/);
    expect(await stage.screens.find(one.token)).toEqual({
      kind: 'screen',
      ...{ screenId: one.id, name: 'North wall', boardId: 'main' },
    });
    expect(await stage.screens.find(other.token)).toMatchObject({ screenId: other.id, boardId: 'second' });
    const secrets = [one.token, other.token].map((token) => token.split('.')[1] ?? '');
    const [first = '', second = ''] = secrets;
    const bad = [`${one.id}.${second}`, `${other.id}.${first}`, `nobody.${first}`, `__proto__.${first}`];
    expect(await openers(stage, [...bad, first, one.id, `${one.token}.`, ...ODD_IDS])).not.toContain(true);
    const kept =
      (await stored(stage)) + stage.lines.join() + JSON.stringify(stage.audit.recorded.map(String));
    for (const secret of secrets) expect(kept).not.toContain(secret);
  });

  it('ACC-68 is 256 bits of chance, at each pairing and at each change; at first it is the only one', async () => {
    const drawn: string[] = [];
    const bytes = countedBytes();
    const secretBytes = (length: number) => {
      const some = bytes(length);
      if (length === 32) drawn.push(some.toString('base64url'));
      return some;
    };
    const stage = createScreenStage({ secretBytes });
    const { id, token } = await pairedScreen(stage);
    const tokens = { current: hashOf(drawn[0] ?? ''), previous: null, rotatedAt: stage.clock.now() };
    expect((await stage.store.get('screen', id))?.content).toMatchObject({ tokens });
    stage.clock.advance(HOUR_MS);
    expect([token, await rotatedToken(stage, token)]).toEqual(drawn.map((secret) => `${id}.${secret}`));
  });

  it('ACC-68 is drawn by itself: a hash from the store opens nothing', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    await stage.clock.advanceAsync(HOUR_MS);
    await rotatedToken(stage, token);
    const hashes = [...(await stored(stage)).matchAll(/"([A-Za-z0-9_-]{43})"/g)].map(([, hash]) => hash);
    expect(hashes).toHaveLength(2);
    expect(
      await openers(
        stage,
        hashes.map((hash) => `${id}.${hash}`),
      ),
    ).toEqual([false, false]);
  });

  it('ACC-63 is compared as often for a screen that is not known', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    const [, secret = ''] = token.split('.');
    const wrong = 'x'.repeat(43);
    for (const shown of [token, `${id}.${wrong}`, `nobody.${secret}`, `__proto__.${secret}`]) {
      expect(await comparisonsIn(() => stage.screens.find(shown)), shown).toBe(2);
    }
  });
});

describe('changing a token', () => {
  it('ACC-69 leaves the previous one good until the next change: a copy of it ends then', async () => {
    const stage = createScreenStage();
    const { token: first } = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS);
    const second = await rotatedToken(stage, first);
    expect(await openers(stage, [first, second])).toEqual([true, true]);
    stage.clock.advance(HOUR_MS);
    const third = await rotatedToken(stage, second);
    expect(await openers(stage, [first, second, third])).toEqual([false, true, true]);
    expect(await stage.screens.rotate(first)).toBeNull();
  });

  it('ACC-69 locks nobody out who never gets the answer, however often', async () => {
    const stage = createScreenStage();
    const { token } = await pairedScreen(stage);
    const lost: string[] = [];
    for (let day = 0; day < 5; day += 1) {
      stage.clock.advance(24 * HOUR_MS);
      lost.push(await rotatedToken(stage, token));
      expect(await openers(stage, [token])).toEqual([true]);
    }
    expect(await openers(stage, lost)).toEqual([false, false, false, false, true]);
  });

  it('ACC-69 changes nothing where it cannot be stored', async () => {
    const stage = createScreenStage();
    const { token } = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS);
    const before = await stored(stage);
    stage.store.isBroken = true;
    await expect(stage.screens.rotate(token)).rejects.toThrow('disk full');
    stage.store.isBroken = false;
    expect(await stored(stage)).toBe(before);
    expect(await openers(stage, [token, await rotatedToken(stage, token)])).toEqual([true, true]);
  });

  it('ACC-70 happens once an hour, and at once where the wall clock was set back', async () => {
    const stage = createScreenStage();
    const { token } = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS - 1);
    expect(await stage.screens.rotate(token)).toEqual({ kind: 'kept' });
    stage.clock.advance(1);
    const next = await rotatedToken(stage, token);
    expect(await stage.screens.rotate(token)).toEqual({ kind: 'kept' });
    expect(await stage.screens.rotate(next)).toEqual({ kind: 'kept' });
    expect(await openers(stage, [token, next])).toEqual([true, true]);
    stage.clock.jumpWallClock(-24 * HOUR_MS);
    await rotatedToken(stage, next);
  });

  it('ACC-70 happens once where two pages of one television ask at the same moment', async () => {
    const stage = createScreenStage();
    const { token } = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS);
    const answers: unknown[] = [];
    inTheMiddle(stage.store, async () => answers.push(await stage.screens.rotate(token)));
    answers.push(await stage.screens.rotate(token));
    expect(answers).toEqual([{ kind: 'rotated', token: expect.any(String) }, { kind: 'kept' }]);
    const { token: next } = answers[0] as { token: string }; // As was just expected.
    expect(await openers(stage, [token, next])).toEqual([true, true]);
  });

  it.each(['', 'x', `__proto__.${'x'.repeat(43)}`, `nobody.${'x'.repeat(43)}`, 'x'.repeat(10_000)])(
    'ACC-68 is nothing for who shows none: %j',
    async (shown) => {
      const stage = createScreenStage();
      await pairedScreen(stage);
      const before = await stored(stage);
      expect(await stage.screens.rotate(shown)).toBeNull();
      expect(await stored(stage)).toBe(before);
    },
  );
});

describe('revoking', () => {
  it('ACC-71 ends both tokens at once, is told, and ends no other screen', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    const other = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS);
    const next = await rotatedToken(stage, token);
    const principal = await stage.screens.find(next);
    const all = told(stage);
    expect(await stage.screens.revoke(id, BY)).toBe(true);
    expect(all).toEqual([{ kind: 'screen', screenId: id }]);
    expect(await openers(stage, [token, next, other.token])).toEqual([false, false, true]);
    expect(principal && (await stage.screens.standing(principal))).toBeNull();
    expect([await stage.screens.path(id), await stage.screens.rotate(next)]).toEqual([null, null]);
    expect(await stage.screens.change(id, { name: 'x' }, BY)).toBeNull();
    expect(await stage.screens.revoke(id, BY)).toBe(false);
    expect((await stage.screens.list()).map((screen) => screen.id)).toEqual([other.id]);
  });

  it.each([
    ['change of the token', (stage: ScreenStage, token: string) => stage.screens.rotate(token)],
    [
      'change of the place',
      ({ screens }: ScreenStage, token: string) => screens.change(idIn(token), { name: 'x' }, BY),
    ],
    ['note that it was seen', ({ screens }: ScreenStage, token: string) => screens.seen(idIn(token))],
  ])('ACC-71 is not undone by a %s that was under way', async (_, underWay) => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS);
    inTheMiddle(stage.store, () => stage.screens.revoke(id, BOB));
    expect((await underWay(stage, token)) ?? null).toBeNull();
    expect(await stage.store.list('screen')).toEqual([]);
  });

  it('ACC-71 comes through where the screen is changed at the same moment', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS);
    inTheMiddle(stage.store, () => stage.screens.rotate(token));
    expect(await stage.screens.revoke(id, BY)).toBe(true);
    expect(await stage.store.list('screen')).toEqual([]);
  });

  it('ACC-71 is told no more to who listens no more', async () => {
    const stage = createScreenStage();
    const { id } = await pairedScreen(stage);
    const all: Ended[] = [];
    stage.screens.onChanged((changed) => all.push(changed))();
    await stage.screens.revoke(id, BY);
    expect(all).toEqual([]);
  });
});

function idIn(token: string): string {
  return token.split('.')[0] ?? '';
}
