/**
 * Changes a paired screen's token once a day: a token that was copied from it is worth little for long. Screens do not
 * come in step; one that does not know when it last did so does it within the hour; what fails is tried an hour later
 * and harms nothing else.
 */
import type { Cancel, Clock } from './clock';
import type { KeyValueStorage } from './picture-store';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const KEY = 'floorcast.screen-token';

export interface TokenRotationOptions {
  readonly screenId: string;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly random: () => number;
  readonly storage: KeyValueStorage | null;
  /** Whether the server gave a new token. */
  readonly rotate: () => Promise<boolean>;
}

/** Ms until the next change: a day to 25 hours after the last one; within the hour where that is over or not known. */
export function nextRotationMs(rotatedAt: number | null, now: number, random: () => number): number {
  const soonMs = random() * HOUR_MS;
  // A machine whose hour was set back: when the last one was is not known.
  if (rotatedAt === null || rotatedAt > now) return soonMs;
  return Math.max(rotatedAt + DAY_MS - now, 0) + soonMs;
}

/** Goes on until the result is called. */
export function startTokenRotation(options: TokenRotationOptions): () => void {
  const { screenId, clock, random, storage, rotate } = options;
  let cancel: Cancel = () => {};
  let isStopped = false;
  const plan = (delayMs: number) => {
    cancel();
    if (!isStopped) cancel = clock.after(delayMs, turn);
  };
  const turn = () => {
    // Should the answer never come, this is the next try.
    plan(HOUR_MS);
    rotate().then(
      (isDone) => {
        if (!isDone) return;
        remember(storage, screenId, clock.now());
        plan(nextRotationMs(clock.now(), clock.now(), random));
      },
      () => {}, // Tried again in an hour.
    );
  };
  plan(nextRotationMs(lastRotation(storage, screenId), clock.now(), random));
  return () => {
    isStopped = true;
    cancel();
  };
}

/** `null`: never, or by another screen, or not to be known. */
function lastRotation(storage: KeyValueStorage | null, screenId: string): number | null {
  try {
    const [id, at] = (storage?.getItem(KEY) ?? '').split('\n');
    const rotatedAt = Number(at);
    return id === screenId && Number.isFinite(rotatedAt) ? rotatedAt : null;
  } catch {
    // A storage that is forbidden: as without one.
    return null;
  }
}

function remember(storage: KeyValueStorage | null, screenId: string, at: number): void {
  try {
    storage?.setItem(KEY, `${screenId}\n${at}`);
  } catch {
    // A storage that is forbidden or full: the next page changes the token once more than it had to.
  }
}
