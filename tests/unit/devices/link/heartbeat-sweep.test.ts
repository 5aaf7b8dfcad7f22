import { describe, expect, it } from 'vitest';
import { createHeartbeatSweep, SWEEP_MS } from '../../../../server/devices/link/heartbeat-sweep';
import { FakeClock } from '../../../support/fake-clock';
import { LateClock } from './link-stage';

describe('the timer of all links', () => {
  it('DEV-66 is one, runs while there are any, and leaves nobody behind', () => {
    const clock = new FakeClock();
    const sweep = createHeartbeatSweep(clock);
    const checked: string[] = [];
    const check = () => void checked.push('same');
    const removes = [check, check, () => void checked.push('other')].map((one) => sweep.add(one));
    expect(clock.pendingCount).toBe(1);
    clock.advance(SWEEP_MS);
    expect(checked).toEqual(['same', 'same', 'other']);
    removes[0]?.();
    removes[0]?.();
    clock.advance(SWEEP_MS);
    expect(checked).toHaveLength(5);
    removes[1]?.();
    removes[2]?.();
    expect(clock.pendingCount).toBe(0);
    clock.advance(60_000);
    expect(checked).toHaveLength(5);
    const last = sweep.add(check);
    clock.advance(SWEEP_MS);
    expect(checked).toHaveLength(6);
    last();
  });

  it('DEV-66 goes on where a check takes itself or others out', () => {
    const clock = new FakeClock();
    const sweep = createHeartbeatSweep(clock);
    const checked: number[] = [];
    const removes = [1, 2, 3].map((n) =>
      sweep.add(() => {
        checked.push(n);
        if (n === 2) for (const remove of removes) remove();
      }),
    );
    clock.advance(SWEEP_MS);
    expect(checked).toEqual([1, 2]);
    expect(clock.pendingCount).toBe(0);
  });

  it('DEV-65 tells how long nobody listened, where this machine stood still', () => {
    const clock = new LateClock();
    const sweep = createHeartbeatSweep(clock);
    const deaf: number[] = [];
    const remove = sweep.add((_, deafMs) => void deaf.push(deafMs));
    clock.advance(SWEEP_MS);
    clock.lateMs = 20_000;
    clock.advance(SWEEP_MS);
    clock.advance(SWEEP_MS);
    clock.lateMs = 20_300;
    clock.advance(SWEEP_MS);
    expect(deaf).toEqual([0, 20_000, 0, 0]);
    remove();
  });
});
