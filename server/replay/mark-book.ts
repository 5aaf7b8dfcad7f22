/**
 * What was worth an eye on a board, as spans of time: alarms by their worst level, and figures that were not known.
 * Read off the very frames that screens get. Spans are bounded: past that the last one of its kind grows.
 */

import { valueKey } from '../../lib/apply-delta';
import type { AlarmsFrame } from '../../lib/contracts/alarm';
import type { Delta, Snapshot, ValueChange } from '../../lib/contracts/push';
import type { ReplayMark } from '../../lib/contracts/replay';

type Kind = ReplayMark['kind'];
type Standing = 'critical' | 'warning' | 'stale' | 'normal';

/** Of one chain; it lasts ten minutes. */
const MOST_MARKS = 60;

/** How many figures stand how. */
export class Standings {
  readonly #standings = new Map<string, Standing>();
  readonly #counts: Record<Standing, number> = { critical: 0, warning: 0, stale: 0, normal: 0 };

  takeSnapshot({ values }: Snapshot): void {
    this.#standings.clear();
    for (const kind of ['critical', 'warning', 'stale', 'normal'] as const) this.#counts[kind] = 0;
    for (const value of values) this.#take(value);
  }

  takeDelta({ changes }: Delta): void {
    for (const value of changes) this.#take(value);
  }

  has(standing: Standing): boolean {
    return this.#counts[standing] > 0;
  }

  #take(value: ValueChange): void {
    const key = valueKey(value.subject, value.kpi);
    const before = this.#standings.get(key);
    if (before !== undefined) this.#counts[before] -= 1;
    const after = standingOf(value);
    this.#standings.set(key, after);
    this.#counts[after] += 1;
  }
}

/** What was never observed is not known either, but nothing that went wrong. */
function standingOf({ stale, status }: ValueChange): Standing {
  if (stale) return 'stale';
  return status === 'unknown' ? 'normal' : status;
}

export class MarkBook {
  readonly #standings = new Standings();
  #alarms: AlarmsFrame | null = null;
  #marks: ReplayMark[] = [];
  /** Since when each kind lasts. */
  readonly #since = new Map<Kind, number>();

  takeSnapshot(at: number, snapshot: Snapshot): void {
    this.#standings.takeSnapshot(snapshot);
    this.#review(at);
  }

  takeDelta(at: number, delta: Delta): void {
    this.#standings.takeDelta(delta);
    this.#review(at);
  }

  /** Once alarms are told, they say what is one, instead of the figures. */
  takeAlarms(at: number, frame: AlarmsFrame): void {
    this.#alarms = frame;
    this.#review(at);
  }

  /** All spans so far, those that last until `at`. */
  marks(at: number): ReplayMark[] {
    const lasting = [...this.#since].map(([kind, from]) => ({ from, until: at, kind }));
    return [...this.#marks, ...lasting].sort((a, b) => a.from - b.from);
  }

  /** Begins anew at `at`: what lasts goes on from there. */
  turnPage(at: number): void {
    this.#marks = [];
    for (const kind of this.#since.keys()) this.#since.set(kind, at);
  }

  #review(at: number): void {
    const worst = this.#worstAlarm();
    for (const kind of ['critical', 'warning', 'stale'] as const) {
      const lasts = kind === 'stale' ? this.#standings.has('stale') : kind === worst;
      const since = this.#since.get(kind);
      if (lasts && since === undefined) this.#since.set(kind, at);
      if (lasts || since === undefined) continue;
      this.#since.delete(kind);
      this.#close({ from: since, until: at, kind });
    }
  }

  #close(mark: ReplayMark): void {
    const index =
      this.#marks.length < MOST_MARKS ? -1 : this.#marks.findLastIndex(({ kind }) => kind === mark.kind);
    const last = this.#marks[index];
    if (last === undefined) this.#marks.push(mark);
    else this.#marks[index] = { ...last, until: mark.until };
  }

  #worstAlarm(): 'critical' | 'warning' | null {
    // What is in a flood is not listed: nobody here knows how bad it is, only how much.
    if (this.#alarms !== null && this.#alarms.flood !== null) return 'critical';
    const has = (level: 'critical' | 'warning') =>
      this.#alarms === null
        ? this.#standings.has(level)
        : this.#alarms.alarms.some((alarm) => alarm.level === level);
    return has('critical') ? 'critical' : has('warning') ? 'warning' : null;
  }
}
