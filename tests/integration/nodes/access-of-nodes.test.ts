/** Who may what at several nodes: signed in at one, paired across two, gone at all; and while Redis is away. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  meSchema,
  pairingStateSchema,
  peopleResponseSchema,
  screenSchema,
} from '../../../lib/contracts/access';
import { systemClock } from '../../../server/runtime/clock';
import type { Floorcast } from '../../../server/wire';
import { CookieBrowser } from '../../support/cookie-browser';
import { FakeClock } from '../../support/fake-clock';
import type { TestScreen } from '../push/push-stand';
import { type AccessStage, openAccessStage, PLACE } from './access-stage';

const SOON = { timeout: 20_000, interval: 20 };
const WITHIN_MS = 5_000;

let stage: AccessStage;
beforeEach(async () => {
  stage = await openAccessStage();
});
afterEach(() => stage.stop());

async function pairing(at: Floorcast, television: CookieBrowser, method: 'GET' | 'POST') {
  return pairingStateSchema.parse(await (await television.call(`${at.url}/api/v1/pairing`, method)).json());
}
async function paired(a: Floorcast, b: Floorcast, keeper: CookieBrowser) {
  const television = new CookieBrowser();
  const state = await pairing(a, television, 'POST');
  if (state.state !== 'waiting') throw new Error(state.state);
  const body = { ...PLACE, code: state.code };
  const made = await keeper.call(`${b.url}/api/v1/screens`, 'POST', body);
  return { television, code: state.code, screen: screenSchema.parse(await made.json()) };
}
async function me(at: Floorcast, browser: CookieBrowser) {
  return meSchema.parse(await (await browser.ask(`${at.url}/api/v1/me`)).json());
}
/** The last two things that it hears. */
async function end(of: TestScreen) {
  while ((await of.next()).kind !== 'disconnect');
  return of.frames.slice(-2);
}
const refusedAs = (code: string) => [{ kind: 'refusal', refusal: { code } }, { kind: 'disconnect' }];

it('ACC-101 ACC-105 a television at one node and a supervisor at the other, who signed in at the first, are paired', async () => {
  const [a, b] = [await stage.node(), await stage.node()];
  const keeper = await stage.admin(a);
  expect(await me(b, keeper)).toMatchObject({ kind: 'person' });
  const { television, code, screen } = await paired(a, b, keeper);
  expect((await pairing(b, television, 'GET')).state).toBe('paired');
  expect(await me(a, television)).toMatchObject({ kind: 'screen' });
  const again = await keeper.call(`${a.url}/api/v1/screens`, 'POST', { ...PLACE, code });
  expect(again.status).toBe(404);
  // What is shared of it is of the moment, and cannot be read.
  const kept = await stage.redis.ask('HGET {floorcast}:passing:pairing text');
  expect(kept.length).toBeGreaterThan(20);
  expect(kept).not.toContain(code);
  expect(Number((await stage.redis.ask('PTTL {floorcast}:passing:pairing')).slice(1))).toBeGreaterThan(0);
  // Tries are counted at both: two are made.
  const enter = (at: Floorcast) => keeper.call(`${at.url}/api/v1/screens`, 'POST', { ...PLACE, code });
  const answers: number[] = [];
  for (const at of [b, a, b, a]) answers.push((await enter(at)).status);
  expect(answers).toEqual([404, 404, 404, 429]);
  expect((await keeper.call(`${b.url}/api/v1/screens/${screen.id}`, 'DELETE')).status).toBe(204);
  expect(await me(a, television)).toMatchObject({ kind: 'anonymous' });
});

it('ACC-106 who loses a right at one node loses his socket at the other within 5 s', async () => {
  const clock = new FakeClock(systemClock.now());
  const a = await stage.node();
  const b = await stage.node({ clock });
  const [keeper, other] = [await stage.admin(a), await stage.admin(b)];
  const { television, screen } = await paired(b, a, keeper);
  await pairing(b, television, 'GET');
  const open = { television: stage.screen(b, television), keeper: stage.screen(b, other) };
  for (const one of Object.values(open)) await one.nextSnapshot();

  async function endsWithin(of: TestScreen) {
    let passedMs = 0;
    await expect
      .poll(() => {
        // By the clock of that node; Redis answers in its own time.
        if (passedMs < WITHIN_MS) clock.advance(100);
        passedMs += 100;
        return of.frames.at(-1)?.kind;
      }, SOON)
      .toBe('disconnect');
    return end(of);
  }
  expect((await keeper.call(`${a.url}/api/v1/screens/${screen.id}`, 'DELETE')).status).toBe(204);
  expect(await endsWithin(open.television)).toMatchObject(refusedAs('revoked'));
  expect((await other.call(`${a.url}/auth/sign-out`, 'POST')).status).toBe(200);
  expect(await endsWithin(open.keeper)).toMatchObject(refusedAs('unauthenticated'));
  const { people } = peopleResponseSchema.parse(await (await keeper.ask(`${a.url}/api/v1/people`)).json());
  const third = await stage.admin(b);
  const seat = stage.screen(b, third);
  await seat.nextSnapshot();
  const ended = await keeper.call(`${a.url}/api/v1/people/${people[0]?.id}/sessions`, 'DELETE');
  expect(ended.ok).toBe(true);
  expect(await endsWithin(seat)).toMatchObject(refusedAs('unauthenticated'));
});

it('ACC-107 while Redis is away who is connected stays, nobody new gets in, and all is told with 503', async () => {
  const a = await stage.node();
  const keeper = await stage.admin(a);
  const link = await a.oneTimeLink();
  const seat = stage.screen(a, keeper);
  await seat.nextSnapshot();
  await stage.redis.kill();
  const stranger = new CookieBrowser();
  const television = new CookieBrowser();
  const asked = [
    await keeper.ask(`${a.url}/api/v1/me`),
    await keeper.ask(`${a.url}/api/v1/kpis`),
    await stranger.call(`${a.url}/auth/once`, 'POST', { token: link.split('#once=')[1] }),
    await television.call(`${a.url}/api/v1/pairing`, 'POST'),
  ];
  for (const answer of asked) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(await answer.json()).toMatchObject({ code: 'store.unavailable' });
  }
  expect((await fetch(`${a.url}/healthz`)).status).toBe(200);
  // It is served as it was, also when it asks for all of it anew.
  const before = seat.frames.length;
  seat.socket.emit('resync');
  await expect.poll(() => seat.frames.slice(before).map(({ kind }) => kind), SOON).toContain('snapshot');
  expect(seat.socket.connected).toBe(true);
  await stage.redis.restart();
  await expect.poll(async () => (await keeper.ask(`${a.url}/api/v1/me`)).status, SOON).toBe(200);
  await expect
    .poll(async () => {
      const token = link.split('#once=')[1];
      return (await stranger.call(`${a.url}/auth/once`, 'POST', { token })).status;
    }, SOON)
    .toBe(200);
  expect(seat.socket.connected).toBe(true);
});

it('ACC-107 a Redis that does not answer either holds nobody up for more than some seconds', async () => {
  const a = await stage.node();
  const keeper = await stage.admin(a);
  stage.redis.freeze();
  const answer = await keeper.ask(`${a.url}/api/v1/kpis`, { signal: AbortSignal.timeout(15_000) });
  expect(answer.status).toBe(503);
  stage.redis.thaw();
  await expect.poll(async () => (await keeper.ask(`${a.url}/api/v1/kpis`)).status, SOON).toBe(200);
});

it('CLUSTER-60 a node refuses to begin on stores that are being restored, or that a newer Floorcast wrote', async () => {
  await stage.redis.ask('SET {floorcast}:schema restoring');
  await expect(stage.node()).rejects.toThrow('run npm run restore again');
  await stage.redis.ask('SET {floorcast}:schema 999');
  await expect(stage.node()).rejects.toThrow('were written by a newer Floorcast (format 999');
  expect(await stage.redis.ask('EXISTS {floorcast}:nodes')).toBe(':0');
});
