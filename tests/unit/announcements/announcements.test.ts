import { describe, expect, it } from 'vitest';
import { announcementsFrameSchema, type NewAnnouncement } from '../../../lib/contracts/announcement';
import { DEFAULT_AUDIENCE } from '../../../lib/contracts/board';
import { MOST_STORED, openAnnouncements } from '../../../server/announcements/announcements';
import { tellingOfAnnouncements } from '../../../server/push/announcement-teller';
import { DESK_AUDIENCE } from '../../../server/push/audience/audience-of';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { MemoryStore } from '../../support/memory-store';

const MINUTE = 60_000;
const recorded = async () => {};

async function stage(store = new MemoryStore(), clock = new FakeClock()) {
  let id = 0;
  const desk = await openAnnouncements({ store, clock, log: silentLog, newId: () => `n${id++}` });
  let told = 0;
  desk.subscribe(() => {
    told += 1;
  });
  const wish = (more: Partial<NewAnnouncement> = {}): NewAnnouncement => ({
    ...{ text: 'Fire drill', priority: 'normal', until: clock.now() + 10 * MINUTE, boardIds: null, ...more },
  });
  const write = (more: Partial<NewAnnouncement> = {}) => desk.write(wish(more), 'Sam Ortiz', recorded);
  const texts = (boardId = 'main') => desk.shown(boardId).map(({ text }) => text);
  return { store, clock, desk, wish, write, texts, told: () => told };
}

describe('announcements', () => {
  it('ANN-1 begin and end by themselves, and whoever listens hears of it', async () => {
    const { clock, desk, write, texts, told } = await stage();
    await write({ text: 'Later', from: clock.now() + MINUTE, until: clock.now() + 2 * MINUTE });
    await write({ text: 'Now', until: clock.now() + 3 * MINUTE });
    expect([texts(), told()]).toEqual([['Now'], 2]);
    clock.advance(MINUTE);
    expect([texts(), told()]).toEqual([['Later', 'Now'], 3]);
    clock.advance(MINUTE);
    expect([texts(), told()]).toEqual([['Now'], 4]);
    clock.advance(MINUTE);
    expect([texts(), told(), desk.list()]).toEqual([[], 5, []]);
    expect(clock.pendingCount).toBe(0);
  });

  it('ANN-1 follow a clock that is set, within a minute', async () => {
    const { clock, desk, write, texts } = await stage();
    await write({ from: clock.now() + 600 * MINUTE, until: clock.now() + 700 * MINUTE });
    clock.jumpWallClock(601 * MINUTE);
    const heard: (readonly string[])[] = [];
    desk.subscribe(() => heard.push(texts()));
    clock.advance(MINUTE);
    expect(heard).toEqual([['Fire drill']]);
    await write({ text: 'In a hundred years', from: clock.now() + 1e12, until: clock.now() + 2e12 });
    clock.advance(200 * MINUTE);
    expect(texts()).toEqual([]);
  });

  it('ANN-4 are the same after a restart; those that are over are gone from the store too', async () => {
    const { store, clock, desk, write } = await stage();
    await write({ text: 'Long', until: clock.now() + 60 * MINUTE });
    await write({ text: 'Short', until: clock.now() + MINUTE });
    await write({ text: 'Later', from: clock.now() + 30 * MINUTE, until: clock.now() + 40 * MINUTE });
    desk.stop();
    clock.advance(5 * MINUTE);
    const again = await stage(store, clock);
    expect(again.desk.list().map(({ text, by }) => [text, by])).toEqual([
      ['Long', 'Sam Ortiz'],
      ['Later', 'Sam Ortiz'],
    ]);
    await Promise.resolve();
    expect((await store.list('announcement')).length).toBe(2);
    again.desk.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('ANN-4 are in the store before anybody sees them, and recorded before that', async () => {
    const { store, desk, wish, texts } = await stage();
    const seen: unknown[] = [];
    const look = async (action: string) =>
      seen.push([action, (await store.list('announcement')).length, texts().length]);
    desk.subscribe(() => void look('told'));
    const written = await desk.write(wish(), 'Sam', async () => void (await look('recorded')));
    await look('done');
    if (!written.ok) throw new Error('it was not written');
    await desk.takeBack(written.value.id, async () => void (await look('recorded')));
    expect(seen).toContainEqual(['recorded', 0, 0]);
    expect(seen.at(0)).toEqual(['recorded', 0, 0]);
    expect(seen).toContainEqual(['told', 1, 1]);
    expect(seen).toContainEqual(['recorded', 1, 1]);
    expect(texts()).toEqual([]);
    desk.stop();
  });

  it('ANN-5 that cannot be recorded or stored are not there, and the next one is not harmed', async () => {
    const { store, desk, wish, write, texts } = await stage();
    const fails = () => Promise.reject(new Error('disk full'));
    await expect(desk.write(wish(), 'Sam', fails)).rejects.toThrow('disk full');
    const storeWrite = store.write.bind(store);
    store.write = fails;
    await expect(write()).rejects.toThrow('disk full');
    store.write = storeWrite;
    expect([texts(), (await store.list('announcement')).length]).toEqual([[], 0]);
    const written = await write({ text: 'Kept' });
    if (!written.ok) throw new Error('it was not written');
    await expect(desk.takeBack(written.value.id, fails)).rejects.toThrow('disk full');
    expect(texts()).toEqual(['Kept']);
    desk.stop();
  });

  it('ANN-6 are at most a hundred, those that are over not counted', async () => {
    const { clock, desk, write } = await stage();
    const until = clock.now() + MINUTE;
    const written = await Promise.all(Array.from({ length: MOST_STORED + 3 }, () => write({ until })));
    expect(written.filter(({ ok }) => ok).length).toBe(MOST_STORED);
    expect(written.filter(({ ok }) => !ok)).toEqual(Array(3).fill({ ok: false, error: 'full' }));
    clock.advance(MINUTE);
    expect((await write()).ok).toBe(true);
    desk.stop();
  });

  it('ANN-7 that would be over already are refused; a beginning in the past is one that has been', async () => {
    const { clock, desk, write, texts } = await stage();
    expect(await write({ until: clock.now() })).toEqual({ ok: false, error: 'over' });
    expect(await write({ from: clock.now() - 2 * MINUTE, until: clock.now() - MINUTE })).toEqual({
      ok: false,
      error: 'over',
    });
    expect((await write({ from: clock.now() - MINUTE })).ok).toBe(true);
    expect(texts()).toEqual(['Fire drill']);
    desk.stop();
  });

  it('ANN-8 are taken back once, before their time and in it', async () => {
    const { clock, desk, write, texts } = await stage();
    await write({ text: 'Now' });
    await write({ text: 'Later', from: clock.now() + MINUTE, until: clock.now() + 2 * MINUTE });
    expect(await Promise.all(['n0', 'n0', 'n1', 'none'].map((id) => desk.takeBack(id, recorded)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    clock.advance(MINUTE);
    expect(texts()).toEqual([]);
    expect(clock.pendingCount).toBe(0);
  });

  it('ANN-4 that cannot be read are left out, and harm no other', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const content = {
      id: 'n9',
      text: 'two\nlines',
      priority: 'normal',
      from: 0,
      until: 9e12,
      boardIds: null,
      by: null,
    };
    await store.write([{ write: 'put', kind: 'announcement', id: 'n9', content }]);
    await store.write([{ write: 'put', kind: 'announcement', id: 'n8', content: 'none' }]);
    const { desk, write, texts } = await stage(store, clock);
    await write();
    expect(texts()).toEqual(['Fire drill']);
    expect((await store.list('announcement')).map(({ id }) => id)).toEqual(['n0', 'n8', 'n9']);
    desk.stop();
  });

  it('ANN-9 are the same array while they are the same, and one frame for all who may know the same', async () => {
    const { clock, desk, write } = await stage();
    await write({ boardIds: ['main'] });
    const before = desk.shown('main');
    await write({ text: 'Elsewhere', boardIds: ['other'] });
    expect(desk.shown('main')).toBe(before);
    const telling = tellingOfAnnouncements(desk, ({ audience }) =>
      audience === 'desk' ? DESK_AUDIENCE : DEFAULT_AUDIENCE,
    );
    const at = (boardId: string, audience: 'floor' | 'desk') => telling.shown({ boardId, audience });
    expect(at('main', 'floor')).toBe(at('main', 'floor'));
    expect(at('main', 'floor')).not.toBe(at('main', 'desk'));
    const by = (shown: object) =>
      announcementsFrameSchema
        .parse({ serverTime: clock.now(), ...shown })
        .announcements.map((one) => one.by);
    expect([by(at('main', 'floor')), by(at('main', 'desk')), by(at('third', 'floor'))]).toEqual([
      [null],
      ['Sam Ortiz'],
      [],
    ]);
    desk.stop();
  });

  it('ANN-9 reach others where one listener fails', async () => {
    const { desk, write, told } = await stage();
    desk.subscribe(() => {
      throw new Error('a bad listener');
    });
    let after = 0;
    desk.subscribe(() => {
      after += 1;
    });
    await write();
    expect([told(), after]).toEqual([1, 1]);
    desk.stop();
  });
});
