/**
 * Follows what other nodes write to the store that all share: asks once a second for the number of its writes, and at
 * once when another node says that it wrote. Who keeps something of a kind that changed in memory reads it again, one
 * after the other. What could not be read is read again at the next look; what was known stays until then.
 */
import { sharedKey } from '../redis/keys';
import type { Bus } from '../redis/redis-bus';
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { Trouble } from '../runtime/trouble';

/** What counts the writes. */
export interface ChangeCount {
  /** Grows with every write; smaller where the store was emptied. */
  changes(): Promise<number>;
  /** The kinds that changed after that number was reached. */
  changedKinds(after: number): Promise<readonly string[]>;
}

export interface Follower {
  readonly kinds: readonly string[];
  /** Reads again what is stored, in turn with its own writes: none that is under way is undone. */
  reload(): Promise<void>;
}

export interface ChangeWatchOptions {
  readonly store: ChangeCount;
  readonly bus: Bus;
  readonly followers: readonly Follower[];
  readonly clock: Clock;
  readonly log: Log;
}

export interface ChangeWatch {
  /** This node wrote something: the others look at once. */
  wrote(): void;
  stop(): void;
}

const LOOK_MS = 1_000;
/** Whoever says it says no more than that. */
const CHANNEL = sharedKey('wrote');
/** Writes of so long are told of together. */
const TELL_MS = 50;

/** What was written before is taken as not read yet: each follower reads once at the beginning. */
export function watchChanges({ store, bus, followers, clock, log }: ChangeWatchOptions): ChangeWatch {
  const trouble = new Trouble('what other nodes stored cannot be read', clock, log);
  let known: number | null = null;
  const due = new Set(followers);
  let isLooking = false;
  let isAskedAgain = false;
  let isTelling: (() => void) | null = null;
  let isStopped = false;

  async function look(): Promise<void> {
    const now = await store.changes();
    if (now !== known) {
      // Emptied: nothing of what was known holds.
      const kinds = known === null || now < known ? null : new Set(await store.changedKinds(known));
      for (const one of followers)
        if (kinds === null || one.kinds.some((kind) => kinds.has(kind))) due.add(one);
      known = now;
    }
    for (const one of [...due]) {
      if (isStopped) return;
      due.delete(one);
      try {
        await one.reload();
      } catch (thrown) {
        due.add(one);
        trouble.note(thrown);
      }
    }
  }

  function ask(): void {
    if (isStopped) return;
    isAskedAgain = isLooking;
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((thrown: unknown) => trouble.note(messageOf(thrown)))
      .finally(() => {
        isLooking = false;
        if (isAskedAgain) ask();
      });
  }

  const stops = [clock.every(LOOK_MS, ask), bus.subscribe(CHANNEL, ask)];
  ask();
  return {
    wrote() {
      if (isStopped) return;
      isTelling ??= clock.after(TELL_MS, () => {
        isTelling = null;
        bus.publish(CHANNEL, '');
      });
    },
    stop() {
      isStopped = true;
      isTelling?.();
      for (const stop of stops) stop();
    },
  };
}
