/**
 * Whose turn it is to be compared with REST, pure. Queues that a screen shows every half minute, the others every
 * five; after :00 and :30 every queue's closed half hour once more, because the stream begins anew there and only
 * REST has the last word on what was; and a day of a zone whose midnight cuts a half hour, right after that midnight.
 */

import { HALF_HOUR_MS, halfHourStart } from '../../lib/day';
import type { QueueId } from '../../lib/ids';
import { QUEUES_PER_QUERY } from './platform-calls';

export const SHOWN_EVERY_MS = 30_000;
export const OTHERS_EVERY_MS = 5 * 60_000;
/** The platform's own books of a half hour settle for a while after its end. */
const CLOSING_DELAY_MS = 5_000;

export interface ReconcileMemory {
  /** Queue → when it was last asked for everything, and which closed half hour (its end) was last asked for. */
  readonly asked: ReadonlyMap<QueueId, { readonly fullAt: number; readonly closedAt: number }>;
}

export const noMemory: ReconcileMemory = { asked: new Map() };

export interface ReconcileBatch {
  /** `full`: gauges and the day. `closed`: the half hour that has just closed. */
  readonly kind: 'full' | 'closed';
  readonly queueIds: readonly QueueId[];
}

export interface ReconcileScene {
  /** Epoch ms, steady. */
  readonly now: number;
  readonly live: readonly QueueId[];
  readonly isShown: (queueId: QueueId) => boolean;
  /** Where a day began inside a half hour since `fullAt`: its pieces are not known yet. */
  readonly hasNewDay: (queueId: QueueId, fullAt: number) => boolean;
}

/**
 * The next batch, or `null` where nobody's turn has come. A queue that is new here counts as asked now: its backfill
 * has just been.
 */
export function nextReconcile(
  memory: ReconcileMemory,
  scene: ReconcileScene,
): {
  memory: ReconcileMemory;
  batch: ReconcileBatch | null;
} {
  const known = remember(memory, scene);
  const closed = closedDue(known, scene);
  if (closed.length > 0) return taken(known, { kind: 'closed', queueIds: closed }, scene.now);
  const due = fullDue(known, scene);
  if (due.length === 0) return { memory: known, batch: null };
  return taken(known, { kind: 'full', queueIds: due }, scene.now);
}

function remember(memory: ReconcileMemory, { live, now }: ReconcileScene): ReconcileMemory {
  const isSame = memory.asked.size === live.length && live.every((id) => memory.asked.has(id));
  if (isSame) return memory;
  const fresh = { fullAt: now, closedAt: settledBoundary(now) };
  return { asked: new Map(live.map((id) => [id, memory.asked.get(id) ?? fresh])) };
}

function closedDue({ asked }: ReconcileMemory, { now, live, isShown }: ReconcileScene): QueueId[] {
  const boundary = settledBoundary(now);
  const due = live.filter((id) => (asked.get(id)?.closedAt ?? boundary) < boundary);
  return [...due.filter(isShown), ...due.filter((id) => !isShown(id))].slice(0, QUEUES_PER_QUERY);
}

function fullDue({ asked }: ReconcileMemory, scene: ReconcileScene): QueueId[] {
  const { now, live, isShown, hasNewDay } = scene;
  const overdue = (id: QueueId): number => {
    const fullAt = asked.get(id)?.fullAt ?? now;
    if (hasNewDay(id, fullAt)) return HALF_HOUR_MS;
    return now - fullAt - (isShown(id) ? SHOWN_EVERY_MS : OTHERS_EVERY_MS);
  };
  return live
    .map((id) => ({ id, by: overdue(id) }))
    .filter(({ by }) => by >= 0)
    .sort((a, b) => b.by - a.by)
    .slice(0, QUEUES_PER_QUERY)
    .map(({ id }) => id);
}

function taken(
  { asked }: ReconcileMemory,
  batch: ReconcileBatch,
  now: number,
): { memory: ReconcileMemory; batch: ReconcileBatch } {
  const next = new Map(asked);
  for (const id of batch.queueIds) {
    const fullAt = batch.kind === 'full' ? now : (asked.get(id)?.fullAt ?? now);
    // A full comparison asks for the whole day, and so for the half hour that closed last.
    next.set(id, { fullAt, closedAt: settledBoundary(now) });
  }
  return { memory: { asked: next }, batch };
}

/** The end of the last half hour whose books have settled. */
function settledBoundary(now: number): number {
  return halfHourStart(now - CLOSING_DELAY_MS);
}
