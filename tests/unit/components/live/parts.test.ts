import { describe, expect, it } from 'vitest';
import { carriedOver } from '../../../../components/live/carry-over';
import { Pacer } from '../../../../components/live/pacer';
import { loadPicture, savePicture, snapshotOf } from '../../../../components/live/picture-store';
import { mayReload } from '../../../../components/live/reload-guard';
import { nextServerTime, ServerClock } from '../../../../components/live/server-clock';
import { Ticker } from '../../../../components/live/ticker';
import { fromSnapshot } from '../../../../lib/apply-delta';
import { FakeClock } from '../../../support/fake-clock';
import { change, FakeStorage, snapshot } from './frames';

describe('the pace of changes', () => {
  it('UI-13 lets a key through once a second, and names it when its second is over', () => {
    const pacer = new Pacer();
    expect([
      pacer.offer('a', 0),
      pacer.offer('a', 400),
      pacer.offer('b', 700),
      pacer.offer('b', 900),
    ]).toEqual([true, false, true, false]);
    expect(pacer.nextDueMs(900)).toBe(100);
    expect(pacer.takeDue(999)).toEqual([]);
    expect(pacer.takeDue(1_000)).toEqual(['a']);
    expect(pacer.nextDueMs(1_000)).toBe(700);
    expect(pacer.takeDue(1_700)).toEqual(['b']);
    expect(pacer.nextDueMs(1_700)).toBeNull();
    expect(pacer.offer('a', 1_900)).toBe(false);
  });
});

describe('the server’s time', () => {
  it('UI-14 follows the quickest frame, eases towards slower ones, and jumps where it is far off', () => {
    const first = nextServerTime(null, { serverTime: 10_000, monotonic: 0, wall: 4_000 });
    expect(first).toEqual({ baseMs: 10_000, skewMs: 6_000 });
    const quicker = nextServerTime(first, { serverTime: 11_050, monotonic: 1_000, wall: 5_000 });
    expect(quicker.baseMs).toBe(10_050);
    const slower = nextServerTime(quicker, { serverTime: 12_030, monotonic: 2_000, wall: 6_000 });
    expect(slower.baseMs).toBeCloseTo(10_049, 6);
    const setBack = nextServerTime(slower, { serverTime: 5_000, monotonic: 3_000, wall: 7_000 });
    expect(setBack.baseMs).toBe(2_000);
  });

  it('UI-14 does not jump when this machine’s hour is set, and knows how far that hour is off', () => {
    const clock = new FakeClock(500_000);
    const time = new ServerClock(clock);
    expect(time.now()).toBe(500_000);
    time.observe(531_000);
    expect([time.now(), time.skewMs()]).toEqual([531_000, 31_000]);
    clock.jumpWallClock(-3_600_000);
    clock.advance(1_000);
    expect(time.now()).toBe(532_000);
  });
});

describe('the ticker', () => {
  it('UI-20 ticks on the server’s full second, for all together, and rests while nobody listens', () => {
    const clock = new FakeClock(1_000_250);
    const ticker = new Ticker(clock, () => clock.now() + 500);
    const seen: number[] = [];
    expect(clock.pendingCount).toBe(0);
    const stopFirst = ticker.subscribe(() => seen.push(ticker.now()));
    const stopSecond = ticker.subscribe(() => undefined);
    expect(clock.pendingCount).toBe(1);
    clock.advance(3_000);
    expect(seen.map((at) => Math.floor(at / 1_000))).toEqual([1_000, 1_001, 1_002, 1_003]);
    expect(seen.slice(1).every((at) => at % 1_000 < 50)).toBe(true);
    stopFirst();
    expect(clock.pendingCount).toBe(1);
    stopSecond();
    expect(clock.pendingCount).toBe(0);
  });
});

describe('the picture that is kept', () => {
  const picture = { heardAt: 7, snapshot: snapshot() };

  it('UI-12 comes back as it was', () => {
    const storage = new FakeStorage();
    expect(savePicture(storage, 'b', picture)).toBe(true);
    expect(loadPicture(storage, 'b')).toEqual(picture);
    expect(loadPicture(storage, 'c')).toBeNull();
    expect(snapshotOf(fromSnapshot(picture.snapshot), picture.snapshot.limits ?? [])).toEqual(
      picture.snapshot,
    );
  });

  it.each([
    ['broken JSON', '{"heardAt":'],
    ['another form', '{"heardAt":1,"snapshot":{"v":0}}'],
    [
      'another board’s',
      JSON.stringify({ heardAt: 1, snapshot: snapshot({ board: { ...snapshot().board, id: 'x' } }) }),
    ],
  ])('UI-12 is thrown away where it is %s', (_what, text) => {
    const storage = new FakeStorage();
    savePicture(storage, 'b', picture);
    const [key = ''] = storage.items.keys();
    storage.items.set(key, text);
    expect(loadPicture(storage, 'b')).toBeNull();
    expect(storage.items.size).toBe(0);
  });

  it('UI-12 is bounded: of many boards the newest few, and none that is too large', () => {
    const storage = new FakeStorage();
    for (let n = 0; n < 9; n += 1) savePicture(storage, `b${n}`, picture);
    expect([...storage.items.keys()].map((key) => key.slice(-2))).toEqual(['b5', 'b6', 'b7', 'b8']);
    const huge = Array.from({ length: 20_000 }, (_, n) => ({
      ...picture.snapshot.values[0],
      subject: `queue:${n}`,
      kpi: 'waiting' as const,
      value: n,
      asOf: 1,
      origin: 'live' as const,
      status: 'normal' as const,
      stale: false,
    }));
    expect(savePicture(storage, 'huge', { heardAt: 1, snapshot: snapshot({ values: huge }) })).toBe(false);
  });

  it('UI-12 is no error where a browser has no room or no storage', () => {
    const storage = new FakeStorage();
    storage.isFull = true;
    expect(savePicture(storage, 'b', picture)).toBe(false);
    expect(savePicture(null, 'b', picture)).toBe(false);
    expect(loadPicture(null, 'b')).toBeNull();
  });
});

describe('the reload for a new build', () => {
  it('UI-15 is allowed once a build in ten minutes, and never where that could not be remembered', () => {
    const storage = new FakeStorage();
    expect([
      mayReload(storage, 'b2', 0),
      mayReload(storage, 'b2', 599_999),
      mayReload(storage, 'b3', 599_999),
    ]).toEqual([true, false, true]);
    expect(mayReload(storage, 'b3', 1_300_000)).toBe(true);
    expect(mayReload(null, 'b2', 0)).toBe(false);
    const full = new FakeStorage();
    full.isFull = true;
    expect(mayReload(full, 'b2', 0)).toBe(false);
  });
});

describe('a server that has not caught up yet', () => {
  const UNKNOWN = { value: null, asOf: null, origin: null, status: 'unknown' } as const;
  const before = new Map([
    ['waiting', change('waiting', 3)],
    ['offered', { ...change('offered', 10), stale: true, status: 'unknown' as const, asOf: 500 }],
    ['answered', change('answered', null)],
    ['asaMs', change('asaMs', 9)],
  ]);
  const after = new Map([
    ['waiting', { ...change('waiting', null), ...UNKNOWN }],
    ['offered', { ...change('offered', null), ...UNKNOWN }],
    ['answered', { ...change('answered', null), ...UNKNOWN }],
    ['asaMs', change('asaMs', null)],
    ['ahtMs', { ...change('ahtMs', null), ...UNKNOWN }],
  ]);

  it('UI-24 leaves what was known, stale and with its age, until it knows better', () => {
    const shown = carriedOver(before, after, { heardAt: 900, now: 2_000 });
    expect([...shown.keys()]).toEqual([...after.keys()]);
    expect(shown.get('waiting')).toMatchObject({ value: 3, asOf: 900, stale: true, status: 'unknown' });
    expect(shown.get('offered')).toMatchObject({ value: 10, asOf: 500, stale: true });
    for (const key of ['answered', 'asaMs', 'ahtMs']) expect(shown.get(key)).toBe(after.get(key));
  });

  it('UI-24 leaves nothing that is older than an hour', () => {
    expect(carriedOver(before, after, { heardAt: 900, now: 3_600_901 })).toEqual(after);
  });
});
