/**
 * What waits for a board's next frame, and when that frame is due: the first change goes out at once, the rest
 * within the cadence are merged by key and the latest wins. No clock and no sockets inside. `Pending` is owned by
 * one room and filled in place: a board can show 50,000 figures, and a copy a batch would cost more than the frame.
 */
import { valueKey } from '../../lib/apply-delta';
import type { TrendPoint, ValueChange } from '../../lib/contracts/push';
import type { Sources } from '../../lib/contracts/source';

export interface Pending {
  /** By `valueKey`. */
  readonly changes: Map<string, ValueChange>;
  /** By trend and moment. */
  readonly points: Map<string, TrendPoint>;
  sources: Sources | null;
  /** What the board shows is another: a snapshot instead of a delta. */
  structure: boolean;
  /** Whether anything here may ask for a frame; what may not rides along with the next one. */
  urgent: boolean;
}

export function emptyPending(): Pending {
  return { changes: new Map(), points: new Map(), sources: null, structure: false, urgent: false };
}

export function addChange(pending: Pending, change: ValueChange): void {
  pending.changes.set(valueKey(change.subject, change.kpi), change);
  pending.urgent = true;
}

export function addPoint(pending: Pending, point: TrendPoint): void {
  pending.points.set(`${point.trend}@${point.at}`, point);
  pending.urgent = true;
}

/** `urgent` false: only a sign of life moved. */
export function addSources(pending: Pending, sources: Sources, urgent: boolean): void {
  pending.sources = sources;
  pending.urgent ||= urgent;
}

export function addStructure(pending: Pending): void {
  pending.structure = true;
  pending.urgent = true;
}

/** Ms until the next frame may go out: 0 after a pause of at least the cadence (the leading edge). */
export function dueInMs(lastFrameAt: number | null, cadenceMs: number, now: number): number {
  if (lastFrameAt === null) return 0;
  return Math.max(0, lastFrameAt + cadenceMs - now);
}

/** Whether two reports of the sources differ in more than their last signs of life. */
export function sourcesDiffer(a: Sources, b: Sources): boolean {
  return a !== b && withoutSignsOfLife(a) !== withoutSignsOfLife(b);
}

function withoutSignsOfLife(sources: Sources): string {
  return JSON.stringify(sources, (key, value) => (key === 'lastHeardAt' ? undefined : value));
}
