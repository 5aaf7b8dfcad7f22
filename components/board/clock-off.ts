/** How far this screen's own clock is off, as a person says it; `null` where that is no matter. Pure. */
import { SKEW_WARNING_MS } from '../live/server-clock';

export interface ClockOff {
  readonly count: number;
  readonly unit: 's' | 'min';
}

const MINUTES_FROM_MS = 120_000;

export function clockOff(skewMs: number): ClockOff | null {
  const ms = Math.abs(skewMs);
  if (ms <= SKEW_WARNING_MS) return null;
  if (ms < MINUTES_FROM_MS) return { count: Math.round(ms / 1_000), unit: 's' };
  return { count: Math.round(ms / 60_000), unit: 'min' };
}
