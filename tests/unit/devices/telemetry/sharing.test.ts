import { describe, expect, it } from 'vitest';
import { SharedCache } from '../../../../server/devices/telemetry/shared-cache';
import { Turns } from '../../../../server/devices/telemetry/turns';
import { FakeClock } from '../../../support/fake-clock';
import { calm } from './cloud-stage';

function cacheStage(max = 3) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const answered: string[] = [];
  const open = new Map<string, (value: string) => void>();
  const cache = new SharedCache<string>({
    ...{ clock, max, keepMs: (value) => (value === 'bad' ? 1_000 : 5_000) },
    ask: (key, before) =>
      new Promise((resolve) => {
        asked.push(`${key}<${before ?? ''}`);
        open.set(key, resolve);
      }),
    onAnswer: (key, value) => answered.push(`${key}=${value}`),
  });
  const answer = async (key: string, value: string) => {
    open.get(key)?.(value);
    await calm();
  };
  return { clock, asked, answered, cache, answer };
}

describe('one fetch for many', () => {
  it('DEV-10 serves all who come while it is under way, and five seconds after', async () => {
    const { clock, asked, answered, cache, answer } = cacheStage();
    const first = Array.from({ length: 50 }, () => cache.get('d'));
    clock.advance(4_000);
    first.push(cache.get('d'));
    await answer('d', 'on');
    expect(new Set(await Promise.all(first))).toEqual(new Set(['on']));
    clock.advance(4_999);
    expect(await cache.get('d')).toBe('on');
    expect(asked).toEqual(['d<']);
    expect(cache.sharedCount).toBe(51);
    clock.advance(1);
    void cache.get('d');
    await answer('d', 'off');
    expect(asked).toEqual(['d<', 'd<on']);
    expect(answered).toEqual(['d=on', 'd=off']);
  });

  it('DEV-10 is made anew for who wants it fresher, once for all of them', async () => {
    const { clock, asked, cache, answer } = cacheStage();
    void cache.get('d');
    await answer('d', 'on');
    clock.advance(2_000);
    const fresher = [cache.get('d', 1_000), cache.get('d', 1_000)];
    expect(await cache.get('d', 3_000)).toBe('on');
    await answer('d', 'off');
    expect(await Promise.all(fresher)).toEqual(['off', 'off']);
    expect(asked).toHaveLength(2);
  });

  it('DEV-10 keeps an answer as long as that one is good', async () => {
    const { clock, asked, cache, answer } = cacheStage();
    void cache.get('d');
    await answer('d', 'bad');
    clock.advance(999);
    expect(await cache.get('d')).toBe('bad');
    clock.advance(1);
    void cache.get('d');
    expect(asked).toHaveLength(2);
  });

  it('DEV-13 forgets what was wanted longest ago where there is too much, whatever its name', async () => {
    const { asked, cache, answer } = cacheStage(3);
    for (const key of ['a', '__proto__', 'constructor']) {
      void cache.get(key);
      await answer(key, 'on');
    }
    await cache.get('a');
    void cache.get('d');
    await answer('d', 'on');
    expect(cache.size).toBe(3);
    expect([cache.peek('a'), cache.peek('__proto__'), cache.peek('constructor')]).toEqual(['on', null, 'on']);
    expect(asked).toEqual(['a<', '__proto__<', 'constructor<', 'd<']);
  });
});

describe('turns', () => {
  const stage = () => {
    const clock = new FakeClock();
    return { clock, turns: new Turns({ clock, atOnce: 2, maxWaiting: 2, maxWaitMs: 1_000 }) };
  };

  it('DEV-13 are given in the order in which they were asked for, so many at once', async () => {
    const { turns, clock } = stage();
    const order: number[] = [];
    const take = (name: number) =>
      turns.take().then((turn) => {
        order.push(turn === null ? -name : name);
        return turn;
      });
    const [first] = await Promise.all([take(1), take(2)]);
    void take(3);
    void take(4);
    void take(5);
    await calm();
    expect(order).toEqual([1, 2, -5]);
    first?.();
    first?.();
    await calm();
    expect(order).toEqual([1, 2, -5, 3]);
    clock.advance(1_000);
    await calm();
    expect(order).toEqual([1, 2, -5, 3, -4]);
    expect([turns.takenCount, clock.pendingCount]).toEqual([2, 0]);
  });

  it('DEV-19 come to nothing at the end', async () => {
    const { turns, clock } = stage();
    await Promise.all([turns.take(), turns.take()]);
    const waiting = turns.take();
    turns.stop();
    expect(await waiting).toBeNull();
    expect(await turns.take()).toBeNull();
    expect(clock.pendingCount).toBe(0);
  });
});
