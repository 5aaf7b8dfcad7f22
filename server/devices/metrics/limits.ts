/**
 * Limits of what devices measure. A breach begins with the first sample beyond its limit, and is told at once. It ends
 * when every sample of 2 s was on the good side of the dead-band (packet loss 4 % or less, signal −82 dBm or more):
 * a figure that swings around its limit is one breach, not a hundred. Silence ends nothing. Pure.
 */
import type { MetricKey, ThresholdBreach } from '../../../lib/contracts/diagnostics';

interface Limit {
  readonly limit: number;
  /** The near end of the dead-band: from here on it is good again. */
  readonly clears: number;
  readonly isBad: 'above' | 'below';
}

const LIMITS: ReadonlyMap<MetricKey, Limit> = new Map([
  ['packet_loss_pct', { limit: 5, clears: 4, isBad: 'above' }],
  ['signal_dbm', { limit: -85, clears: -82, isBad: 'below' }],
]);
export const CALM_MS = 2_000;

/** `null`: within its limit. */
export type BreachState = {
  /** With the worst value so far. */
  readonly breach: ThresholdBreach;
  /** Since when all samples were good; `null`: the last was not. */
  readonly calmSince: number | null;
} | null;

export interface BreachStep {
  readonly state: BreachState;
  /** A breach that began or ended with this sample. */
  readonly told: ThresholdBreach | null;
}

/** A sample that changes nothing gives the same state. */
export function stepBreach(state: BreachState, metric: MetricKey, value: number, at: number): BreachStep {
  const rule = LIMITS.get(metric);
  if (rule === undefined) return { state, told: null };
  if (state === null) return isBeyond(rule, value) ? begun(metric, rule, value, at) : { state, told: null };
  if (!isGood(rule, value))
    return { state: { breach: worse(state.breach, rule, value), calmSince: null }, told: null };
  const calmSince = Math.min(state.calmSince ?? at, at);
  if (at - calmSince >= CALM_MS) return { state: null, told: { ...state.breach, endedAt: at } };
  return { state: calmSince === state.calmSince ? state : { ...state, calmSince }, told: null };
}

function begun(metric: MetricKey, { limit }: Limit, value: number, at: number): BreachStep {
  const breach = { metric, value, limit, since: at, endedAt: null };
  return { state: { breach, calmSince: null }, told: breach };
}

function worse(breach: ThresholdBreach, { isBad }: Limit, value: number): ThresholdBreach {
  const isWorse = isBad === 'above' ? value > breach.value : value < breach.value;
  return isWorse ? { ...breach, value } : breach;
}

function isBeyond({ limit, isBad }: Limit, value: number): boolean {
  return isBad === 'above' ? value > limit : value < limit;
}

function isGood({ clears, isBad }: Limit, value: number): boolean {
  return isBad === 'above' ? value <= clears : value >= clears;
}
