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
    5_000,
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

  it('RUN-3 stops once however often it is asked', async () => {
    const { lifecycle, done } = setUp();
    lifecycle.onStop('only', () => void done.push('only'));
    expect(lifecycle.stop()).toBe(lifecycle.stop());
    await lifecycle.stop();
    expect(done).toEqual(['only']);
  });
});
