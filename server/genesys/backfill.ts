/**
 * Catching up by REST after every (re)connection: what happened while no socket was open is stored nowhere. Queues
 * wait in one list, those that a screen shows first; a batch of a hundred is asked for its gauges and its day, and a
 * queue is done when both came from requests sent after it was asked for. Failures wait and try again for ever.
 */
import type { QueueId } from '../../lib/ids';
import type { Result } from '../../lib/result';
import type { KpiSink } from '../kpi/events';
import { backoffDelayMs, RECONNECT_BACKOFF } from '../runtime/backoff';
import type { Cancel, Clock } from '../runtime/clock';
import type { Failure } from '../runtime/errors';
import type { Random } from '../runtime/random';
import { QUEUES_PER_QUERY } from './platform-calls';
import type { RestClient } from './rest-client';
import { askDay, askGauges, deliverTo } from './snapshot-query';

export interface BackfillOptions {
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly sink: KpiSink;
  readonly timeZoneOf: (queueId: QueueId) => string;
  readonly isShown: (queueId: QueueId) => boolean;
  /** These queues are caught up. */
  readonly onDone: (queueIds: readonly QueueId[]) => void;
  /** `null`: the last batch went well. */
  readonly onProblem: (failure: Failure | null) => void;
}

export interface Backfill {
  /** Asks for these queues; one that is being asked for already is asked for again. */
  request(queueIds: readonly QueueId[]): void;
  /** Their link is gone again: they will be requested anew. */
  forget(queueIds: readonly QueueId[]): void;
  /** How many queues wait or are underway. */
  pendingCount(): number;
  /** Ms that the last batch took; 0 before the first. */
  lastDurationMs(): number;
  stop(): void;
}

/** Batches at a time: one is parsed while the other is underway. */
const WORKERS = 2;

export function createBackfill(options: BackfillOptions): Backfill {
  const { clock } = options;
  /** Queue → the number of the request that it waits for. */
  const pending = new Map<QueueId, number>();
  const underway = new Set<QueueId>();
  let requests = 0;
  let workers = 0;
  let failures = 0;
  let durationMs = 0;
  let stopped = false;
  let resting: Cancel | null = null;

  function nextBatch(): QueueId[] {
    const free = [...pending.keys()].filter((id) => !underway.has(id));
    const shown = free.filter((id) => options.isShown(id));
    if (shown.length >= QUEUES_PER_QUERY) return shown.slice(0, QUEUES_PER_QUERY);
    const others = free.filter((id) => !options.isShown(id));
    return [...shown, ...others].slice(0, QUEUES_PER_QUERY);
  }

  function pump(): void {
    while (!stopped && resting === null && workers < WORKERS) {
      const batch = nextBatch();
      if (batch.length === 0) return;
      workers += 1;
      for (const id of batch) underway.add(id);
      void work(batch);
    }
  }

  async function work(batch: readonly QueueId[]): Promise<void> {
    const asked = new Map(batch.map((id) => [id, pending.get(id)]));
    const started = clock.monotonicNow();
    const answer = await askBoth(options, batch);
    durationMs = clock.monotonicNow() - started;
    workers -= 1;
    for (const id of batch) underway.delete(id);
    if (stopped) return;
    if (answer.ok) settle(asked);
    else rest(answer.error);
    pump();
  }

  function settle(asked: ReadonlyMap<QueueId, number | undefined>): void {
    failures = 0;
    // A queue whose link dropped and came back meanwhile has a newer request, and waits for that.
    const done = [...asked.keys()].filter((id) => pending.has(id) && pending.get(id) === asked.get(id));
    for (const id of done) pending.delete(id);
    options.onProblem(null);
    if (done.length > 0) options.onDone(done);
  }

  function rest(failure: Failure): void {
    options.onProblem(failure);
    const floorMs = Math.max(failure.retryAfterMs, failure.kind === 'fatal' ? 30_000 : 0);
    resting?.();
    resting = clock.after(backoffDelayMs(RECONNECT_BACKOFF, failures, options.random, floorMs), () => {
      resting = null;
      pump();
    });
    failures += 1;
  }

  return {
    request(queueIds) {
      requests += 1;
      for (const id of queueIds) pending.set(id, requests);
      pump();
    },
    forget(queueIds) {
      for (const id of queueIds) pending.delete(id);
    },
    pendingCount: () => pending.size,
    lastDurationMs: () => durationMs,
    stop() {
      stopped = true;
      resting?.();
      pending.clear();
    },
  };
}

async function askBoth(
  options: BackfillOptions,
  queueIds: readonly QueueId[],
): Promise<Result<null, Failure>> {
  const query = { rest: options.rest, lane: 'backfill', reason: 'backfill', queueIds } as const;
  const deliver = deliverTo(options.sink);
  const gauges = await askGauges(query, deliver);
  if (!gauges.ok) return gauges;
  return askDay(query, { now: options.clock.now(), timeZoneOf: options.timeZoneOf }, deliver);
}
