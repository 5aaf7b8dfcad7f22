/**
 * What the screens of one board hold at the board's `seq`, each figure stamped with the seq that brought it, so that
 * any screen's missing deltas can be given as one, however long it was away: no log of frames that runs out.
 * `floor` is the seq of the last snapshot that everybody had to take (another board, other queues): nothing can be
 * made up across it. Knows no sockets and no clock.
 */
import { MAX_TREND_POINTS, valueKey } from '../../lib/apply-delta';
import type { Delta, TrendPoint, ValueChange } from '../../lib/contracts/push';
import type { Sources } from '../../lib/contracts/source';
import type { Pending } from './coalesce';
import type { Shown } from './shown';

interface Stamped<T> {
  readonly content: T;
  readonly seq: number;
}

export type DeltaBody = Pick<Delta, 'changes' | 'points' | 'sources'>;

export class BoardPicture {
  #seq = 0;
  #floor = 0;
  #values = new Map<string, Stamped<ValueChange>>();
  /** By trend: points by moment, oldest first. */
  #points = new Map<string, Map<number, Stamped<TrendPoint>>>();
  #sources: Stamped<Sources>;

  constructor(sources: Sources) {
    this.#sources = { content: sources, seq: 0 };
  }

  get seq(): number {
    return this.#seq;
  }

  get sources(): Sources {
    return this.#sources.content;
  }

  /** Begins anew with these figures: every screen needs a snapshot. */
  reset(
    shown: Shown,
    read: (subject: string, kpi: ValueChange['kpi']) => ValueChange,
    isFirst: boolean,
  ): void {
    if (!isFirst) this.#seq += 1;
    this.#floor = this.#seq;
    this.#points = new Map([...shown.trends.keys()].map((trend) => [trend, new Map()]));
    this.#values = new Map();
    for (const { subject, kpi } of shown.figures.values()) {
      this.#values.set(valueKey(subject, kpi), { content: read(subject, kpi), seq: this.#seq });
    }
  }

  /** Takes in what waited; `null` where it changes nothing, and then the seq stays. */
  apply(pending: Pending): DeltaBody | null {
    const changes = this.#news(pending);
    const points = [...pending.points.values()].filter((point) => this.#isNewPoint(point));
    if (changes.length === 0 && points.length === 0 && pending.sources === null) return null;
    this.#seq += 1;
    const seq = this.#seq;
    for (const change of changes) {
      this.#values.set(valueKey(change.subject, change.kpi), { content: change, seq });
    }
    for (const point of points) this.#keepPoint(point, seq);
    if (pending.sources !== null) this.#sources = { content: pending.sources, seq };
    return body(changes, points, pending.sources);
  }

  /** Every figure now, in the board's order. */
  values(): ValueChange[] {
    return [...this.#values.values()].map((value) => value.content);
  }

  /** Whether a screen that holds `seq` can be brought here without a snapshot. */
  canReach(seq: number): boolean {
    return seq >= this.#floor && seq <= this.#seq;
  }

  /** All that came after `seq`, the latest of each. */
  since(seq: number): DeltaBody {
    const changes: ValueChange[] = [];
    for (const value of this.#values.values()) if (value.seq > seq) changes.push(value.content);
    const points: TrendPoint[] = [];
    for (const trend of this.#points.values()) {
      for (const point of trend.values()) if (point.seq > seq) points.push(point.content);
    }
    return body(changes, points, this.#sources.seq > seq ? this.#sources.content : null);
  }

  /** Figures that the board shows and that are not the same as before. */
  #news(pending: Pending): ValueChange[] {
    const news: ValueChange[] = [];
    for (const [key, change] of pending.changes) {
      const known = this.#values.get(key);
      if (known !== undefined && !isSame(known.content, change)) news.push(change);
    }
    return news;
  }

  #isNewPoint(point: TrendPoint): boolean {
    const trend = this.#points.get(point.trend);
    return trend !== undefined && trend.get(point.at)?.content.value !== point.value;
  }

  #keepPoint(point: TrendPoint, seq: number): void {
    const trend = this.#points.get(point.trend);
    if (trend === undefined) return;
    trend.set(point.at, { content: point, seq });
    for (const oldest of trend.keys()) {
      if (trend.size <= MAX_TREND_POINTS) break;
      trend.delete(oldest);
    }
  }
}

function body(changes: ValueChange[], points: TrendPoint[], sources: Sources | null): DeltaBody {
  return {
    changes,
    ...(points.length === 0 ? {} : { points }),
    ...(sources === null ? {} : { sources }),
  };
}

function isSame(a: ValueChange, b: ValueChange): boolean {
  return (
    a.value === b.value &&
    a.asOf === b.asOf &&
    a.status === b.status &&
    a.stale === b.stale &&
    a.origin === b.origin &&
    a.hidden === b.hidden &&
    (a.detail === b.detail || JSON.stringify(a.detail) === JSON.stringify(b.detail))
  );
}
