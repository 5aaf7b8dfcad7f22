/**
 * Keeps whoever knocks from filling the disk. Of alike refusals (actor, action, subject, address, `alike`) the first of a
 * minute is recorded at once, the others as one entry with their count when the minute is over. How many different
 * ones are recorded at once has a budget too: past it, and where too many minutes are open, refusals are only counted,
 * in one entry for all of them. No clock inside: it is told the time.
 */
import { fullBucket, type TokenBucket, take } from '../runtime/token-bucket';
import type { AuditEvent } from './audit-log';

export const MAX_WINDOWS = 500;
/** At once after a quiet time; then, for somebody who goes on with ever new ones, some 40 entries a minute. */
export const BURST = 200;
const REFILL_PER_SECOND = 1 / 3;
const WINDOW_MS = 60_000;

export interface Moment {
  /** Epoch ms, for people. */
  readonly at: number;
  /** Monotonic ms, for deciding. */
  readonly monotonic: number;
}

/** What is to be recorded now; `count`: of how many refusals it tells. */
export interface RefusalEntry {
  readonly event: AuditEvent;
  readonly count: number;
}

export interface Refusals {
  /** One refusal, cleaned. */
  note(event: AuditEvent, moment: Moment): readonly RefusalEntry[];
  /** Refusals whose entry could not be written: they are told of with the next merged ones. */
  missed(count: number, moment: Moment): void;
  /** The counts of minutes that are over. */
  sweep(moment: Moment): readonly RefusalEntry[];
  /** All the counts there are. */
  flush(): readonly RefusalEntry[];
}

interface Window {
  readonly event: AuditEvent;
  readonly opened: Moment;
  repeats: number;
}

export function createRefusals(now: Moment): Refusals {
  const windows = new Map<string, Window>();
  let bucket: TokenBucket = fullBucket(BURST, REFILL_PER_SECOND, now.monotonic);
  let merged: Window | null = null;

  function note(event: AuditEvent, moment: Moment): readonly RefusalEntry[] {
    const key = JSON.stringify([event.actor, event.action, event.subject, event.address, event.alike]);
    const open = windows.get(key);
    if (open !== undefined && !isOver(open, moment)) {
      open.repeats += 1;
      return [];
    }
    windows.delete(key);
    const told = repeatsOf(open ?? null);
    const left = windows.size < MAX_WINDOWS ? take(bucket, moment.monotonic) : null;
    if (left === null) {
      missed(1, moment);
      return told;
    }
    bucket = left;
    windows.set(key, { event, opened: moment, repeats: 0 });
    return [...told, { event, count: 1 }];
  }

  function missed(count: number, moment: Moment): void {
    merged ??= { event: MERGED, opened: moment, repeats: 0 };
    merged.repeats += count;
  }

  function end(isDue: (window: Window) => boolean): readonly RefusalEntry[] {
    const due = [...windows].filter(([, window]) => isDue(window));
    for (const [key] of due) windows.delete(key);
    const dueMerged = merged !== null && isDue(merged) ? merged : null;
    if (dueMerged !== null) merged = null;
    return [...due.map(([, window]) => window), dueMerged].flatMap(repeatsOf);
  }

  return {
    note,
    missed,
    sweep: (moment) => end((window) => isOver(window, moment)),
    flush: () => end(() => true),
  };
}

const MERGED: AuditEvent = {
  actor: 'server',
  actorName: 'server',
  action: 'refusals.merged',
  subject: null,
  outcome: 'refused',
  address: null,
  details: new Map(),
};

function isOver({ opened }: Window, { monotonic }: Moment): boolean {
  return monotonic - opened.monotonic >= WINDOW_MS;
}

/** `repeats`: how many more there were since `firstAt`; before the event's own details, so that they are always kept. */
function repeatsOf(window: Window | null): RefusalEntry[] {
  if (window === null || window.repeats === 0) return [];
  const { event, opened, repeats } = window;
  const own = [...event.details].filter(([key]) => key !== 'repeats' && key !== 'firstAt');
  const details = new Map([['repeats', repeats] as const, ['firstAt', opened.at] as const, ...own]);
  return [{ event: { ...event, details }, count: repeats }];
}
