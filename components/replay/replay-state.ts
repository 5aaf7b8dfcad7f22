/** Where one stands in the past, and how one moves there. Pure: times are epoch ms of the server. */
import type { ReplaySpan } from '../../lib/contracts/replay';

export const STEPS_MS = [5_000, 60_000, 600_000] as const;
export const SPEEDS = [1, 10, 60] as const;
export type Speed = (typeof SPEEDS)[number];

/** A stretch of time in which something can be seen. */
export interface Reach {
  readonly from: number;
  readonly until: number;
  readonly gaps: ReplaySpan['gaps'];
}

/** `null`: there is nothing to be seen. */
export function reachOf(span: ReplaySpan | null): Reach | null {
  if (span === null || span.from === null || span.until === null) return null;
  return { from: span.from, until: span.until, gaps: span.gaps };
}

export function within(at: number, { from, until }: Reach): number {
  return Math.min(until, Math.max(from, at));
}

export function isInGap(at: number, { gaps }: Reach): boolean {
  return gaps.some((gap) => at > gap.from && at < gap.until);
}

/** Playing does not wait where nothing was recorded. */
export function playedOn(at: number, stepMs: number, reach: Reach): number {
  const next = at + stepMs;
  const gap = reach.gaps.find(({ from, until }) => next > from && next < until);
  return within(gap?.until ?? next, reach);
}

/** How often a moment is fetched, and how much later it is each time. */
export function paceOf(speed: Speed): { readonly everyMs: number; readonly stepMs: number } {
  const everyMs = speed === 1 ? 5_000 : 1_000;
  return { everyMs, stepMs: everyMs * speed };
}

/** What a key does: so many ms on or back, to an end, or to play or stop. `null`: nothing. */
export type KeyDeed =
  | { readonly kind: 'step'; readonly ms: number }
  | { readonly kind: 'end'; readonly which: 'first' | 'last' }
  | { readonly kind: 'play' };

export function deedOf(key: string, shift: boolean): KeyDeed | null {
  const [small, middle, large] = STEPS_MS;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return { kind: 'step', ms: shift ? -middle : -small };
    case 'ArrowRight':
    case 'ArrowUp':
      return { kind: 'step', ms: shift ? middle : small };
    case 'PageDown':
      return { kind: 'step', ms: -large };
    case 'PageUp':
      return { kind: 'step', ms: large };
    case 'Home':
      return { kind: 'end', which: 'first' };
    case 'End':
      return { kind: 'end', which: 'last' };
    case ' ':
      return { kind: 'play' };
    default:
      return null;
  }
}

/** Of an address: `?at=1763733800000`, or a time as ISO 8601 writes it. `null`: none that can be read. */
export function atOf(text: string | string[] | undefined): number | null {
  if (typeof text !== 'string' || text === '') return null;
  const at = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(at) && at >= 0 ? Math.floor(at) : null;
}

const MOST_LINES = 500_000;

/** Seconds between the moments of a table over so much time: fewer moments for a board with many figures. */
export function tableSeconds(spanMs: number, figures: number): number {
  const finest = spanMs <= 3_600_000 ? 10 : 60;
  // Both ends of the span are in the table.
  const moments = Math.max(1, Math.floor(MOST_LINES / Math.max(1, figures)));
  const least = Math.floor(spanMs / 1_000 / moments) + 1;
  return Math.min(86_400, Math.max(finest, Math.ceil(least / 5) * 5));
}

/** Percent of the way through the reach. */
export function placeOf(at: number, { from, until }: Reach): number {
  return until <= from ? 100 : Math.min(100, Math.max(0, ((at - from) / (until - from)) * 100));
}
