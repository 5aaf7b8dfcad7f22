import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../server/runtime/random';
import { disturb, type FrameFault } from '../../../server/simulator/faults/frame-faults';
import { setSimStage } from './sim-stage';

describe('frame faults', () => {
  const text = JSON.stringify({ topicName: 'v2.x', eventBody: { data: [{ count: 3, name: 'a"b' }] } });
  const fault = (mode: FrameFault['mode']): FrameFault => ({
    kind: 'frames',
    mode,
    probability: 1,
    delayMs: 1_000,
  });
  const parses = (payload: string | Buffer | undefined) => {
    try {
      JSON.parse(String(payload));
      return true;
    } catch {
      return false;
    }
  };

  it.each(['drop', 'duplicate', 'delay', 'reorder', 'truncate', 'bitFlip', 'wrongTypes', 'binary'] as const)(
    'SIM-24 %s does the same for the same seed',
    (mode) => {
      const run = (seed: number) => {
        const random = seededRandom(seed);
        return Array.from({ length: 50 }, () => disturb(fault(mode), text, random));
      };
      expect(run(7)).toEqual(run(7));
    },
  );

  it('SIM-24 drops, doubles, delays and breaks', () => {
    const random = seededRandom(1);
    const one = (mode: FrameFault['mode']) => disturb(fault(mode), text, random);
    expect(one('drop')).toEqual([]);
    expect(one('delay')).toEqual([{ payload: text, afterMs: 1_000 }]);
    expect(one('duplicate').map((delivery) => delivery.payload)).toEqual([text, text]);
    expect(one('reorder')[0]?.afterMs).toBeGreaterThan(0);
    expect(parses(one('truncate')[0]?.payload)).toBe(false);
    expect(one('binary')[0]?.payload).toEqual(Buffer.from(text));
    for (let n = 0; n < 50; n += 1) {
      const flipped = String(one('bitFlip')[0]?.payload);
      expect([flipped.length, flipped === text]).toEqual([text.length, false]);
      const odd = one('wrongTypes')[0]?.payload;
      expect([parses(odd), odd === text]).toEqual([true, false]);
    }
  });

  it('SIM-24 strikes frames on the wire with its probability, and ends', async () => {
    const stage = await setSimStage();
    try {
      const topics = stage.simulator.truth().queues.map(({ id }) => `v2.analytics.queues.${id}.observations`);
      const listener = await stage.connect(await stage.channel(await stage.login(), topics));
      stage.simulator.faults.inject({
        kind: 'frames',
        mode: 'duplicate',
        probability: 0.5,
        delayMs: 10,
        times: 20,
      });
      await stage.pass(120_000, 500);
      const counts = new Map<string | Buffer, number>();
      for (const raw of listener.raw) counts.set(raw, (counts.get(raw) ?? 0) + 1);
      const doubled = [...counts].filter(([raw, count]) => count === 2 && !String(raw).includes('Heartbeat'));
      expect(stage.simulator.faults.list()).toEqual([]);
      expect(doubled.length).toBeGreaterThanOrEqual(16);
      expect(doubled.length).toBeLessThanOrEqual(20);
      expect(counts.size).toBeGreaterThan(30);
    } finally {
      await stage.stop();
    }
  });
});
