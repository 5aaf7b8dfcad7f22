/**
 * The longest wait where no `activity` topic tells it: asked by query for the queues that have somebody waiting, and
 * for no others, inside the budget of reconciliation.
 */
import type { QueueId } from '../../lib/ids';
import type { KpiEvent, KpiSink } from '../kpi/events';
import type { Cancel, Clock } from '../runtime/clock';
import { QUEUES_PER_QUERY, queryObservations } from './platform-calls';
import type { RestClient } from './rest-client';
import { gaugeEvents } from './snapshot-events';

const TICK_MS = 5_000;
const METRICS = ['oLongestWaiting'] as const;

/** Which queues have somebody waiting, read from the events as they pass. */
export interface WaitingQueues {
  /** Looks at an event on its way to the KPI engine. */
  note(event: KpiEvent): void;
  has(queueId: QueueId): boolean;
}

export function createWaitingQueues(): WaitingQueues {
  /** Queue → media types with waiting callers; an entry is never empty. */
  const waiting = new Map<QueueId, Set<string>>();
  function set(queueId: QueueId, mediaType: string, count: number): void {
    const media = waiting.get(queueId) ?? new Set();
    if (count > 0) media.add(mediaType);
    else media.delete(mediaType);
    if (media.size === 0) waiting.delete(queueId);
    else waiting.set(queueId, media);
  }
  return {
    note(event) {
      if (event.kind !== 'gaugesObserved' || event.mediaType === null) return;
      for (const { metric, stats } of event.metrics) {
        if (metric === 'oWaiting') set(event.queueId, event.mediaType, stats.count ?? 0);
      }
    },
    has: (queueId) => waiting.has(queueId),
  };
}

export interface LongestWaitOptions {
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly sink: KpiSink;
  readonly isShown: (queueId: QueueId) => boolean;
  /** Live queues with somebody waiting and no topic that tells since when. */
  readonly wanted: () => readonly QueueId[];
}

/** Starts at once; gives the way to stop. */
export function startLongestWaitRefresh(options: LongestWaitOptions): Cancel {
  let busy = false;
  /** Round-robin: queues asked for in the running round. */
  let asked = new Set<QueueId>();

  async function run(queueIds: readonly QueueId[]): Promise<void> {
    busy = true;
    const answer = await queryObservations(options.rest, 'reconcile', { queueIds, metrics: METRICS });
    busy = false;
    if (!answer.ok) return;
    const { value, sentAt } = answer.value;
    const events = gaugeEvents(value, { queueIds, metrics: METRICS, sentAt, reason: 'reconcile' });
    // Partial on purpose: it refreshes, it does not compare.
    for (const event of events) if (event.kind === 'gaugesObserved') options.sink(event);
  }

  return options.clock.every(TICK_MS, () => {
    if (busy) return;
    const wanted = options.wanted();
    if (wanted.length === 0) return;
    let next = wanted.filter((id) => !asked.has(id) || options.isShown(id));
    if (next.length === 0) {
      asked = new Set();
      next = [...wanted];
    }
    const batch = [...next.filter(options.isShown), ...next.filter((id) => !options.isShown(id))];
    const queueIds = batch.slice(0, QUEUES_PER_QUERY);
    for (const id of queueIds) asked.add(id);
    void run(queueIds);
  });
}
