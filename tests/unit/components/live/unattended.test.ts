import { describe, expect, it } from 'vitest';
import { clockOff } from '../../../../components/board/clock-off';
import { BuildNote } from '../../../../components/live/build-note';
import { LiveStore } from '../../../../components/live/live-store';
import { PaintReporter } from '../../../../components/live/paint-reporter';
import { mayReload } from '../../../../components/live/reload-guard';
import { ASK_EVERY_MS, PATIENCE_MS, ServerWatch } from '../../../../components/live/server-watch';
import type { AlarmsFrame } from '../../../../lib/contracts/alarm';
import type { AnnouncementsFrame } from '../../../../lib/contracts/announcement';
import { type ScreenReport, screenReportSchema } from '../../../../lib/contracts/screen-report';
import { FakeClock } from '../../../support/fake-clock';
import { FakeSocket, FakeStorage, snapshot } from './frames';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function watched(answers: () => string | null) {
  const clock = new FakeClock();
  const builds: string[] = [];
  let [asked, stuck] = [0, 0];
  const watch = new ServerWatch({
    clock,
    ask: async () => {
      asked += 1;
      return answers();
    },
    onBuild: (build) => builds.push(build),
    onStuck: () => {
      stuck += 1;
    },
  });
  watch.start();
  const pass = async (ms: number) => clock.advanceAsync(ms, 1_000);
  return { clock, watch, builds, pass, asked: () => asked, stuck: () => stuck };
}

describe('a screen without hands', () => {
  it('UI-160 learns of a new build within five minutes, link or no link, and also where an asking fails', async () => {
    for (const up of [true, false]) {
      let failing = true;
      const { builds, pass, watch, clock } = watched(() => {
        failing = !failing;
        return failing ? 'b2' : null;
      });
      watch.link(up);
      await pass(5 * 60_000);
      expect(builds).toContain('b2');
      watch.stop();
      expect(clock.pendingCount).toBe(0);
    }
    expect(ASK_EVERY_MS).toBeLessThan(150_000);
  });

  it('UI-160 notes the first build it hears of, by whichever way, and tells of another', () => {
    const told: string[] = [];
    const note = new BuildNote((build) => told.push(build));
    expect(note.first()).toBeNull();
    for (const build of ['b1', 'b1', 'b2', 'b1']) note.note(build);
    expect([note.first(), told]).toEqual(['b1', ['b2']]);
    // A page that says of which build it is: already the first word of another one tells.
    const own = new BuildNote((build) => told.push(build), 'b0');
    own.note('b1');
    expect([own.first(), told.at(-1)]).toEqual(['b0', 'b1']);
  });

  it('UI-161 is loaded anew only when the server answers and the link has not come back', async () => {
    let answer: string | null = null;
    const { watch, pass, stuck } = watched(() => answer);
    watch.link(false);
    await pass(30 * 60_000);
    expect(stuck()).toBe(0);
    answer = 'b1';
    await pass(16_000);
    expect(stuck()).toBe(0);
    await pass(16_000);
    expect(stuck()).toBe(1);
    watch.stop();
  });

  it('UI-161 gives a link that has just broken a minute, and one that comes back is left alone', async () => {
    const { watch, pass, stuck } = watched(() => 'b1');
    watch.link(false);
    await pass(PATIENCE_MS - 2_000);
    expect(stuck()).toBe(0);
    watch.link(true);
    await pass(30 * 60_000);
    expect(stuck()).toBe(0);
    watch.link(false);
    await pass(PATIENCE_MS - 2_000);
    expect(stuck()).toBe(0);
    await pass(20_000);
    expect(stuck()).toBeGreaterThan(0);
    watch.stop();
  });

  it('UI-161 drops an answer that the link has overtaken', async () => {
    let release = (_: string | null) => {};
    const clock = new FakeClock();
    const builds: string[] = [];
    const watch = new ServerWatch({
      ...{ clock, onStuck: () => {}, onBuild: (build) => builds.push(build) },
      ask: () => new Promise((resolve) => (release = resolve)),
    });
    watch.start();
    clock.advance(ASK_EVERY_MS);
    watch.link(false);
    release('b9');
    await settle();
    expect(builds).toEqual([]);
    watch.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('UI-162 is not loaded anew again and again for servers that disagree', () => {
    const storage = new FakeStorage();
    const reloads = Array.from({ length: 60 }, (_, n) =>
      mayReload(storage, n % 2 === 0 ? 'a' : 'b', n * 9_000),
    );
    expect(reloads.filter(Boolean)).toHaveLength(2);
    expect(mayReload(storage, 'a', 11 * 60_000)).toBe(true);
    for (let n = 0; n < 50; n += 1) mayReload(storage, `build-${n}`, 12 * 60_000);
    expect([...storage.items.values()].join('').length).toBeLessThan(400);
  });
});

describe('a clock that is off', () => {
  it.each([
    [0, null],
    [30_000, null],
    [-30_001, { count: 30, unit: 's' }],
    [119_000, { count: 119, unit: 's' }],
    [-600_400, { count: 10, unit: 'min' }],
  ])('UI-169 by %d ms is said as %j', (skewMs, off) => {
    expect(clockOff(skewMs)).toEqual(off);
  });
});

describe('what a screen says of itself', () => {
  const rest = { build: 'b1', clockOffsetMs: 0, viewport: { width: 1, height: 2 }, memoryBytes: null };
  function reporting() {
    const clock = new FakeClock();
    const sent: ScreenReport[] = [];
    let sound: ScreenReport['sound'] = 'off';
    const reporter = new PaintReporter({
      ...{ clock, send: (report) => sent.push(screenReportSchema.parse(report)) },
      rest: () => ({ ...rest, sound }),
    });
    const paint = (number: number) =>
      reporter.painted({
        ...{ position: { epoch: 'e', seq: 1 }, view: { number, of: 7 } },
        ...{ ownAt: clock.now(), serverAt: clock.now() },
      });
    return { clock, sent, reporter, paint, setSound: (next: typeof sound) => (sound = next) };
  }

  it('UI-163 is said at once, every 30 s, and soon after a change, never more often than every 5 s', () => {
    const { clock, sent, paint, reporter, setSound } = reporting();
    const times: number[] = [];
    const note = () => {
      while (times.length < sent.length) times.push(clock.monotonicNow() / 1_000);
    };
    for (let second = 0; second < 100; second += 1) {
      paint(second < 40 ? 1 : second < 42 ? second : 3);
      if (second === 70) setSound('locked');
      clock.advance(0);
      note();
      clock.advance(1_000);
      note();
    }
    expect(times.slice(0, 2)).toEqual([0, 30]);
    for (const [index, time] of times.entries()) {
      if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(5);
    }
    expect(times.length).toBeLessThanOrEqual(8);
    expect(sent.at(-1)?.sound).toBe('locked');
    reporter.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('UI-163 tells how old the picture is where no frame was painted since', () => {
    const { clock, sent, paint, reporter } = reporting();
    reporter.review();
    clock.advance(0);
    expect(sent[0]?.painted).toBeNull();
    paint(2);
    clock.advance(65_000);
    expect(sent.at(-1)?.painted).toMatchObject({ view: { number: 2, of: 7 } });
    expect(sent.at(-1)?.painted?.agoMs).toBeGreaterThanOrEqual(60_000);
    reporter.stop();
  });
});

describe('what is heard beside the figures', () => {
  const alarms: AlarmsFrame = {
    ...{ serverTime: 1_000_000, alarms: [], more: 0, shelved: 0, flood: null, interruptions: 1 },
    interruption: { key: 'flood', at: 1, until: 2 },
  };
  const announcements: AnnouncementsFrame = {
    serverTime: 1_000_000,
    announcements: [
      { id: 'a', text: 'Fire', priority: 'emergency', from: 0, until: 9e15, boardIds: null, by: null },
    ],
  };
  function started(storage = new FakeStorage()) {
    const clock = new FakeClock(1_000_000);
    let socket = new FakeSocket(() => ({ boardId: 'b' }));
    const store = new LiveStore({
      ...{ boardId: 'b', clock, random: () => 0, storage, as: 'screen', onNewBuild: () => {} },
      openSocket: (auth) => {
        socket = new FakeSocket(auth);
        return socket;
      },
    });
    const stop = store.start();
    return { store, socket, stop, storage };
  }

  it('UI-164 is kept as outdated when the link breaks, and goes where nothing may stay', () => {
    const { store, socket, stop } = started();
    expect(socket.handshakes).toEqual([{ boardId: 'b', as: 'screen' }]);
    socket.play('snapshot', snapshot());
    socket.play('alarms', alarms);
    socket.play('announcements', announcements);
    socket.play('announcements', { nonsense: true });
    expect(store.heard.alarms.now()).toEqual({ frame: alarms, rightUntil: null });
    expect(store.heard.announcements.now()?.rightUntil).toBe(1_000_000);
    socket.play('disconnect');
    expect(store.heard.alarms.now()?.rightUntil).toBe(1_000_000);
    socket.play('refusal', { code: 'forbidden', message: '' });
    expect([store.heard.alarms.now(), store.heard.announcements.now()]).toEqual([null, null]);
    stop();
  });

  it('UI-164 an announcement is there again after a power cut, an alarm of before is not', () => {
    const first = started();
    first.socket.play('snapshot', snapshot());
    first.socket.play('alarms', alarms);
    first.socket.play('announcements', announcements);
    first.stop();
    const second = started(first.storage);
    expect(second.store.heard.announcements.now()).toEqual({ frame: announcements, rightUntil: 1_000_000 });
    expect(second.store.heard.alarms.now()).toBeNull();
    second.stop();
  });

  it('UI-163 is not said while the link is down', () => {
    const { store, socket, stop } = started();
    const report: ScreenReport = {
      ...{ painted: null, build: null, clockOffsetMs: 0, viewport: { width: 1, height: 1 } },
      ...{ memoryBytes: null, sound: 'off' },
    };
    store.report(report);
    socket.play('snapshot', snapshot());
    store.report(report);
    expect(socket.reports).toEqual([report]);
    stop();
  });
});
