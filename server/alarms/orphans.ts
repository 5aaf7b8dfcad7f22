/**
 * Alarms that nobody can end any more: their figure is on no board, or was not known for a day. They are let go after a
 * while, so that a board that is published anew, or a server that starts, finds its alarms as they were.
 */
import type { Moment } from './alarm-state';
import type { Standing } from './standing';
import type { WatchedFigures } from './watched-figures';

const UNSHOWN_MS = 15 * 60_000;
const UNKNOWN_MS = 24 * 3_600_000;
const LOOK_EVERY_MS = 30_000;

export class Orphans {
  readonly #since = new Map<string, number>();
  lookedTick = Number.NEGATIVE_INFINITY;

  /** Keys of those whose time is over; looked for now and then. */
  take(
    standing: Iterable<Standing>,
    figures: Pick<WatchedFigures, 'boardsOf'>,
    now: Moment,
  ): readonly string[] {
    if (now.tick - this.lookedTick < LOOK_EVERY_MS) return [];
    this.lookedTick = now.tick;
    const before = new Map(this.#since);
    this.#since.clear();
    const gone: string[] = [];
    for (const { key, subject, kpi, unknownSince } of standing) {
      if (unknownSince !== null && now.at - unknownSince >= UNKNOWN_MS) gone.push(key);
      else if (subject !== null && kpi !== null && figures.boardsOf(subject, kpi).size === 0) {
        const since = before.get(key) ?? now.tick;
        if (now.tick - since >= UNSHOWN_MS) gone.push(key);
        else this.#since.set(key, since);
      }
    }
    return gone;
  }
}
