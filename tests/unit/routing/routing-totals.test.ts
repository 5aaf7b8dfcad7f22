import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoutingEvent } from '../../../lib/contracts/routing';
import { RoutingTotals } from '../../../server/routing/routing-totals';

function event(queueId: string, waitMs: number | null, more: Partial<RoutingEvent> = {}): RoutingEvent {
  return { queueId, interactionId: 'i', eventType: 'answered', waitMs, agentStatus: null, at: 0, ...more };
}

describe('what is not written yet', () => {
  it('ROUTE-10 is a sum a queue; an event that ends no wait counts none', () => {
    const totals = new RoutingTotals();
    totals.add(event('a', 1_000));
    totals.add(event('a', 500, { agentStatus: 'IDLE', at: 5 }));
    totals.add(event('a', null, { agentStatus: 'INTERACTING', at: 4 }));
    totals.add(event('b', null, { agentStatus: 'IDLE' }));
    totals.add(event('c', null));
    expect(totals.next()).toEqual({
      number: 1,
      totals: [
        { queueId: 'a', waitMs: 1_500, events: 2, agentStatus: 'IDLE' },
        { queueId: 'b', waitMs: 0, events: 0, agentStatus: 'IDLE' },
      ],
    });
  });

  it('ROUTE-11 goes out again as it was until it is written, and what came meanwhile after it', () => {
    const totals = new RoutingTotals();
    totals.add(event('a', 1));
    totals.add(event('b', 2));
    const first = totals.next();
    totals.add(event('a', 4));
    expect(totals.next()).toBe(first);
    totals.written(new Set(['a']));
    expect(totals.next()).toMatchObject({ number: 1, totals: [{ queueId: 'b', waitMs: 2 }] });
    totals.written(new Set(['b']));
    expect(totals.next()).toMatchObject({ number: 2, totals: [{ queueId: 'a', waitMs: 4, events: 1 }] });
    totals.written(new Set(['a']));
    expect([totals.next(), totals.waiting]).toEqual([null, 0]);
  });

  it('ROUTE-12 has room for so many queues; events of more are counted', () => {
    const totals = new RoutingTotals(2);
    for (const queue of ['a', 'b', 'c', 'a', 'd']) totals.add(event(queue, 1));
    expect([totals.next()?.totals.length, totals.leftOut]).toEqual([2, 2]);
  });

  it('ROUTE-10 a status that is older than the one before changes nothing, also in a later batch', () => {
    const totals = new RoutingTotals();
    totals.add(event('a', 1, { agentStatus: 'IDLE', at: 10 }));
    totals.next();
    totals.written(new Set(['a']));
    totals.add(event('a', 1, { agentStatus: 'OFF_QUEUE', at: 9 }));
    expect(totals.next()?.totals[0]?.agentStatus).toBeNull();
  });

  it('ROUTE-11 whatever fails, what is written is what came, each once', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ queue: fc.constantFrom('a', 'b', 'c'), waitMs: fc.nat(1_000) }),
        fc.record({ written: fc.subarray(['a', 'b', 'c']) }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (some) => {
        const totals = new RoutingTotals();
        const [came, wrote] = [new Map<string, number>(), new Map<string, number>()];
        const seen = new Map<string, number>();
        const write = (wanted: ReadonlySet<string>) => {
          const batch = totals.next();
          for (const one of batch?.totals ?? []) {
            if (!wanted.has(one.queueId) || seen.get(one.queueId) === batch?.number) continue;
            seen.set(one.queueId, batch?.number ?? 0);
            wrote.set(one.queueId, (wrote.get(one.queueId) ?? 0) + one.waitMs);
          }
          totals.written(wanted);
        };
        for (const step of some) {
          if ('written' in step) write(new Set(step.written));
          else {
            totals.add(event(step.queue, step.waitMs));
            came.set(step.queue, (came.get(step.queue) ?? 0) + step.waitMs);
          }
        }
        write(new Set(['a', 'b', 'c']));
        write(new Set(['a', 'b', 'c']));
        expect(wrote).toEqual(came);
        expect(totals.waiting).toBe(0);
      }),
    );
  });
});
