/**
 * Alarms that nobody can end any more: their figure is on no board, or was not known for a day. They are let go after a
 * while, so that a board that is published anew, or a server that starts, finds its alarms as they were. Both are
 * counted by the monotonic clock; how long one was not known before the start, by the wall clock.
 */
import type { Moment } from './alarm-state';
import type { Standing } from './standing';
import type { WatchedFigures } from './watched-figures';

const UNSHOWN_MS = 15 * 60_000;
const UNKNOWN_MS = 24 * 3_600_000;
const LOOK_EVERY_MS = 30_000;

export class Orphans {
  /** By key, as ticks. */
  readonly #unshown = new Map<string, number>();
  readonly #unknown = new Map<string, { readonly since: number; readonly tick: number }>();
  lookedTick = Number.NEGATIVE_INFINITY;

  /** Keys of those whose time is over; looked for now and then. */
  take(
    standing: Iterable<Standing>,
    figures: Pick<WatchedFigures, 'boardsOf'>,
    now: Moment,
  ): readonly string[] {
    if (now.tick - this.lookedTick < LOOK_EVERY_MS) return [];
    const isFirst = this.lookedTick === Number.NEGATIVE_INFINITY;
    this.lookedTick = now.tick;
    const [unshown, unknown] = [new Map(this.#unshown), new Map(this.#unknown)];
    this.#unshown.clear();
    this.#unknown.clear();
    const gone: string[] = [];
    for (const { key, subject, kpi, unknownSince } of standing) {
      if (unknownSince !== null) {
        const held = unknown.get(key);
        const before = isFirst ? Math.max(0, now.at - unknownSince) : 0;
        const tick = held?.since === unknownSince ? held.tick : now.tick - before;
        this.#unknown.set(key, { since: unknownSince, tick });
        if (now.tick - tick >= UNKNOWN_MS) {
          gone.push(key);
          continue;
        }
      }
      if (subject === null || kpi === null || figures.boardsOf(subject, kpi).size > 0) continue;
      const since = unshown.get(key) ?? now.tick;
      if (now.tick - since >= UNSHOWN_MS) gone.push(key);
      else this.#unshown.set(key, since);
    }
    return gone;
  }
}
