/**
 * Compares the stream with REST while it lives, inside a tenth of the rate budget. The answers go to the KPI engine
 * as the same events, with the reason `reconcile`; the engine finds what differs and puts it right. They are handed
 * over two seconds late: what the stream was still carrying then comes first, and is not taken for a drift.
 */
import { HALF_HOUR_MS } from '../../lib/day';
import { createDayCalendar } from '../../lib/day-calendar';
import type { QueueId } from '../../lib/ids';
import type { KpiEvent, KpiSink } from '../kpi/events';
import type { Cancel, Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { closedHalfHour } from './day-pieces';
import { nextReconcile, noMemory, type ReconcileBatch, type ReconcileMemory } from './reconcile-plan';
import type { RestClient } from './rest-client';
import { askDay, askGauges, askPiece, deliverTo, type SnapshotQuery } from './snapshot-query';

export interface ReconcileOptions {
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly sink: KpiSink;
  /** Epoch ms that never run backwards. */
  readonly stamp: () => number;
  readonly timeZoneOf: (queueId: QueueId) => string;
  readonly isShown: (queueId: QueueId) => boolean;
  readonly liveQueues: () => readonly QueueId[];
}

const TICK_MS = 5_000;
export const SETTLE_MS = 2_000;

/** Starts at once; gives the way to stop. */
export function startReconcile(options: ReconcileOptions): Cancel {
  const { clock, timeZoneOf, isShown } = options;
  const calendar = createDayCalendar();
  let memory: ReconcileMemory = noMemory;
  let busy = false;
  let notBefore = 0;
  const settling = new Set<Cancel>();

  function deliverLater(events: readonly KpiEvent[]): void {
    const cancel = clock.after(SETTLE_MS, () => {
      settling.delete(cancel);
      const live = new Set(options.liveQueues());
      // A queue whose link dropped meanwhile is caught up by its backfill, and a comparison would be none.
      deliverTo(options.sink)(events.filter((event) => !('queueId' in event) || live.has(event.queueId)));
    });
    settling.add(cancel);
  }

  async function run(batch: ReconcileBatch): Promise<void> {
    busy = true;
    const { rest } = options;
    const query: SnapshotQuery = { rest, lane: 'reconcile', reason: 'reconcile', queueIds: batch.queueIds };
    const answer =
      batch.kind === 'closed'
        ? await askPiece(query, closedHalfHour(options.stamp()), deliverLater)
        : await askAll(query);
    busy = false;
    if (answer.ok || answer.error.kind === 'abort') return;
    notBefore = clock.monotonicNow() + Math.max(30_000, answer.error.retryAfterMs);
    options.log.warn('reconciliation failed', { reason: answer.error.message });
  }

  async function askAll(query: SnapshotQuery) {
    const gauges = await askGauges(query, deliverLater);
    return gauges.ok ? askDay(query, { now: options.stamp(), timeZoneOf }, deliverLater) : gauges;
  }

  function tick(): void {
    if (busy || clock.monotonicNow() < notBefore) return;
    const now = options.stamp();
    const hasNewDay = (id: QueueId, fullAt: number) => {
      const start = calendar.startOf(now, timeZoneOf(id));
      return start > fullAt && start % HALF_HOUR_MS !== 0;
    };
    const next = nextReconcile(memory, { now, live: options.liveQueues(), isShown, hasNewDay });
    memory = next.memory;
    if (next.batch !== null) void run(next.batch);
  }

  const stopTicking = clock.every(TICK_MS, tick);
  return () => {
    stopTicking();
    for (const cancel of settling) cancel();
    settling.clear();
  };
}
