/**
 * All that is made of what one device measures in one session: windows, and breaches of limits at once. It knows no clock: whoever holds it tells it the time, at least four times a second,
 * so that windows close on time also when nothing comes. What did not change keeps its identity.
 */
import {
  METRICS,
  type MetricKey,
  type MetricWindow,
  type ThresholdBreach,
} from '../../../lib/contracts/diagnostics';
import { type BreachState, stepBreach } from './limits';
import { CRITICAL_WINDOW_MS, createRecordWindows, WINDOW_MS } from './record-windows';

export interface WatchChanges {
  /** Windows of the record that closed. */
  readonly closed: readonly MetricWindow[];
  /** Begun (`endedAt` null) or ended; `value` is the first one, and at the end the worst. */
  readonly breaches: readonly ThresholdBreach[];
}

export interface MetricWatch {
  /** Samples of one message, at the epoch ms when it came. */
  take(values: ReadonlyMap<MetricKey, number>, at: number): WatchChanges;
  tick(now: number): WatchChanges;
  /** The session is over: what is open closes as it is. */
  end(now: number): WatchChanges;
  /** The newest closed window of each metric. */
  windows(): readonly MetricWindow[];
  /** Breaches that last, with the worst value so far. */
  breaches(): readonly ThresholdBreach[];
  /** Samples that came too late for their window and are in none of the record. */
  readonly lateCount: number;
}

const NOTHING: WatchChanges = { closed: [], breaches: [] };

/** `startedAt`: epoch ms of the session's start, to which windows are aligned. */
export function createMetricWatch(startedAt: number): MetricWatch {
  const rows = METRICS.map(({ key, critical }) => ({
    key,
    record: createRecordWindows(key, critical ? CRITICAL_WINDOW_MS : WINDOW_MS, startedAt),
    newest: null as MetricWindow | null,
    breach: null as BreachState,
  }));
  type Row = (typeof rows)[number];

  /** Closes windows by one way of closing, and notes them as the newest. */
  function closed(close: (row: Row) => MetricWindow | null): readonly MetricWindow[] {
    let all: MetricWindow[] | null = null;
    for (const row of rows) {
      const window = close(row);
      if (window === null) continue;
      row.newest = window;
      all = all === null ? [window] : [...all, window];
    }
    return all ?? NOTHING.closed;
  }

  function breached(values: ReadonlyMap<MetricKey, number>, at: number): readonly ThresholdBreach[] {
    let all: ThresholdBreach[] | null = null;
    for (const row of rows) {
      const value = values.get(row.key);
      if (value === undefined) continue;
      const { state, told } = stepBreach(row.breach, row.key, value, at);
      row.breach = state;
      if (told !== null) all = all === null ? [told] : [...all, told];
    }
    return all ?? NOTHING.breaches;
  }

  return {
    take(values, at) {
      const windows = closed(({ key, record }) => {
        const value = values.get(key);
        return value === undefined ? record.tick(at) : record.take(value, at);
      });
      return changesOf(windows, breached(values, at));
    },
    tick: (now) =>
      changesOf(
        closed(({ record }) => record.tick(now)),
        NOTHING.breaches,
      ),
    end: (now) =>
      changesOf(
        closed(({ record }) => record.end(now)),
        NOTHING.breaches,
      ),
    windows: () => rows.flatMap(({ newest }) => newest ?? []),
    breaches: () => rows.flatMap(({ breach }) => breach?.breach ?? []),
    get lateCount() {
      return rows.reduce((sum, { record }) => sum + record.lateCount, 0);
    },
  };
}

function changesOf(closed: readonly MetricWindow[], breaches: readonly ThresholdBreach[]): WatchChanges {
  return closed.length === 0 && breaches.length === 0 ? NOTHING : { closed, breaches };
}
