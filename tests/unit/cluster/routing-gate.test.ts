import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoutingEvent } from '../../../lib/contracts/routing';
import { queueId } from '../../../lib/ids';
import { RoutingGate } from '../../../server/cluster/routing-gate';
import { FakeClock } from '../../support/fake-clock';

const Q = queueId('3f7d2c1e-0000-4000-8000-000000000001');
const event = (n: number, queue: string = Q): RoutingEvent => ({
  ...{ queueId: queue, interactionId: `i${n}`, eventType: 'answered', waitMs: n, agentStatus: null, at: n },
});
const own = (since: number) => ({ index: 0, queueIds: [Q], owned: { since }, endedAt: null });
const ended = (endedAt: number | null) => ({ index: 0, queueIds: [Q], owned: null, endedAt });

function gateHere() {
  const clock = new FakeClock(0);
  const counted: number[] = [];
  const gate = new RoutingGate(clock, ({ waitMs }) => void counted.push(waitMs ?? -1));
  return { clock, gate, counted };
}

describe('which routing events a node counts', () => {
  it('CLUSTER-37 those that it heard while the queue was its own, once the table has confirmed it', () => {
    const { clock, gate, counted } = gateHere();
    gate.shard(own(0));
    gate.add(event(1));
    expect(counted).toEqual([]);
    clock.advance(10);
    gate.add(event(2, Q.toUpperCase().replaceAll('-', '')));
    gate.confirmed(10);
    expect(counted).toEqual([1]);
    gate.confirmed(11);
    expect(counted).toEqual([1, 2]);
  });

  it('CLUSTER-37 of queues of others, nothing; and they are forgotten after 10 s', () => {
    const { clock, gate, counted } = gateHere();
    gate.add(event(1));
    clock.advance(10_001);
    gate.confirmed(clock.now());
    gate.shard(own(0));
    gate.confirmed(clock.now());
    expect(counted).toEqual([]);
  });

  it('CLUSTER-37 up to the next owner; where nobody else owns it, all', () => {
    for (const [endedAt, expected] of [
      [5, [1]],
      [null, [1, 2]],
    ] as const) {
      const { clock, gate, counted } = gateHere();
      gate.shard(own(0));
      gate.add(event(1));
      clock.advance(5);
      gate.add(event(2));
      gate.shard(ended(endedAt));
      expect(counted).toEqual(expected);
    }
  });

  it('CLUSTER-37 what waits is bounded: the oldest goes, and is counted as gone', () => {
    const { clock, gate, counted } = gateHere();
    gate.shard(own(0));
    for (let n = 0; n < 50_001; n += 1) gate.add(event(n));
    clock.advance(1);
    gate.confirmed(1);
    expect([gate.dropped, counted.length, counted[0]]).toEqual([1, 50_000, 1]);
  });

  it('CLUSTER-37 of two that hear the same, whatever the moment of the handover, one counts each once', () => {
    const moment = fc.nat(1_000);
    fc.assert(
      fc.property(fc.uniqueArray(moment), moment, moment, fc.array(moment), (heard, taken, seen, rounds) => {
        const [a, b] = [gateHere(), gateHere()];
        a.gate.shard(own(0));
        const seenAt = taken + seen;
        for (let at = 0; at <= 2_100; at += 1) {
          for (const { clock } of [a, b]) if (at > 0) clock.advance(1);
          if (heard.includes(at)) for (const { gate } of [a, b]) gate.add(event(at));
          if (at === taken) b.gate.shard(own(taken));
          // The old owner sees it in the table a while later; until it was taken the table confirms it.
          if (at === seenAt) a.gate.shard(ended(taken));
          if (rounds.includes(at)) {
            if (at < taken) a.gate.confirmed(at);
            else b.gate.confirmed(at);
          }
        }
        b.gate.confirmed(5_000);
        expect([...a.counted, ...b.counted].sort((x, y) => x - y)).toEqual([...heard].sort((x, y) => x - y));
      }),
      { numRuns: 60 },
    );
  });
});
