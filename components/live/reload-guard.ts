/**
 * Loads the page anew for a reason, once for that reason in ten minutes: two servers that disagree about the build, or a
 * link that never comes back, must not make it spin.
 */
import type { KeyValueStorage } from './picture-store';

const KEY = 'floorcast.reload';
const QUIET_MS = 10 * 60_000;
/** Reasons that are remembered. */
const MOST = 8;

/** Whether to reload now; remembers that it was said. Without a storage never: a loop could not be seen. */
export function mayReload(storage: KeyValueStorage | null, reason: string, now: number): boolean {
  if (storage === null) return false;
  try {
    const recent = readReasons(storage.getItem(KEY)).filter(({ at }) => at <= now && now - at < QUIET_MS);
    if (recent.some((known) => known.reason === reason)) return false;
    const kept = [...recent, { reason, at: now }].slice(-MOST);
    storage.setItem(KEY, kept.map(({ reason: text, at }) => `${text}\n${at}`).join('\n'));
    return true;
  } catch {
    // A storage that is forbidden or full: as without one.
    return false;
  }
}

interface Remembered {
  readonly reason: string;
  readonly at: number;
}

/** A line with the reason, then one with the time. */
function readReasons(text: string | null): readonly Remembered[] {
  const lines = (text ?? '').split('\n');
  return lines.flatMap((reason, index) => {
    const at = Number(lines[index + 1]);
    return index % 2 === 0 && Number.isFinite(at) ? [{ reason, at }] : [];
  });
}
