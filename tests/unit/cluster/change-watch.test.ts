/** What one node writes to the store that all share, and the others take up. */
import { describe, expect, it } from 'vitest';
import { ANNOUNCEMENT_KIND } from '../../../server/announcements/announcement-shelf';
import { openAnnouncements } from '../../../server/announcements/announcements';
import { BOARD_DESK_KINDS } from '../../../server/boards/open-board-desk';
import { watchChanges } from '../../../server/cluster/change-watch';
import { tellWrites } from '../../../server/cluster/telling-store';
import { silentLog } from '../../../server/runtime/log';
import { done, openDesk, publishNew } from '../../support/desk-of-boards';
import { FakeClock } from '../../support/fake-clock';
import { MemoryBus } from '../../support/memory-bus';
import { SharedMemoryStore } from '../../support/shared-memory-store';

const recorded = async () => {};
const settle = async () => {
  for (let time = 0; time < 30; time += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

/** Reads and writes wait until they are let through. */
function gateOf(store: SharedMemoryStore, closed: 'read' | 'write') {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  store.gate = (what) => (what === closed ? opened : Promise.resolve());
  return () => {
    store.gate = async () => {};
    open();
  };
}

function watching(kinds: readonly string[]) {
  const [store, bus, clock] = [new SharedMemoryStore(), new MemoryBus(), new FakeClock()];
  let reloads = 0;
  let fails = false;
  const reload = async () => {
    if (fails) throw new Error('away');
    reloads += 1;
  };
  const watch = watchChanges({
    ...{ store, bus: bus.seat(), clock, log: silentLog, followers: [{ kinds, reload }] },
  });
  const fail = (now: boolean) => {
    fails = now;
  };
  const put = (kind: string) => store.write([{ write: 'put', kind, id: 'x', content: {} }]);
  return {
    ...{ store, bus, clock, watch, put, reloads: () => reloads, fail },
  };
}

describe('what other nodes stored', () => {
  it('CLUSTER-110 is looked for every second, and read where its kind is kept', async () => {
    const { clock, put, reloads, watch } = watching(['board']);
    await settle();
    expect(reloads()).toBe(1);
    await put('draft');
    await clock.advanceAsync(3_000, 1_000);
    expect(reloads()).toBe(1);
    await put('board');
    await clock.advanceAsync(1_000);
    await settle();
    expect(reloads()).toBe(2);
    watch.stop();
    await put('board');
    await clock.advanceAsync(3_000, 1_000);
    expect([reloads(), clock.pendingCount]).toEqual([2, 0]);
  });

  it('CLUSTER-110 is looked for at once where a node says that it wrote', async () => {
    const { store, bus, clock, reloads, watch } = watching(['board']);
    await settle();
    const other = watchChanges({ store, bus: bus.seat(), clock, log: silentLog, followers: [] });
    const telling = tellWrites(store, () => other.wrote());
    await telling.write([{ write: 'put', kind: 'board', id: 'x', content: {} }]);
    expect(await telling.changes()).toBe(1);
    clock.advance(50);
    bus.deliver();
    await settle();
    expect(reloads()).toBe(2);
    other.stop();
    watch.stop();
  });

  it('CLUSTER-110 that cannot be read is read at the next look, whatever failed', async () => {
    const { store, clock, put, reloads, fail, watch } = watching(['board']);
    await settle();
    await put('board');
    fail(true);
    await clock.advanceAsync(2_000, 1_000);
    fail(false);
    store.isAway = true;
    await clock.advanceAsync(2_000, 1_000);
    expect(reloads()).toBe(1);
    store.isAway = false;
    await clock.advanceAsync(1_000);
    await settle();
    expect(reloads()).toBe(2);
    watch.stop();
  });
});

describe('boards and settings of several nodes', () => {
  it('CLUSTER-111 what one publishes, deletes and sets is shown by the other', async () => {
    const store = new SharedMemoryStore();
    const [a, b] = [await openDesk({ store }), await openDesk({ store })];
    const board = await publishNew(a, 'Sales');
    expect(BOARD_DESK_KINDS).toEqual(expect.arrayContaining(await store.changedKinds(0).then(keptKinds)));
    await b.reload(silentLog);
    expect(b.provider.board(board.id)).toEqual(board);
    const shown = b.provider.board(board.id);
    const rules = [
      {
        ...{ kpi: 'waiting' as const, warning: 1, critical: 2, deadBand: 0 },
        ...{ onDelayMs: 0, offDelayMs: 0, minimumCount: 0 },
      },
    ];
    done(await a.settings.setThresholds({ revision: 0, rules }, a.ada));
    await b.reload(silentLog);
    expect(b.provider.board(board.id)).toBe(shown);
    expect(b.told.at(-1)).toEqual({ thresholds: rules });
    const told = b.told.length;
    await b.reload(silentLog);
    expect(b.told.length).toBe(told);
    const edit = await a.boards.find(board.id);
    done(await a.boards.remove(board.id, { version: edit?.version ?? 0, revision: 0 }, a.ada));
    await b.reload(silentLog);
    expect(b.provider.board(board.id)).toBeNull();
  });

  it('CLUSTER-112 a reload on its way neither undoes a publish nor is overtaken by it', async () => {
    const store = new SharedMemoryStore();
    const [a, b] = [await openDesk({ store }), await openDesk({ store })];
    await publishNew(b, 'Of b');
    const shown: boolean[] = [];
    let isPublished = false;
    a.provider.subscribe(() => {
      if (isPublished) shown.push(a.provider.board('of-a') !== null);
    });
    const open = gateOf(store, 'read');
    // It has read the list of before, and hears of it late.
    const reloaded = a.reload(silentLog);
    const published = publishNew(a, 'Of a').then(() => {
      isPublished = true;
    });
    await settle();
    open();
    await Promise.all([reloaded, published]);
    await a.reload(silentLog);
    expect(a.provider.list().map(({ name }) => name)).toEqual(['All queues', 'Of b', 'Of a']);
    expect(shown.every((isThere) => isThere)).toBe(true);
  });
});

const keptKinds = (kinds: readonly string[]) =>
  kinds.filter((kind) => kind === 'board' || kind === 'settings');

describe('announcements of several nodes', () => {
  async function two() {
    const [store, clock] = [new SharedMemoryStore(), new FakeClock()];
    let ids = 0;
    const open = () => openAnnouncements({ store, clock, log: silentLog, newId: () => `n${++ids}` });
    const [a, b] = [await open(), await open()];
    const wish = (text: string) => ({
      ...{ text, priority: 'normal' as const, until: clock.now() + 60_000, boardIds: null },
    });
    const texts = (desk: typeof a) => desk.shown('main').map(({ text }) => text);
    return { store, clock, a, b, wish, texts };
  }

  it('CLUSTER-113 what one writes or takes back is shown or gone at the other', async () => {
    const { a, b, wish, texts, clock, store } = await two();
    const written = await a.write(wish('Drill'), 'Sam', recorded);
    let told = 0;
    b.subscribe(() => {
      told += 1;
    });
    await b.reload();
    expect([texts(b), told]).toEqual([['Drill'], 1]);
    const before = b.shown('main');
    await b.reload();
    expect([b.shown('main') === before, told]).toEqual([true, 1]);
    expect(written.ok && (await b.takeBack(written.value.id, recorded))).toBe(true);
    await a.reload();
    expect(texts(a)).toEqual([]);
    await a.write(wish('Short'), 'Sam', recorded);
    await b.reload();
    clock.advance(60_000);
    await settle();
    expect([texts(a), texts(b), await store.list(ANNOUNCEMENT_KIND)]).toEqual([[], [], []]);
    for (const desk of [a, b]) desk.stop();
  });

  it('CLUSTER-112 a reload on its way undoes neither what is written nor what is taken back', async () => {
    const { a, b, store, wish, texts } = await two();
    const old = await b.write(wish('Old'), 'Sam', recorded);
    await a.reload();
    const open = gateOf(store, 'read');
    const reloaded = a.reload();
    const written = a.write(wish('New'), 'Sam', recorded);
    const back = a.takeBack(old.ok ? old.value.id : '', recorded);
    await settle();
    open();
    await Promise.all([reloaded, written, back]);
    expect(texts(a)).toEqual(['New']);
    await a.reload();
    expect(texts(a)).toEqual(['New']);
    for (const desk of [a, b]) desk.stop();
  });
});
