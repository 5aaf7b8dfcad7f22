/** The built-in thresholds, in force until people set their own: the service level against the queue's own target,
 * the longest wait, the abandon rate, critical alerts of devices, devices lost in the middle of a session. */
import type { RuleInForce } from './threshold-rules';

const DELAYS = { onDelayMs: 5_000, offDelayMs: 10_000 };

export const DEFAULT_THRESHOLDS: readonly RuleInForce[] = [
  {
    kpi: 'serviceLevel',
    relativeTo: 'target',
    warning: 0,
    critical: -0.1,
    deadBand: 0.02,
    minimumCount: 5,
    ...DELAYS,
  },
  { kpi: 'longestWaitSince', warning: 60_000, critical: 120_000, deadBand: 0, minimumCount: 0, ...DELAYS },
  { kpi: 'abandonRate', warning: 0.05, critical: 0.1, deadBand: 0.005, minimumCount: 10, ...DELAYS },
  { kpi: 'alertsCritical', warning: 1, critical: 10, deadBand: 0, minimumCount: 0, ...DELAYS },
  // A device that was told to start anew is away for some twenty seconds: that alone is no colour.
  {
    kpi: 'sessionsDisconnected',
    warning: 1,
    critical: 10,
    deadBand: 0,
    minimumCount: 0,
    onDelayMs: 30_000,
    offDelayMs: 10_000,
  },
];
