import { describe, expect, it } from 'vitest';
import { createLifecycle } from '../../../server/runtime/lifecycle';
import { createLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';

function setUp() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const lifecycle = createLifecycle(
    clock,
    createLog('error', (line) => lines.push(line)),
    { stepMs: 5_000, allMs: 12_000 },
  );
  return { clock, lines, lifecycle, done: [] as string[] };
}

describe('lifecycle', () => {
  it('RUN-3 stops in reverse order, one after the other', async () => {
    const { lifecycle, done } = setUp();
    lifecycle.onStop('first', () => void done.push('first'));
    lifecycle.onStop('second', async () => {
      await Promise.resolve();
      done.push('second');
    });
    lifecycle.onStop('third', () => void done.push('third'));
    await lifecycle.stop();
    expect(done).toEqual(['third', 'second', 'first']);
  });

  it('RUN-3 runs every step where one throws, and says which', async () => {
    const { lifecycle, done, lines, clock } = setUp();
    lifecycle.onStop('first', () => void done.push('first'));
    lifecycle.onStop('thrower', () => {
      throw new Error('will not close');
    });
    lifecycle.onStop('rejecter', () => Promise.reject(new Error('nor will this')));
    await lifecycle.stop();
    expect(done).toEqual(['first']);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'stopping failed', step: 'rejecter', reason: 'nor will this' },
      { msg: 'stopping failed', step: 'thrower', reason: 'will not close' },
    ]);
    expect(clock.pendingCount).toBe(0);
  });

  it('RUN-3 goes on past a step that hangs', async () => {
    const { lifecycle, done, lines, clock } = setUp();
    lifecycle.onStop('first', () => void done.push('first'));
    lifecycle.onStop('hangs', () => new Promise<void>(() => {}));
    const stopped = lifecycle.stop();
    await clock.advanceAsync(5_000, 1_000);
    await stopped;
    expect(done).toEqual(['first']);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { step: 'hangs', reason: 'not done after 5000 ms' },
    ]);
  });

  it('OPS-9 begins what is left without waiting once the time of all is used up', async () => {
    const { lifecycle, done, lines, clock } = setUp();
    lifecycle.onStop('store', () => void done.push('store'));
    lifecycle.onStop('slow store', async () => {
      done.push('slow store began');
      await new Promise<void>(() => {});
    });
    for (const name of ['c', 'b', 'a']) lifecycle.onStop(name, () => new Promise<void>(() => {}));
    let stoppedAt: number | null = null;
    const began = clock.monotonicNow();
    const stopped = lifecycle.stop().then(() => {
      stoppedAt = clock.monotonicNow() - began;
    });
    await clock.advanceAsync(20_000, 500);
    await stopped;
    expect(stoppedAt).toBeLessThanOrEqual(12_500);
    expect(done).toEqual(['slow store began', 'store']);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { step: 'a', reason: 'not done after 5000 ms' },
      { step: 'b', reason: 'not done after 5000 ms' },
      { step: 'c', reason: 'not done after 2000 ms' },
      { step: 'slow store', reason: 'not done after 0 ms' },
    ]);
  });

  it('OPS-9 gives a step five seconds and all of them 18, of the 20 that are promised', async () => {
    const clock = new FakeClock();
    const lifecycle = createLifecycle(clock, createLog('silent'));
    for (let step = 0; step < 8; step += 1) lifecycle.onStop(`${step}`, () => new Promise<void>(() => {}));
    const began = clock.monotonicNow();
    let stoppedAt: number | null = null;
    const stopped = lifecycle.stop().then(() => {
      stoppedAt = clock.monotonicNow() - began;
    });
    await clock.advanceAsync(19_900, 100);
    await stopped;
    expect(stoppedAt).toBeGreaterThanOrEqual(18_000);
  });

  it('RUN-3 stops once however often it is asked', async () => {
    const { lifecycle, done } = setUp();
    lifecycle.onStop('only', () => void done.push('only'));
    expect(lifecycle.stop()).toBe(lifecycle.stop());
    await lifecycle.stop();
    expect(done).toEqual(['only']);
  });
});
