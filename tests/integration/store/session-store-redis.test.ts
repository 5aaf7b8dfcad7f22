import { describe, expect, it } from 'vitest';
import { leaseKey } from '../../../server/redis/keys';
import type { RedisLink } from '../../../server/redis/redis-link';
import { openRedisSessionStore } from '../../../server/store/redis/session-store-redis';
import type { SessionStore } from '../../../server/store/session-ports';
import { lossyLink } from '../../support/lost-answers';
import { redisDoors } from '../../support/redis-doors';
import { sessionStoreSuite } from '../../support/session-store-suite';
import { commandRow, sessionRow, T0, unitOf, windowRow } from '../../unit/devices/sessions/session-rows';

const doors = redisDoors();

function openedOn(link: RedisLink, number = 7, leftOut: string[] = []): SessionStore {
  return openRedisSessionStore(link, {
    fence: () => ({ duty: 'sessions', number }),
    leftOut: (table, count) => leftOut.push(`${table} ${count}`),
  });
}

async function opened(number = 7, leftOut: string[] = []): Promise<SessionStore> {
  return openedOn(await doors.link(), number, leftOut);
}

/** Whose turn it is. */
const lease = (number: number) => doors.redis.ask(`HSET ${leaseKey('sessions')} fence ${number}`);

sessionStoreSuite('Redis', async () => {
  await lease(7);
  return { store: await opened(), reopen: () => opened(), cleanUp: async () => {} };
});

const idsOf = (found: readonly { readonly session: { readonly id: string } }[]) =>
  found.map(({ session }) => session.id);

describe('diagnostic sessions that several nodes share', () => {
  it('STORE-109 one writes, all see it; an older fence writes and forgets nothing', async () => {
    await lease(7);
    const [old, reader] = [await opened(7), await opened(6)];
    const session = sessionRow('one', { endedAt: T0 + 1 });
    await old.write(unitOf({ sessions: [session], windows: [windowRow('one', T0)] }));
    expect((await reader.find(session.interactionId))?.session).toEqual(session);
    await lease(8);
    const later = unitOf({ sessions: [sessionRow('two')], windows: [windowRow('one', T0 + 5)] });
    await expect(old.write(later)).rejects.toThrow('another node has this duty now');
    await expect(old.forget(T0 + 99)).rejects.toThrow('another node has this duty now');
    expect(idsOf(await old.since(0, 9))).toEqual(['one']);
    expect(await old.windows('one', 9)).toHaveLength(1);
    await (await opened(8)).write(later);
    expect(idsOf(await old.open())).toEqual(['two']);
    expect(await old.windows('one', 9)).toHaveLength(2);
  });

  it('STORE-104 a unit whose answer was lost is written once; where all are lost it rejects', async () => {
    await lease(7);
    const link = lossyLink(await doors.link());
    const store = openedOn(link);
    link.lose(2);
    await store.write(unitOf({ windows: [windowRow('one', T0), windowRow('one', T0 + 5_000)] }));
    expect(await store.windows('one', 9)).toHaveLength(2);
    link.lose(3);
    await expect(store.write(unitOf({ sessions: [sessionRow('one')] }))).rejects.toThrow('nobody knows');
    await store.write(unitOf({ sessions: [sessionRow('one', { endedAt: T0 })] }));
    expect(idsOf(await store.since(0, 9))).toEqual(['one']);
    link.lose(2);
    expect(await store.forget(T0 + 1)).toBe(1);
  });

  it('STORE-103 where something else stands in the place of a table nothing of a unit is written', async () => {
    await lease(7);
    const store = await opened();
    await doors.redis.ask('SET {floorcast}:sessions:windows:one text');
    const unit = unitOf({
      sessions: [sessionRow('one')],
      commands: [commandRow(1)],
      windows: [windowRow('one', T0)],
    });
    await expect(store.write(unit)).rejects.toThrow('WRONGTYPE');
    expect([await store.open(), await store.since(0, 9)]).toEqual([[], []]);
  });

  it('DEV-50 what is open is so by its end and by the ends of its commands, in whatever order they come', async () => {
    await lease(7);
    const store = await opened();
    const recorded = (isEndRecorded: boolean) => commandRow(1, { sessionId: 'one', isEndRecorded });
    const [running, ended] = [sessionRow('one'), sessionRow('one', { endedAt: T0 + 5 })];
    const isOpen = async () => idsOf(await store.open()).length === 1;
    await store.write(unitOf({ commands: [recorded(false)] }));
    expect(await isOpen()).toBe(false);
    await store.write(unitOf({ sessions: [ended] }));
    expect([await isOpen(), await store.forget(T0 + 99)]).toEqual([true, 0]);
    await store.write(unitOf({ sessions: [running], commands: [recorded(true)] }));
    expect([await isOpen(), await store.forget(T0 + 99)]).toEqual([true, 0]);
    await store.write(unitOf({ sessions: [ended] }));
    expect([await isOpen(), await store.forget(T0 + 5)]).toEqual([false, 0]);
    expect([await store.forget(T0 + 6), await store.since(0, 9)]).toEqual([1, []]);
    expect(await doors.redis.ask('KEYS {floorcast}:sessions:*')).not.toContain('one');
  });

  it('DEV-50 gives far more windows than a page, in their order', async () => {
    await lease(7);
    const store = await opened();
    const rows = Array.from({ length: 1_200 }, (_, n) => windowRow('one', T0 + n));
    for (let from = 0; from < 1_200; from += 400)
      await store.write(unitOf({ windows: rows.slice(from, from + 400) }));
    const times = (await store.windows('one', 1_100)).map(({ from }) => from - T0);
    expect(times).toEqual(Array.from({ length: 1_100 }, (_, n) => n + 100));
  });
});

describe('rows of sessions in Redis that cannot be read', () => {
  it.each([
    ['no head', 'text'],
    ['no JSON', 'HEAD nothing'],
    ['a part of it', 'HEAD {"id":"two"}'],
  ])('STORE-29 a session: %s', async (_, harm) => {
    await lease(7);
    const leftOut: string[] = [];
    const store = await opened(7, leftOut);
    const rows = ['one', 'two', 'three'].map((id, n) =>
      sessionRow(id, { startedAt: T0 + n, endedAt: T0 + 9 }),
    );
    const commands = rows.map(({ id }, n) => commandRow(n, { id, sessionId: id }));
    await store.write(unitOf({ sessions: rows, commands }));
    const link = await doors.link();
    const written = await link.call('HGET', '{floorcast}:sessions:rows', 'two');
    const head = /^(\S* ){4}/.exec(String(written.ok && written.value))?.[0] ?? '';
    await link.call('HSET', '{floorcast}:sessions:rows', 'two', harm.replace('HEAD ', head));
    expect(idsOf(await store.open())).toEqual(['one', 'three']);
    expect(idsOf(await store.since(0, 9))).toEqual(['three', 'one']);
    expect(await store.find('interaction-two')).toBeNull();
    expect(leftOut).toEqual(['sessions 1', 'sessions 1', 'sessions 1']);
    // A whole row takes its place, and is found once.
    const again = sessionRow('two', { startedAt: T0 + 50 });
    await store.write(unitOf({ sessions: [again] }));
    expect(idsOf(await store.open())).toEqual(['one', 'three', 'two']);
    expect(idsOf(await store.since(0, 9))).toEqual(['two', 'three', 'one']);
    expect((await store.find('interaction-two'))?.session).toEqual(again);
  });

  it('STORE-29 STORE-108 what is done with is forgotten all the same, and stops nothing', async () => {
    await lease(7);
    const store = await opened();
    const rows = Array.from({ length: 50 }, (_, n) => sessionRow(`s${n}`, { endedAt: T0 + n }));
    await store.write(unitOf({ sessions: rows }));
    const harm = rows.slice(0, 30).map(({ id }) => `${id} text`);
    await doors.redis.ask(`HSET {floorcast}:sessions:rows ${harm.join(' ')}`);
    expect(await store.forget(T0 + 100)).toBe(50);
    expect(await store.forget(T0 + 100)).toBe(0);
  });

  it('STORE-29 commands and windows', async () => {
    await lease(7);
    const leftOut: string[] = [];
    const store = await opened(7, leftOut);
    const commands = [1, 2].map((seq) => commandRow(seq, { sessionId: 'one' }));
    await store.write(unitOf({ sessions: [sessionRow('one')], commands, windows: [windowRow('one', T0)] }));
    await doors.redis.ask('HSET {floorcast}:sessions:commands:one command-1 text');
    await doors.redis.ask('XADD {floorcast}:sessions:windows:one * window text');
    expect((await store.find('interaction-one'))?.commands).toEqual([commands[1]]);
    expect(await store.windows('one', 9)).toHaveLength(1);
    expect(leftOut).toEqual(['commands 1', 'windows 1']);
  });
});
