/**
 * When a figure is abnormal. Two latches a threshold, warning and critical, each with an on-delay, an off-delay and
 * a dead-band; pure, durations on a monotonic clock (ms). What is not known is `unknown`, never normal; the first
 * known value after that decides at once, so that a screen that is opened late does not show minutes of calm.
 *
 *   unknown ──► off ──breach──► rising ──on-delay──► on ──clear──► falling ──off-delay──► off
 */
import type { KpiStatus } from '../../lib/contracts/kpi';

export type Latch =
  | { readonly state: 'unknown' }
  | { readonly state: 'off' }
  | { readonly state: 'rising'; readonly since: number }
  | { readonly state: 'on' }
  | { readonly state: 'falling'; readonly since: number };

/** Past the threshold; inside the dead-band, where what was holds; or well on the good side. */
export type Zone = 'breach' | 'band' | 'clear';

export interface Delays {
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

export const OFF: Latch = { state: 'off' };
const ON: Latch = { state: 'on' };
export const UNKNOWN: Latch = { state: 'unknown' };

export function stepLatch(latch: Latch, zone: Zone, time: Delays & { readonly now: number }): Latch {
  switch (latch.state) {
    case 'unknown':
      return zone === 'breach' ? ON : OFF;
    case 'off':
      if (zone !== 'breach') return latch;
      return time.onDelayMs === 0 ? ON : { state: 'rising', since: time.now };
    case 'rising':
      if (zone !== 'breach') return OFF;
      return time.now - latch.since >= time.onDelayMs ? ON : latch;
    case 'on':
      if (zone !== 'clear') return latch;
      return time.offDelayMs === 0 ? OFF : { state: 'falling', since: time.now };
    case 'falling':
      if (zone !== 'clear') return ON;
      return time.now - latch.since >= time.offDelayMs ? OFF : latch;
  }
}

export type Direction = 'above' | 'below';

export interface Limit {
  readonly direction: Direction;
  /** `null`: never. At or above it, or below it, is a breach. */
  readonly value: number | null;
  readonly deadBand: number;
}

/** Ratios are quotients of integers: a level that is the target to nine decimals has reached it. */
const EPSILON = 1e-9;

/** Where a value stands; `null` (no denominator, nobody waiting) is on the good side. */
export function zoneOf(value: number | null, limit: Limit): Zone {
  if (value === null || limit.value === null) return 'clear';
  const badness = limit.direction === 'above' ? value - limit.value : limit.value - value;
  const isBreach = limit.direction === 'above' ? badness >= -EPSILON : badness > EPSILON;
  if (isBreach) return 'breach';
  const isClear =
    limit.direction === 'above' ? badness < -limit.deadBand : badness <= -limit.deadBand + EPSILON;
  return isClear ? 'clear' : 'band';
}

/** Whether a value is clear of being a breach of either number, by more than rounding; a quiet threshold stays so. */
export function isCalm(
  value: number | null,
  limits: {
    readonly direction: Direction;
    readonly warning: number | null;
    readonly critical: number | null;
  },
  base: number,
): boolean {
  if (value === null) return true;
  const { direction, warning, critical } = limits;
  const sign = direction === 'above' ? 1 : -1;
  const isUnder = (limit: number | null) => limit === null || (value - base - limit) * sign < -EPSILON;
  return isUnder(warning) && isUnder(critical);
}

export interface ThresholdState {
  readonly warning: Latch;
  readonly critical: Latch;
}

export const UNKNOWN_THRESHOLD: ThresholdState = { warning: UNKNOWN, critical: UNKNOWN };
export const QUIET_THRESHOLD: ThresholdState = { warning: OFF, critical: OFF };

export interface Limits extends Delays {
  readonly direction: Direction;
  readonly warning: number | null;
  readonly critical: number | null;
  readonly deadBand: number;
}

/** One look at a known value. The same state is returned where nothing moved. */
export function stepThreshold(
  state: ThresholdState,
  value: number | null,
  given: { readonly limits: Limits; readonly now: number },
): ThresholdState {
  const { limits, now } = given;
  const time = { now, onDelayMs: limits.onDelayMs, offDelayMs: limits.offDelayMs };
  const step = (latch: Latch, limit: number | null) =>
    stepLatch(
      latch,
      zoneOf(value, { direction: limits.direction, value: limit, deadBand: limits.deadBand }),
      time,
    );
  const warning = step(state.warning, limits.warning);
  const critical = step(state.critical, limits.critical);
  if (warning === state.warning && critical === state.critical) return state;
  return warning === OFF && critical === OFF ? QUIET_THRESHOLD : { warning, critical };
}

function isUp(latch: Latch): boolean {
  return latch.state === 'on' || latch.state === 'falling';
}

export function statusOf(state: ThresholdState): KpiStatus {
  if (state.critical.state === 'unknown') return 'unknown';
  if (isUp(state.critical)) return 'critical';
  return isUp(state.warning) ? 'warning' : 'normal';
}

/** Whether time alone may change the status. */
export function isPending(state: ThresholdState): boolean {
  return [state.warning, state.critical].some(
    (latch) => latch.state === 'rising' || latch.state === 'falling',
  );
}
