/**
 * What a device measured as one sentence a window, for the transcript. How long a window is may change at any time
 * (the platform asks for less, a person reads it); each sample is in exactly one sentence. Apart from the windows of
 * the record, whose lengths never change. Deterministic: it knows no clock.
 */
import { METRICS, type MetricKey } from '../../../lib/contracts/diagnostics';
import { type Tally, tallied } from './tally';
import { measuredText } from './wording';

export type Tallies = ReadonlyMap<MetricKey, Tally>;

export interface MessageWindows {
  /** The sentence that is closed by these samples, where they are after it. */
  take(values: ReadonlyMap<MetricKey, number>, at: number): string | null;
  /** `lengthMs`: of windows from now on, the open one too. */
  tick(now: number, lengthMs: number): string | null;
  end(): string | null;
}

export function createMessageWindows(startedAt: number, firstLengthMs: number): MessageWindows {
  let lengthMs = firstLengthMs;
  let from: number | null = null;
  let tallies = new Map<MetricKey, Tally>();

  function close(): string | null {
    const text = from === null ? null : measuredText(tallies);
    from = null;
    tallies = new Map();
    return text;
  }

  function closeDue(now: number): string | null {
    if (from === null) return null;
    const to = startOf(from) + lengthMs;
    const isSetBack = now < from - lengthMs;
    return now >= to || isSetBack ? close() : null;
  }

  function startOf(at: number): number {
    return startedAt + Math.floor((at - startedAt) / lengthMs) * lengthMs;
  }

  return {
    take(values, at) {
      const text = closeDue(at);
      from ??= startOf(at);
      for (const { key } of METRICS) {
        const value = values.get(key);
        if (value !== undefined) tallies.set(key, tallied(tallies.get(key) ?? null, value));
      }
      return text;
    },
    tick(now, wantedMs) {
      lengthMs = wantedMs;
      return closeDue(now);
    },
    end: close,
  };
}
