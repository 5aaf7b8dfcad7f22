/** Reloads the page for a new build, once for that build in ten minutes: two servers that disagree must not make it spin. */
import type { KeyValueStorage } from './picture-store';

const KEY = 'floorcast.reload';
const QUIET_MS = 10 * 60_000;

/** Whether to reload now; remembers that it was said. Without a storage never: a loop could not be seen. */
export function mayReload(storage: KeyValueStorage | null, build: string, now: number): boolean {
  if (storage === null) return false;
  try {
    const [last = '', at = '0'] = (storage.getItem(KEY) ?? '').split('\n');
    if (last === build && now - Number(at) < QUIET_MS) return false;
    storage.setItem(KEY, `${build}\n${now}`);
    return true;
  } catch {
    // A storage that is forbidden or full: as without one.
    return false;
  }
}
