import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../server/runtime/random';
import { scriptOf } from '../../../server/simulator/appliances/command-script';
import { createMetricsWalk } from '../../../server/simulator/appliances/metrics-walk';
import { createTimerWheel } from '../../../server/simulator/appliances/timer-wheel';
import { FakeClock } from '../../support/fake-clock';

const walked = (seed: number, count: number) => {
  const walk = createMetricsWalk(seededRandom(seed));
  return Array.from({ length: count }, () => walk.next());
};

describe('what an appliance measures', () => {
  it('SIM-66 is the same for a seed, wanders, and has bursts of loss with slow answers', () => {
    expect(walked(1, 100)).toEqual(walked(1, 100));
    for (const seed of [1, 2, 3]) {
      const samples = walked(seed, 36_000);
      const signals = samples.map(({ signal_dbm }) => signal_dbm);
      const steps = signals.map((signal, at) => Math.abs(signal - (signals[at - 1] ?? signal)));
      expect(Math.max(...steps)).toBeLessThanOrEqual(5);
      expect(Math.max(...signals) - Math.min(...signals)).toBeGreaterThan(5);
      const lossy = samples.filter(({ packet_loss_pct }) => packet_loss_pct > 4);
      expect([lossy.length > 50, lossy.length < samples.length / 10]).toEqual([true, true]);
      const meanMs = (list: typeof samples) =>
        list.reduce((sum, { latency_ms }) => sum + latency_ms, 0) / list.length;
      expect(meanMs(lossy)).toBeGreaterThan(2 * meanMs(samples));
      expect(samples.some(({ errors }) => errors > 0)).toBe(true);
    }
  });

  it('SIM-66 differs between appliances: some are weak', () => {
    const first = Array.from({ length: 200 }, (_, seed) => walked(seed, 1)[0]?.signal_dbm ?? 0);
    expect([first.some((dbm) => dbm < -80), first.some((dbm) => dbm > -55)]).toEqual([true, true]);
  });
});

describe('what an appliance makes of a command', () => {
  const measured = () => ({ signal_dbm: -70, packet_loss_pct: 0, latency_ms: 30, errors: 0 });
  const script = (command: string, params: Record<string, unknown>) =>
    scriptOf({ command, params, firmwareVersion: '3.2', measured }, seededRandom(1));

  it.each([
    [{}, 10_000],
    [{ duration: '1s' }, 1_000],
    [{ duration: '120s' }, 120_000],
  ])('SIM-67 scans for as long as it was asked, %j', (params, takesMs) => {
    const scan = script('channel_scan', params);
    expect(scan.takesMs).toBe(takesMs);
    expect(scan.outcome()).toMatchObject({ ok: true, result: { duration_ms: takesMs } });
  });

  it.each([['0s'], ['121s'], ['1e1s'], ['30'], [30], [null]])('SIM-67 scans not for %j', (duration) => {
    const outcome = script('channel_scan', { duration }).outcome();
    expect(outcome.ok).toBe(duration === null);
  });

  it.each([['__proto__'], ['PING_LATENCY'], ['']])('SIM-67 does not know %j', (command) => {
    expect(script(command, {}).outcome()).toEqual({ ok: false, error: 'unknown command' });
  });
});

describe('the timer wheel', () => {
  it('SIM-74 does many things at their time with one timer, and keeps none when nothing is planned', () => {
    const clock = new FakeClock();
    const wheel = createTimerWheel(clock);
    const done: string[] = [];
    const at = (name: string) => () => void done.push(`${name} ${clock.monotonicNow()}`);
    wheel.after(100, at('b'));
    wheel.after(30, at('a'));
    const cancel = wheel.after(50, at('never'));
    wheel.after(0, at('soon'));
    cancel();
    const stop = wheel.every(100, at('each'), 0);
    expect(clock.pendingCount).toBe(1);
    clock.advance(330);
    expect(done).toEqual(['soon 20', 'each 20', 'a 40', 'b 100', 'each 100', 'each 200', 'each 300']);
    stop();
    clock.advance(200);
    expect([wheel.size, clock.pendingCount, done.length]).toEqual([0, 0, 7]);
    wheel.after(10, at('later'));
    clock.advance(40);
    expect(done.at(-1)).toBe('later 550');
    expect(clock.pendingCount).toBe(0);
  });

  it('SIM-74 has thousands of periods on one timer, none of them late or lost', () => {
    const clock = new FakeClock();
    const wheel = createTimerWheel(clock);
    const counts = Array.from({ length: 1_000 }, () => 0);
    for (const index of counts.keys()) {
      wheel.every(100, () => (counts[index] = (counts[index] ?? 0) + 1), (index * 37) % 100);
    }
    expect(clock.pendingCount).toBe(1);
    clock.advance(10_000);
    expect(counts.every((count) => Math.abs(count - 100) <= 1)).toBe(true);
    wheel.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('SIM-74 makes nothing up for ticks that it missed', () => {
    const held: (() => void)[] = [];
    let now = 0;
    const clock = {
      ...{ now: () => now, monotonicNow: () => now, after: () => () => {} },
      every(_ms: number, run: () => void) {
        held.push(run);
        return () => {};
      },
    };
    const wheel = createTimerWheel(clock);
    let count = 0;
    wheel.every(100, () => {
      count += 1;
    });
    now = 10_050;
    held[0]?.();
    expect(count).toBe(1);
    now = 10_200;
    held[0]?.();
    expect(count).toBe(2);
  });
});
