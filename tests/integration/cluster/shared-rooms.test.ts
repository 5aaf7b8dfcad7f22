/** Two nodes over a real Redis: they ask each other, and what one stores is soon the other's. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { ANNOUNCEMENT_KIND } from '../../../server/announcements/announcement-shelf';
import { openAnnouncements } from '../../../server/announcements/announcements';
import { BOARD_DESK_KINDS } from '../../../server/boards/open-board-desk';
import { watchChanges } from '../../../server/cluster/change-watch';
import { createNodeCalls } from '../../../server/cluster/node-calls';
import { tellWrites } from '../../../server/cluster/telling-store';
import { parseRedisAddress } from '../../../server/redis/redis-address';
import { openRedisBus } from '../../../server/redis/redis-bus';
import { openRedisLink } from '../../../server/redis/redis-link';
import { systemClock as clock } from '../../../server/runtime/clock';
import { silentLog as log } from '../../../server/runtime/log';
import { openRedisStore } from '../../../server/store/redis/redis-store';
import { openDesk, publishNew } from '../../support/desk-of-boards';
import { startRedis } from '../../support/redis';

const SOON = { timeout: 15_000, interval: 20 };
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function nodeAt(url: string) {
  const address = parseRedisAddress(url);
  if (!address.ok) throw new Error(address.error);
  const connection = { address: address.value, ca: null, clock, random: Math.random, log };
  const link = openRedisLink(connection);
  open.push(() => link.stop());
  const bus = openRedisBus({ ...connection, id: randomUUID() });
  open.push(() => bus.stop());
  const calls = createNodeCalls({ bus, nodeId: randomUUID(), clock, log, newId: randomUUID });
  open.push(() => calls.stop());
  await expect.poll(() => [link.status().state, bus.status().state], SOON).toEqual(['live', 'live']);
  let wrote = () => {};
  const store = tellWrites(openRedisStore(link), () => wrote());
  const boards = await openDesk({ store });
  const announcements = await openAnnouncements({ store, clock, log, newId: randomUUID });
  open.push(() => announcements.stop());
  const watch = watchChanges({
    ...{ store, bus, clock, log },
    followers: [
      { kinds: BOARD_DESK_KINDS, reload: () => boards.reload(log) },
      { kinds: [ANNOUNCEMENT_KIND], reload: () => announcements.reload() },
    ],
  });
  wrote = watch.wrote;
  open.push(() => watch.stop());
  return { calls, boards, announcements };
}

it('CLUSTER-111 CLUSTER-113 what one node publishes and announces the other has soon, also after Redis was away', async () => {
  const redis = await startRedis({ isKept: true });
  open.push(() => redis.stop());
  const [a, b] = [await nodeAt(redis.url), await nodeAt(redis.url)];
  const board = await publishNew(a.boards, 'Sales');
  await expect.poll(() => b.boards.provider.board(board.id), SOON).toEqual(board);
  await redis.kill();
  await redis.restart();
  const wish = { text: 'Drill', priority: 'normal' as const, until: Date.now() + 60_000, boardIds: null };
  let isWritten = false;
  await expect
    .poll(async () => {
      // While Redis is away a write rejects.
      isWritten ||= await b.announcements
        .write(wish, 'Sam', async () => {})
        .then(
          ({ ok }) => ok,
          () => false,
        );
      return isWritten;
    }, SOON)
    .toBe(true);
  await expect.poll(() => a.announcements.shown('main').map(({ text }) => text), SOON).toContain('Drill');
  await expect.poll(() => a.announcements.list().length === b.announcements.list().length, SOON).toBe(true);
});

it('CLUSTER-102 CLUSTER-106 nodes ask each other and watch, also with 7 million characters, and after a loss', async () => {
  const redis = await startRedis();
  open.push(() => redis.stop());
  const [a, b] = [await nodeAt(redis.url), await nodeAt(redis.url)];
  let value = 1;
  let told = (_: unknown) => {};
  const stream = (_: unknown, tell: (value: unknown) => void) => {
    told = tell;
    tell(value);
    return () => {};
  };
  const large = async (args: unknown) => 'x'.repeat(Number(args));
  a.calls.serve('alerts', { large }, { streams: { numbers: stream } });
  const heard: unknown[] = [];
  b.calls.watch('alerts', 'numbers', null, (one) => void heard.push(one));
  await expect.poll(() => heard.at(-1), SOON).toBe(1);
  const answer = await b.calls.call('alerts', 'large', 7_000_000, { timeoutMs: 10_000 });
  expect(answer.ok && (answer.value as string).length).toBe(7_000_000);
  await redis.kill();
  value = 2;
  told(2);
  expect(await b.calls.call('alerts', 'large', 1, { timeoutMs: 500 })).toMatchObject({ ok: false });
  await redis.restart();
  await expect.poll(() => heard.at(-1), SOON).toBe(2);
});
