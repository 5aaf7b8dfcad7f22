import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanced, steadyEpoch } from '../../../server/genesys/steady-epoch';
import {
  learned,
  offsetMs,
  toServerTime,
  unknownUpstreamClock,
} from '../../../server/genesys/upstream-clock';

const START = Date.UTC(2026, 10, 20, 9);

describe('upstream clock', () => {
  it.each([-300_000, -1_000, 0, 1_000, 300_000])(
    'GEN-27 learns an offset of %i ms to within the shortest way',
    (offset) => {
      let clock = unknownUpstreamClock;
      for (const [i, delay] of [80, 30, 12, 95, 40].entries()) {
        const stamp = START + i * 1_000;
        clock = learned(clock, stamp, stamp + offset + delay);
      }
      expect(offsetMs(clock)).toBe(offset + 12);
    },
  );

  it('GEN-27 a stamp more than 30 s off is not believed, and does not become the estimate', () => {
    const clock = learned(unknownUpstreamClock, START, START + 50);
    const wild = learned(clock, START + 86_400_000, START + 1_000);
    expect(offsetMs(wild)).toBe(50);
    expect(toServerTime(wild, START - 60_000, START + 1_000)).toBe(START + 1_000);
    expect(toServerTime(wild, START + 86_400_000, START + 1_000)).toBe(START + 1_000);
    expect(toServerTime(wild, START + 900, START + 1_000)).toBe(START + 950);
  });

  it('GEN-27 a clock upstream that really moved is learnt within two windows', () => {
    let clock = learned(unknownUpstreamClock, START, START + 20);
    for (let at = START; at < START + 11 * 60_000; at += 1_000) clock = learned(clock, at - 240_000, at + 20);
    expect(offsetMs(clock)).toBe(240_020);
  });

  it('GEN-27 a later stamp never gets an earlier time, and none is after its receipt', () => {
    const frames = fc.array(fc.record({ later: fc.integer({ min: 1, max: 2_000 }), delay: fc.nat(9_000) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(frames, fc.integer({ min: -300_000, max: 300_000 }), (steps, offset) => {
        let clock = unknownUpstreamClock;
        let stamp = START;
        let received = 0;
        let last = Number.NEGATIVE_INFINITY;
        for (const { later, delay } of steps) {
          stamp += later;
          // One socket: frames come in their order.
          received = Math.max(received, stamp + offset + delay);
          clock = learned(clock, stamp, received);
          const at = toServerTime(clock, stamp, received);
          expect(at).toBeLessThanOrEqual(received);
          expect(at).toBeGreaterThanOrEqual(last);
          last = at;
        }
      }),
    );
  });
});

describe('steady epoch', () => {
  it('GEN-28 never runs backwards, and comes back to the wall clock', () => {
    const jumps = fc.array(
      fc.record({ elapsed: fc.nat(5_000), jump: fc.integer({ min: -3_600_000, max: 3_600_000 }) }),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(jumps, (steps) => {
        let [wall, monotonic] = [START, 0];
        let steady = steadyEpoch(wall, monotonic);
        for (const { elapsed, jump } of steps) {
          wall += elapsed + jump;
          monotonic += elapsed;
          const next = advanced(steady, wall, monotonic);
          expect(next.at).toBeGreaterThanOrEqual(steady.at);
          expect(next.at).toBeGreaterThanOrEqual(wall);
          steady = next;
        }
        const ahead = steady.at - wall;
        expect(advanced(steady, wall + 2 * ahead, monotonic + 2 * ahead).at).toBe(wall + 2 * ahead);
      }),
    );
  });
});
