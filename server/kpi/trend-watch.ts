/** The trends somebody watches: who watches which, what was sampled, what was announced. */
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import { type TrendPoint, trendKey } from '../../lib/contracts/push';
import type { SubjectKey } from '../../lib/ids';
import { changedPoints, withSample } from './history';

export type Every = 'minute' | 'halfHour';

export interface Watch {
  readonly key: string;
  readonly subject: SubjectKey;
  readonly kpi: KpiKey;
  readonly every: Every;
  watchers: number;
  samples: readonly TrendPoint[];
  announced: Map<number, number | null>;
}

/** Boards hold four trends a page; this many trends are watched at once at most, the rest are refused. */
export const MAX_WATCHES = 5_000;

export interface TrendWatch {
  /** `null`: at the bound. */
  add(subject: SubjectKey, kpi: KpiKey, every: Every): Watch | null;
  /** True when nobody watches it any more. */
  remove(watch: Watch): boolean;
  find(key: string): Watch | undefined;
  all(): Iterable<Watch>;
  readonly size: number;
}

/** `kept`: minutes from before this start, each trend's given back to who watches it first. */
export function createTrendWatch(kept: Map<string, readonly TrendPoint[]> = new Map()): TrendWatch {
  const watches = new Map<string, Watch>();
  return {
    add(subject, kpi, every) {
      const key = trendKey(subject, kpi, every);
      const held = watches.get(key);
      if (held !== undefined) {
        held.watchers++;
        return held;
      }
      if (watches.size >= MAX_WATCHES) return null;
      const samples = kept.get(key) ?? [];
      kept.delete(key);
      const watch: Watch = { key, subject, kpi, every, watchers: 1, samples, announced: new Map() };
      watches.set(key, watch);
      return watch;
    },
    remove(watch) {
      watch.watchers--;
      if (watch.watchers > 0) return false;
      watches.delete(watch.key);
      return true;
    },
    find: (key) => watches.get(key),
    all: () => watches.values(),
    get size() {
      return watches.size;
    },
  };
}

/** Records a sample of the whole minute; the point, where it is a new one. */
export function recordSample(watch: Watch, at: number, value: number | null): TrendPoint | null {
  const point = { trend: watch.key, at, value };
  const samples = withSample(watch.samples, point);
  if (samples === watch.samples) return null;
  watch.samples = samples;
  return point;
}

/** The half hours to announce; taken as announced. */
export function takePoints(watch: Watch, points: readonly TrendPoint[]): readonly TrendPoint[] {
  const changed = changedPoints(watch.announced, points);
  if (changed.length > 0) watch.announced = new Map(points.map((point) => [point.at, point.value]));
  return changed;
}

/** Half hours exist for what is counted over the day; a gauge has none. */
export function hasHalfHours(kpi: KpiKey): boolean {
  return kpiDefinition(kpi)?.window === 'today';
}
