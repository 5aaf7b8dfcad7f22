import { describe, expect, it } from 'vitest';
import { createOneTimeLinks, oneTimeLink } from '../../../server/access/sign-in/one-time-links';
import { BASE_URL, createStage, HOUR_MS, MINUTE_MS } from './sessions-stage';

describe('a one-time link', () => {
  it('ACC-11 lets its bearer in once', async () => {
    const { links, store } = createStage();
    const token = await links.issue();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(await store.list('one-time-links'))).not.toContain(token);
    expect(await links.redeem(token)).toBe(true);
    expect(await links.redeem(token)).toBe(false);
  });

  it('ACC-19 is recorded before it is made, and not made where it cannot be', async () => {
    const { links, audit, store } = createStage();
    await links.issue();
    expect(audit.last('one-time-link.made')).toMatchObject({ actor: 'server', address: null });
    const before = await store.list('one-time-links');
    audit.isBroken = true;
    await expect(links.issue()).rejects.toThrow('cannot be written');
    expect(await store.list('one-time-links')).toEqual(before);
  });

  it('ACC-11 lets one in where many come at the same moment, to two processes', async () => {
    const stage = createStage();
    const processes = [stage.links, createOneTimeLinks(stage)];
    const token = await stage.links.issue();
    const bystander = await stage.links.issue();
    const tries = Array.from({ length: 8 }, (_, i) => processes[i % 2]?.redeem(token));
    expect((await Promise.all(tries)).filter((let_in) => let_in)).toHaveLength(1);
    expect(await stage.links.redeem(bystander)).toBe(true);
  });

  it('ACC-11 is good for 15 minutes', async () => {
    const { links, clock } = createStage();
    const [early, late] = [await links.issue(), await links.issue()];
    clock.advance(15 * MINUTE_MS - 1);
    expect(await links.redeem(early)).toBe(true);
    clock.advance(1);
    expect(await links.redeem(late)).toBe(false);
  });

  it('ACC-11 is not good for longer when the wall clock is set back', async () => {
    const { links, clock } = createStage();
    const token = await links.issue();
    clock.jumpWallClock(-HOUR_MS);
    expect(await links.redeem(token)).toBe(false);
  });

  it('ACC-11 is one of five at most: the oldest goes', async () => {
    const { links } = createStage();
    const tokens: string[] = [];
    for (let count = 0; count < 6; count += 1) tokens.push(await links.issue());
    const redeemed: boolean[] = [];
    for (const token of tokens) redeemed.push(await links.redeem(token));
    expect(redeemed).toEqual([false, true, true, true, true, true]);
  });

  it.each(['', 'x', '__proto__', 'A'.repeat(43), 'x'.repeat(200), '\u0000'])(
    'ACC-11 lets nobody in by %j, and stays good for its bearer',
    async (guess) => {
      const { links } = createStage();
      expect(await links.redeem(guess)).toBe(false);
      const token = await links.issue();
      expect(await links.redeem(guess)).toBe(false);
      expect(await links.redeem(`${token} `)).toBe(false);
      expect(await links.redeem(token.slice(0, -1))).toBe(false);
      expect(await links.redeem(token)).toBe(true);
    },
  );

  it('ACC-11 has its token where no server sees it', () => {
    const link = new URL(oneTimeLink(BASE_URL, 'the-token'));
    expect(link.href).toBe('https://wall.test/sign-in#once=the-token');
    expect(link.pathname + link.search).toBe('/sign-in');
  });
});
