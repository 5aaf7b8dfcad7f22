/**
 * What the screens of one room are told of figures and trends: as the reader has them, less what their audience may not
 * know. Everything that a frame says of a figure goes through here. It hears of the figures that decide beside those
 * that are shown, keeps those few as they are, and knows when one who waits alone is to be told of, by one timer.
 */
import { valueKey } from '../../../lib/apply-delta';
import type { Audience } from '../../../lib/contracts/board';
import type { KpiKey, KpiValue } from '../../../lib/contracts/kpi';
import { type TrendPoint, trendKey, type ValueChange } from '../../../lib/contracts/push';
import type { SubjectKey } from '../../../lib/ids';
import type { KpiReader } from '../../kpi/reader';
import type { Cancel, Clock } from '../../runtime/clock';
import type { Figure, Shown } from '../shown';
import { DESK_AUDIENCE } from './audience-of';
import { isLone, WAIT_KPIS } from './lone-waiter';
import { decidingTrends, type TrendAddress, toldPoint } from './told-trends';
import { deciding, loneUntil, toldValue, waitsOf, withholds } from './withheld';

const NEVER_OBSERVED: KpiValue = { value: null, asOf: null, origin: null, status: 'unknown', stale: false };
/** A clock that was set meanwhile is noticed within this. */
const LONGEST_TIMER_MS = 60_000;

/** What a room has to hear of. */
export interface Heard {
  /** By `valueKey`. */
  readonly figures: ReadonlyMap<string, Figure>;
  /** By `trendKey`. */
  readonly trends: ReadonlyMap<string, TrendAddress>;
}

export interface ToldFiguresOptions {
  readonly reader: KpiReader;
  readonly clock: Clock;
  /** Figures that are to be told of otherwise, because time has passed. */
  readonly onDue: (changes: readonly ValueChange[]) => void;
}

export class ToldFigures {
  readonly #options: ToldFiguresOptions;
  readonly #unwatch = new Map<string, () => void>();
  #audience: Audience = DESK_AUDIENCE;
  #heard: Heard = { figures: new Map(), trends: new Map() };
  /** By the key of what decides: the figures, or trends, of this board that it decides on. */
  #decided = new Map<string, Figure[]>();
  #decidedTrends = new Map<string, TrendAddress[]>();
  /** What decides, and what is decided on, as they are. */
  readonly #raw = new Map<string, KpiValue>();
  /** By subject: who waits alone there, by his beginning, and since when that is known here. */
  readonly #lone = new Map<string, { readonly since: number | null; readonly seenAt: number }>();
  #due: { readonly at: number; readonly cancel: Cancel } | null = null;

  constructor(options: ToldFiguresOptions) {
    this.#options = options;
  }

  get heard(): Heard {
    return this.#heard;
  }

  /** Nothing is kept from this audience: what is heard can be told as it is. */
  get isWhole(): boolean {
    return !withholds(this.#audience);
  }

  /** Begins anew with what a board shows. */
  takeUp(shown: Shown, audience: Audience): void {
    this.#audience = audience;
    this.#heard = this.#isDecidedBy(shown);
    this.#watchTrends();
    this.#raw.clear();
    for (const [key, figures] of this.#decided) {
      for (const { subject, kpi } of [...figures, ...this.#figureOf(key)]) this.#keep(subject, kpi);
    }
    this.#rest();
    for (const subject of [...this.#lone.keys()]) this.#review(subject);
    for (const key of this.#decided.keys())
      for (const { subject } of this.#figureOf(key)) this.#review(subject);
  }

  /** A figure as it is told now. */
  read(subject: string, kpi: KpiKey): ValueChange {
    const raw = this.#raw.get(valueKey(subject, kpi)) ?? this.#asItIs(subject, kpi);
    const figure = { subject, kpi };
    if (deciding(figure, this.#audience).length === 0) return { ...raw, subject, kpi };
    return { ...toldValue(figure, raw, this.#audience, this.#knowledge()), subject, kpi };
  }

  /** What a change makes of this board's figures: of itself, and of those that it decides on. */
  change(change: ValueChange): readonly ValueChange[] {
    const key = valueKey(change.subject, change.kpi);
    const decided = this.#decided.get(key);
    const isKept = this.#raw.has(key);
    if (isKept) this.#raw.set(key, change);
    if (decided === undefined) return [isKept ? this.read(change.subject, change.kpi) : change];
    if (WAIT_KPIS.includes(change.kpi)) this.#review(change.subject);
    return decided.map(({ subject, kpi }) => this.read(subject, kpi));
  }

  /** What a point makes of this board's trends. */
  point(point: TrendPoint): readonly TrendPoint[] {
    const decided = this.#decidedTrends.get(point.trend);
    const own = this.#heard.trends.get(point.trend);
    if (decided === undefined) return own === undefined ? [point] : [this.#told(own, point)];
    return decided.flatMap((trend) => {
      const key = trendKey(trend.subject, trend.kpi, trend.every);
      const found = key === point.trend ? point : this.#points(trend).find(({ at }) => at === point.at);
      return found === undefined ? [] : [this.#told(trend, found)];
    });
  }

  /** Its points so far, as they are told. */
  trend(trend: TrendAddress): readonly TrendPoint[] {
    const points = this.#points(trend);
    if (deciding(trend, this.#audience).length === 0) return points;
    const others = new Map(
      decidingTrends(trend, this.#audience).map((other) => [
        trendKey(other.subject, other.kpi, other.every),
        new Map(this.#points(other).map(({ at, value }) => [at, value])),
      ]),
    );
    return points.map((point) =>
      toldPoint(trend, point, this.#audience, (key) => others.get(key)?.get(point.at) ?? null),
    );
  }

  close(): void {
    this.#rest();
    for (const unwatch of this.#unwatch.values()) unwatch();
    this.#unwatch.clear();
  }

  /** What is to be heard for a board that shows this; notes which figure decides on which. */
  #isDecidedBy(shown: Shown): Heard {
    this.#decided = new Map();
    this.#decidedTrends = new Map();
    if (this.isWhole) return shown;
    const figures = new Map(shown.figures);
    for (const figure of shown.figures.values()) {
      for (const other of deciding(figure, this.#audience)) {
        const key = valueKey(other.subject, other.kpi);
        figures.set(key, other);
        push(this.#decided, key, figure);
      }
    }
    const trends = new Map<string, TrendAddress>(shown.trends);
    for (const trend of shown.trends.values()) {
      for (const other of decidingTrends(trend, this.#audience)) {
        const key = trendKey(other.subject, other.kpi, other.every);
        trends.set(key, other);
        push(this.#decidedTrends, key, trend);
      }
    }
    return { figures, trends };
  }

  #watchTrends(): void {
    const { trends } = this.#heard;
    for (const [key, unwatch] of this.#unwatch) {
      if (trends.has(key)) continue;
      unwatch();
      this.#unwatch.delete(key);
    }
    for (const [key, { subject, kpi, every }] of trends) {
      if (this.#unwatch.has(key)) continue;
      // An unknown address is one that the reader answers too.
      this.#unwatch.set(key, this.#options.reader.watchTrend(subject as SubjectKey, kpi, every));
    }
  }

  #figureOf(key: string): readonly Figure[] {
    const figure = this.#heard.figures.get(key);
    return figure === undefined ? [] : [figure];
  }

  #keep(subject: string, kpi: KpiKey): void {
    this.#raw.set(valueKey(subject, kpi), this.#asItIs(subject, kpi));
  }

  #asItIs(subject: string, kpi: KpiKey): KpiValue {
    return this.#options.reader.value(subject as SubjectKey, kpi) ?? NEVER_OBSERVED;
  }

  #points({ subject, kpi, every }: TrendAddress): readonly TrendPoint[] {
    return this.#options.reader.trend(subject as SubjectKey, kpi, every);
  }

  #told(trend: TrendAddress, point: TrendPoint): TrendPoint {
    return toldPoint(trend, point, this.#audience, (key) => {
      const other = this.#heard.trends.get(key);
      return other === undefined
        ? null
        : (this.#points(other).find(({ at }) => at === point.at)?.value ?? null);
    });
  }

  #knowledge() {
    return {
      now: this.#options.clock.now(),
      lookUp: (key: string) => this.#raw.get(key),
      seenAt: (subject: string) => this.#lone.get(subject)?.seenAt ?? null,
    };
  }

  /** Notes since when somebody waits alone there. Who began at another moment is somebody else. */
  #review(subject: string): void {
    const waits = waitsOf(subject, this.#knowledge());
    const known = this.#lone.get(subject);
    if (!isLone(waits)) {
      this.#lone.delete(subject);
      return;
    }
    if (known === undefined || known.since !== waits.since) {
      this.#lone.set(subject, { since: waits.since, seenAt: this.#options.clock.now() });
    }
    this.#wakeAt(loneUntil(subject, this.#audience, this.#knowledge()));
  }

  /** One timer, for the first who is to be told of; it may come for one who waits no more. */
  #wakeAt(at: number | null): void {
    if (at === null || (this.#due !== null && this.#due.at <= at)) return;
    this.#rest();
    const { clock } = this.#options;
    const delayMs = Math.min(LONGEST_TIMER_MS, Math.max(0, at - clock.now()));
    this.#due = { at, cancel: clock.after(delayMs, () => this.#onTime()) };
  }

  #rest(): void {
    this.#due?.cancel();
    this.#due = null;
  }

  #onTime(): void {
    this.#due = null;
    const changes: ValueChange[] = [];
    for (const subject of this.#lone.keys()) {
      const until = loneUntil(subject, this.#audience, this.#knowledge());
      if (until === null) changes.push(...WAIT_KPIS.map((kpi) => this.read(subject, kpi)));
      else this.#wakeAt(until);
    }
    if (changes.length > 0) this.#options.onDue(changes);
  }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
