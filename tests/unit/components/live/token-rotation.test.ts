import { describe, expect, it } from 'vitest';
import { nextRotationMs, startTokenRotation } from '../../../../components/live/token-rotation';
import { FakeClock } from '../../../support/fake-clock';
import { FakeStorage } from './frames';

const HOUR_MS = 3_600_000;

describe('the token of a paired screen', () => {
  it.each([
    ['it never was', null, 0, 0],
    ['it never was, and chance is late', null, 0.99, 0.99 * HOUR_MS],
    ['it just was', 0, 0, 24 * HOUR_MS],
    ['it just was, and chance is late', 0, 0.5, 24.5 * HOUR_MS],
    ['that was long ago', -100 * HOUR_MS, 0.5, 0.5 * HOUR_MS],
    ['that is to come, by this clock', HOUR_MS, 0.5, 0.5 * HOUR_MS],
  ])('UI-33 is changed when it is time: %s', (_, sinceMs, chance, delayMs) => {
    const now = 1_000 * HOUR_MS;
    expect(nextRotationMs(sinceMs === null ? null : now + sinceMs, now, () => chance)).toBe(delayMs);
  });

  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const START_AT = 1_000 * HOUR_MS;
  function rotating(
    storage: FakeStorage,
    rotate: () => Promise<boolean>,
    more: { screenId?: string; startAt?: number } = {},
  ) {
    const { screenId = 'tv-1', startAt = START_AT } = more;
    const clock = new FakeClock(startAt);
    let times = 0;
    const stop = startTokenRotation({
      ...{ screenId, clock, storage, random: () => 0.5 },
      rotate: () => {
        times += 1;
        return rotate();
      },
    });
    return { clock, stop, times: () => times };
  }

  it('UI-33 is changed within the hour and then once a day, and anew where another screen is paired here', async () => {
    const storage = new FakeStorage();
    const first = rotating(storage, async () => true);
    await first.clock.advanceAsync(HOUR_MS);
    expect(first.times()).toBe(1);
    await first.clock.advanceAsync(51 * HOUR_MS, HOUR_MS);
    expect(first.times()).toBe(3);
    first.stop();
    expect(first.clock.pendingCount).toBe(0);

    const other = rotating(storage, async () => true, {
      screenId: 'tv-2',
      startAt: START_AT + 53 * HOUR_MS,
    });
    await other.clock.advanceAsync(HOUR_MS);
    expect(other.times()).toBe(1);
    other.stop();
  });

  it('UI-33 is not changed again by the next page where that was just done', async () => {
    const storage = new FakeStorage();
    const first = rotating(storage, async () => true);
    await first.clock.advanceAsync(HOUR_MS / 2);
    first.stop();
    const second = rotating(storage, async () => true, { startAt: START_AT + HOUR_MS });
    await second.clock.advanceAsync(23 * HOUR_MS, HOUR_MS);
    expect([first.times(), second.times()]).toEqual([1, 0]);
    await second.clock.advanceAsync(2 * HOUR_MS, HOUR_MS / 2);
    expect(second.times()).toBe(1);
    second.stop();
  });

  it.each<[string, () => Promise<boolean>]>([
    ['is refused', async () => false],
    ['fails', () => Promise.reject(new Error('no network'))],
    ['is never answered', () => new Promise(() => {})],
  ])('UI-33 is tried again in an hour where it %s', async (_, rotate) => {
    const { clock, stop, times } = rotating(new FakeStorage(), rotate);
    await clock.advanceAsync(10 * HOUR_MS, HOUR_MS / 2);
    expect(times()).toBe(10);
    stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('UI-33 is changed also where nothing can be remembered, and not by a page that is gone', async () => {
    const storage = new FakeStorage();
    storage.isFull = true;
    const { clock, stop, times } = rotating(storage, async () => true);
    await clock.advanceAsync(25 * HOUR_MS, HOUR_MS / 2);
    expect(times()).toBe(2);
    clock.advance(25 * HOUR_MS);
    stop();
    await settle();
    expect(clock.pendingCount).toBe(0);
  });
});
