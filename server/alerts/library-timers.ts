/**
 * The MQTT library's timers for its signs of life, by our clock, until they are ended: once a connection is gone nobody
 * is to be heard on it, and the library would throw away what has arrived and waits to be stored.
 */
import type { IClientOptions } from 'mqtt';
import type { Cancel, Clock } from '../runtime/clock';

export interface LibraryTimers extends Exclude<IClientOptions['timerVariant'], string | undefined> {
  /** No more of them. */
  end(): void;
}

export function libraryTimers(clock: Clock): LibraryTimers {
  const cancels = new Map<number, Cancel>();
  let last = 0;
  let isEnded = false;
  return {
    set(run, periodMs) {
      last += 1;
      if (!isEnded)
        cancels.set(
          last,
          clock.every(periodMs ?? 0, () => run()),
        );
      return last;
    },
    clear(id) {
      cancels.get(id)?.();
      cancels.delete(id);
    },
    end() {
      isEnded = true;
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}
