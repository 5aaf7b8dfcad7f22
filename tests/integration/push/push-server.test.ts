import { afterEach, describe, expect, it } from 'vitest';
import { valueKey } from '../../../lib/apply-delta';
import { PUSH_VERSION, trendKey } from '../../../lib/contracts/push';
import { FakeClock } from '../../support/fake-clock';
import { change } from '../../support/fake-kpi-reader';
import { boardOf, SOURCES } from '../../support/push-boards';
import { openStand, type Stand } from './push-stand';

let stand: Stand | null = null;
async function open(options: Parameters<typeof openStand>[0] = {}): Promise<Stand> {
  stand = await openStand(options);
  return stand;
}
afterEach(async () => {
  await stand?.close();
  stand = null;
});

/** Lets a socket's bytes travel while the injected clock stands still. */
async function joined(s: Stand, count: number): Promise<void> {
  while (s.push.screensCount() !== count) await new Promise((resolve) => setImmediate(resolve));
}

describe('the push server', () => {
  it('PUSH-5 sends a snapshot of all that the board shows on joining, also what nobody knows', async () => {
    const s = await open();
    s.reader.announce([change('queue:a', 'waiting', 3), change('all', 'waiting', 4)]);
    s.reader.announcePoints([{ trend: trendKey('all', 'waiting', 'minute'), at: 60_000, value: 4 }]);
    const snapshot = await s.screen().nextSnapshot();
    expect(snapshot).toMatchObject({
      v: PUSH_VERSION,
      seq: 0,
      build: 'test',
      board: boardOf('main'),
      sources: SOURCES,
    });
    const values = new Map(snapshot.values.map((v) => [valueKey(v.subject, v.kpi), v]));
    expect([...values.keys()].sort()).toEqual([
      'all#agentsAvailable',
      'all#agentsOnQueue',
      'all#waiting',
      'queue:a#serviceLevel',
      'queue:a#serviceLevelTarget',
      'queue:a#waiting',
      'queue:b#serviceLevel',
      'queue:b#serviceLevelTarget',
      'queue:b#waiting',
    ]);
    expect(values.get('queue:a#waiting')?.value).toBe(3);
    expect(values.get('queue:b#waiting')).toMatchObject({ value: null, asOf: null, status: 'unknown' });
    expect(snapshot.subjects.map((info) => info.subject)).toEqual(['all', 'queue:a', 'queue:b']);
    expect(snapshot.trends).toHaveLength(1);
  });

  it('PUSH-6 sends the first change at once, and merges the rest within the cadence, the latest wins', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    const screen = s.screen();
    const { seq } = await screen.nextSnapshot();
    s.reader.announce([change('all', 'waiting', 1)]);
    const first = await screen.nextDelta();
    expect(first).toMatchObject({ prevSeq: seq, seq: seq + 1, changes: [{ subject: 'all', value: 1 }] });
    s.reader.announce([change('all', 'waiting', 2), change('queue:a', 'waiting', 2)]);
    clock.advance(100);
    s.reader.announce([change('all', 'waiting', 3)]);
    clock.advance(149);
    expect(s.push.counters.serialisations).toBe(2);
    clock.advance(1);
    const second = await screen.nextDelta();
    expect(second.prevSeq).toBe(first.seq);
    expect(second.changes.map((c) => [c.subject, c.value])).toEqual([
      ['all', 3],
      ['queue:a', 2],
    ]);
    clock.advance(250);
    s.reader.announce([change('all', 'waiting', 4)]);
    expect((await screen.nextDelta()).changes).toHaveLength(1);
  });

  it('PUSH-7 makes one frame a board a tick, however many screens, and none without a change', async () => {
    const clock = new FakeClock();
    const s = await open({
      clock,
      boardsList: [boardOf('main'), boardOf('other', { strip: [], pages: [] as never })],
    });
    const screens = Array.from({ length: 5 }, () => s.screen());
    await Promise.all(screens.map((screen) => screen.nextSnapshot()));
    const before = s.push.counters.serialisations;
    s.reader.announce([change('all', 'waiting', 1)]);
    await Promise.all(screens.map((screen) => screen.nextDelta()));
    expect(s.push.counters.serialisations - before).toBe(1);
    clock.advance(1_000);
    s.reader.announce([change('all', 'waiting', 1), change('all', 'offered', 9)]);
    clock.advance(1_000);
    expect(s.push.counters.serialisations - before).toBe(1);
    expect(s.push.counters.fallbacks).toBe(0);
  });

  it('PUSH-8 answers a resync with a snapshot of the same epoch', async () => {
    const s = await open();
    const screen = s.screen();
    const first = await screen.nextSnapshot();
    s.reader.announce([change('all', 'waiting', 1)]);
    await screen.nextDelta();
    screen.socket.emit('resync');
    const again = await screen.nextSnapshot();
    expect(again.epoch).toBe(first.epoch);
    expect(again.seq).toBe(first.seq + 1);
    expect(screen.state?.values.get('all#waiting')?.value).toBe(1);
  });

  it('PUSH-9 gives a screen that comes back all it missed as one delta', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    const stays = s.screen();
    const leaves = s.screen();
    await stays.nextSnapshot();
    const { epoch } = await leaves.nextSnapshot();
    s.reader.announce([change('all', 'waiting', 1)]);
    const { seq } = await leaves.nextDelta();
    leaves.close();
    await joined(s, 1);
    for (const value of [2, 3]) {
      clock.advance(1_000);
      s.reader.announce([change('queue:a', 'waiting', value)]);
    }
    const back = s.screen({ boardId: 'main', last: { epoch, seq } });
    const missed = await back.nextDelta();
    expect(missed).toMatchObject({ epoch, prevSeq: seq, seq: seq + 2 });
    expect(missed.changes.map((c) => [c.subject, c.value])).toEqual([['queue:a', 3]]);
    const upToDate = s.screen({ boardId: 'main', last: { epoch, seq: missed.seq } });
    expect(await upToDate.nextDelta()).toMatchObject({ prevSeq: missed.seq, seq: missed.seq, changes: [] });
  });

  it.each([
    ['another epoch', (epoch: string, seq: number) => ({ epoch: `${epoch}x`, seq })],
    ['a seq from the future', (epoch: string, seq: number) => ({ epoch, seq: seq + 100 })],
  ])('PUSH-9 gives a snapshot to a screen that comes back with %s', async (_, last) => {
    const s = await open();
    const screen = s.screen();
    const { epoch } = await screen.nextSnapshot();
    s.reader.announce([change('all', 'waiting', 1)]);
    const { seq } = await screen.nextDelta();
    const back = s.screen({ boardId: 'main', last: last(epoch, seq) });
    expect((await back.nextSnapshot()).seq).toBe(seq);
  });

  it('PUSH-10 forgets a board’s history a grace after its last screen, and then works for nobody', async () => {
    const clock = new FakeClock();
    const s = await open({ clock, roomGraceMs: 5_000 });
    const screen = s.screen();
    const { epoch } = await screen.nextSnapshot();
    expect(s.reader.watched.get('all#waiting#minute')).toBe(1);
    screen.close();
    await joined(s, 0);
    expect(s.push.shownQueueIds()).toEqual(new Set());
    clock.advance(5_000);
    expect(s.reader.watched.get('all#waiting#minute')).toBe(0);
    const serialised = s.push.counters.serialisations;
    s.reader.announce([change('all', 'waiting', 8)]);
    expect(s.push.counters.serialisations).toBe(serialised);
    const later = await s.screen().nextSnapshot();
    expect(later.epoch).not.toBe(epoch);
    expect(later.values.find((v) => v.subject === 'all' && v.kpi === 'waiting')?.value).toBe(8);
  });

  it('PUSH-11 sends a new snapshot when the queues of a table or the board itself are others', async () => {
    const s = await open({ clock: new FakeClock() });
    const screen = s.screen();
    const { seq } = await screen.nextSnapshot();
    expect(s.push.shownQueueIds()).toEqual(new Set(['a', 'b']));
    s.reader.list(['all', 'queue:a', 'queue:c']);
    s.reader.announce([change('queue:c', 'waiting', 5)], true);
    const next = await screen.nextSnapshot();
    expect(next.seq).toBeGreaterThan(seq);
    expect(screen.state?.values.get('queue:c#waiting')?.value).toBe(5);
    expect(screen.state?.values.has('queue:b#waiting')).toBe(false);
    expect(s.push.shownQueueIds()).toEqual(new Set(['a', 'c']));
  });

  it('PUSH-11 hears of what it newly shows, and refuses the screens of a board that is gone', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    const screen = s.screen();
    await screen.nextSnapshot();
    s.boards.set([boardOf('main', { strip: [{ id: 's', subject: 'queue:b', kpi: 'offered' }] })]);
    expect((await screen.nextSnapshot()).board.strip[0]?.kpi).toBe('offered');
    clock.advance(1_000);
    s.reader.announce([change('queue:b', 'offered', 12)]);
    expect((await screen.nextDelta()).changes[0]?.value).toBe(12);
    s.boards.set([]);
    expect((await screen.nextRefusal()).code).toBe('board.unknown');
    expect((await screen.next()).kind).toBe('disconnect');
  });

  it('PUSH-12 tells what the sources say; a sign of life alone rides along or waits', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    const screen = s.screen();
    await screen.nextSnapshot();
    const heard = (at: number) => ({ ...SOURCES, genesys: { ...SOURCES.genesys, lastHeardAt: at } });
    s.push.publishSources(heard(1));
    clock.advance(1_000);
    expect(s.push.counters.serialisations).toBe(1);
    s.reader.announce([change('all', 'waiting', 1)]);
    expect((await screen.nextDelta()).sources?.genesys.lastHeardAt).toBe(1);
    clock.advance(10_000);
    s.push.publishSources(heard(2));
    expect(await screen.nextDelta()).toMatchObject({ changes: [], sources: { genesys: { lastHeardAt: 2 } } });
    s.push.publishSources({ ...SOURCES, genesys: { ...SOURCES.genesys, state: 'down' } });
    clock.advance(250);
    expect((await screen.nextDelta()).sources?.genesys.state).toBe('down');
  });

  it('PUSH-21 says the same by the public way, and counts it', async () => {
    const clock = new FakeClock();
    const s = await open({ clock, shortWay: false });
    const screen = s.screen();
    const { seq } = await screen.nextSnapshot();
    s.reader.announce([change('all', 'waiting', 1)]);
    expect(await screen.nextDelta()).toMatchObject({ prevSeq: seq, changes: [{ value: 1 }] });
    expect(s.push.counters.fallbacks).toBe(2);
  });

  it('PUSH-13 says in figures what it does', async () => {
    const s = await open();
    await s.screen().nextSnapshot();
    const text = await s.metrics.expose();
    expect(text).toContain('floorcast_push_screens 1');
    expect(text).toContain('floorcast_push_snapshots_total 1');
  });

  it('PUSH-14 does not look at an upgrade that was refused already', async () => {
    const s = await open();
    s.httpServer.prependListener('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n');
    });
    const screen = s.screen({ boardId: 'main' }, 'http://evil.test');
    expect((await screen.next()).kind).toBe('error');
    expect(await s.metrics.expose()).not.toContain('reason="origin"');
  });

  it.each(['/some/page', '/socket.io/?EIO=4&transport=polling', '/socket.io/socket.io.js'])(
    'PUSH-14 leaves every request alone, as %s',
    async (path) => {
      const s = await open();
      for (const method of ['GET', 'POST']) {
        const page = await fetch(`${s.url}${path}`, { method });
        expect(await page.text()).toBe('a page');
      }
    },
  );
});
