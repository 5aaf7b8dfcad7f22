import { describe, expect, it } from 'vitest';
import { HALF_HOUR_MS } from '../../../lib/day';
import { type QueueId, queueId } from '../../../lib/ids';
import { SETTLE_MS, startReconcile } from '../../../server/genesys/reconcile';
import {
  nextReconcile,
  noMemory,
  OTHERS_EVERY_MS,
  type ReconcileBatch,
  type ReconcileMemory,
  SHOWN_EVERY_MS,
} from '../../../server/genesys/reconcile-plan';
import type { KpiEvent } from '../../../server/kpi/events';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { memoryRest } from './memory-rest';

const START = Date.UTC(2026, 10, 20, 9, 10);
const ids = (count: number) => Array.from({ length: count }, (_, at) => queueId(`q${at}`));

/** Ticks every five seconds and gives the batches with their times. */
function plan(
  live: readonly QueueId[],
  forMs: number,
  isShown: (id: QueueId) => boolean,
): (ReconcileBatch & { at: number })[] {
  const batches: (ReconcileBatch & { at: number })[] = [];
  let memory: ReconcileMemory = noMemory;
  for (let now = START; now <= START + forMs; now += 5_000) {
    const next = nextReconcile(memory, { now, live, isShown, hasNewDay: () => false });
    memory = next.memory;
    if (next.batch !== null) batches.push({ ...next.batch, at: now });
  }
  return batches;
}

describe('reconciliation plan', () => {
  it('GEN-33 compares what is shown every half minute, the rest every five, and nobody is left out', () => {
    const live = ids(3);
    const batches = plan(live, 15 * 60_000, (id) => id === 'q1').filter(({ kind }) => kind === 'full');
    const times = (id: string) => batches.filter(({ queueIds }) => queueIds.includes(queueId(id))).length;
    expect(times('q1')).toBe((15 * 60_000) / SHOWN_EVERY_MS);
    expect(times('q0')).toBe((15 * 60_000) / OTHERS_EVERY_MS);
    expect(times('q2')).toBe(times('q0'));
  });

  it('GEN-33 takes no more than a hundred at once, the longest overdue first', () => {
    const batches = plan(ids(250), OTHERS_EVERY_MS + 10_000, () => false);
    expect(batches.map(({ queueIds }) => queueIds.length)).toEqual([100, 100, 50]);
    expect(new Set(batches.flatMap(({ queueIds }) => queueIds)).size).toBe(250);
  });

  it('GEN-34 asks each queue once for the half hour that has just closed, shown ones first', () => {
    const boundary = Date.UTC(2026, 10, 20, 9, 30);
    const batches = plan(ids(150), boundary - START + 20_000, (id) => id === 'q149').filter(
      ({ kind }) => kind === 'closed',
    );
    expect(batches[0]?.at).toBe(boundary + 5_000);
    expect(batches[0]?.queueIds[0]).toBe('q149');
    expect(batches.map(({ queueIds }) => queueIds.length)).toEqual([100, 50]);
  });

  it('GEN-37 a day that began inside a half hour comes first', () => {
    const live = ids(2);
    const before = nextReconcile(noMemory, {
      now: START,
      live,
      isShown: () => false,
      hasNewDay: () => false,
    });
    const next = nextReconcile(before.memory, {
      now: START + 1_000,
      live,
      isShown: () => false,
      hasNewDay: (id) => id === 'q1',
    });
    expect(next.batch).toEqual({ kind: 'full', queueIds: ['q1'] });
  });

  it('GEN-33 asks for no queue that is not live', () => {
    expect(plan([], HALF_HOUR_MS, () => true)).toEqual([]);
  });
});

describe('reconciliation', () => {
  function setUp() {
    const clock = new FakeClock();
    const { rest, asked } = memoryRest(() => clock.now());
    const events: KpiEvent[] = [];
    const live = new Set(ids(1));
    const stop = startReconcile({
      rest,
      clock,
      log: silentLog,
      sink: (event) => void events.push(event),
      stamp: () => clock.now(),
      timeZoneOf: () => 'UTC',
      isShown: () => true,
      liveQueues: () => [...live],
    });
    return { clock, asked, events, stop, drop: () => live.clear() };
  }

  it('GEN-33 hands its answer over after the stream had time to say the same', async () => {
    const { clock, asked, events, stop } = setUp();
    clock.advance(SHOWN_EVERY_MS + 5_000);
    expect(asked).toMatchObject([{ kind: 'gauges', lane: 'reconcile', queueIds: ['q0'] }]);
    const sentAt = clock.now();
    await asked[0]?.answer([]);
    clock.advance(SETTLE_MS - 1);
    expect(events).toEqual([]);
    clock.advance(1);
    expect(events).toMatchObject([{ kind: 'snapshotCompleted', observedAt: sentAt, reason: 'reconcile' }]);
    stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('GEN-33 drops the answer where the link was lost meanwhile', async () => {
    const { clock, asked, events, stop, drop } = setUp();
    clock.advance(SHOWN_EVERY_MS + 5_000);
    await asked[0]?.answer([]);
    drop();
    clock.advance(SETTLE_MS);
    expect(events).toEqual([]);
    stop();
  });
});
