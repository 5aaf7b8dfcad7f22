/**
 * The order of a queue table: the alarmed first, then the longest queue, then by name; and how long an order
 * holds, so that rows do not dance. Pure.
 */
import type { KpiStatus } from '../../lib/contracts/kpi';

export interface RowFacts {
  readonly subject: string;
  readonly name: string;
  /** The worst status of what the row shows. */
  readonly status: KpiStatus;
  /** Nothing of the queue is alarmed, not even what the row does not show. */
  readonly quiet: boolean;
  readonly waiting: number | null;
}

const RANK: Record<KpiStatus, number> = { critical: 0, warning: 1, normal: 2, unknown: 2 };

/** The worst of several: critical, warning, unknown, normal. */
export function worstStatus(statuses: Iterable<KpiStatus>): KpiStatus {
  let worst: KpiStatus = 'normal';
  for (const status of statuses) {
    if (status === 'critical') return 'critical';
    if (status === 'warning' || (status === 'unknown' && worst === 'normal')) worst = status;
  }
  return worst;
}

/** Subjects in the order in which they are shown. */
export function alarmedFirst(rows: readonly RowFacts[]): readonly string[] {
  return [...rows].sort(compareRows).map((row) => row.subject);
}

function compareRows(a: RowFacts, b: RowFacts): number {
  return (
    RANK[a.status] - RANK[b.status] ||
    (b.waiting ?? -1) - (a.waiting ?? -1) ||
    a.name.localeCompare(b.name, undefined, { numeric: true })
  );
}

/** Rows change places at most this often. */
export const ORDER_HOLD_MS = 6_000;

export interface HeldOrder {
  readonly subjects: readonly string[];
  /** When rows last changed places, on the caller's clock. */
  readonly changedAt: number;
}

/**
 * The order to show now. Inside the hold the rows keep their places: those that went leave, new ones wait at the
 * end. Returns the same object where nothing moves.
 */
export function holdOrder(held: HeldOrder | null, wanted: readonly string[], now: number): HeldOrder {
  if (held === null) return { subjects: wanted, changedAt: now };
  if (sameOrder(held.subjects, wanted)) return held;
  const heldMs = now - held.changedAt;
  // A clock that was set back holds nothing.
  if (heldMs >= ORDER_HOLD_MS || heldMs < 0) return { subjects: wanted, changedAt: now };
  const present = new Set(wanted);
  const kept = held.subjects.filter((subject) => present.has(subject));
  const known = new Set(kept);
  const subjects = [...kept, ...wanted.filter((subject) => !known.has(subject))];
  return sameOrder(held.subjects, subjects) ? held : { subjects, changedAt: held.changedAt };
}

function sameOrder(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((subject, i) => subject === b[i]);
}
