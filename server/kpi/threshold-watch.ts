/** Puts a subject's figures to its threshold rules, at a change and, where time alone may decide, at each sweep. */
import type { KpiKey } from '../../lib/contracts/kpi';
import { denominatorOf, type FormulaOptions, kpiAt, kpiIndex, serviceLevelTarget } from './formulas';
import { kpisOf } from './subject-value';
import type { SubjectView } from './subject-view';
import { limitsOf, type RuleInForce } from './threshold-rules';
import {
  isPending,
  QUIET_THRESHOLD,
  stepThreshold,
  type ThresholdState,
  UNKNOWN_THRESHOLD,
} from './thresholds';

export interface Moment {
  /** Epoch ms. */
  readonly now: number;
  /** Monotonic ms. */
  readonly tick: number;
  readonly options: FormulaOptions;
}

export interface Verdict {
  /** A status may have moved. */
  readonly isChanged: boolean;
  /** Look again at the next sweep: a delay runs, or somebody waits and the wait is judged. */
  readonly isRunning: boolean;
}

const SETTLED: Verdict = { isChanged: false, isRunning: false };

export function judge(view: SubjectView, moment: Moment): Verdict {
  if (view.isStale) return forget(view);
  const before = view.thresholds;
  const isFirst = before === null;
  let isChanged = isFirst;
  let isRunning = false;
  view.thresholds ??= new Map();
  for (const rule of view.rules) {
    const index = kpiIndex(rule.kpi);
    if (index >= kpisOf(view)) continue;
    const held = view.thresholds.get(rule.kpi) ?? (isFirst ? UNKNOWN_THRESHOLD : QUIET_THRESHOLD);
    const value = judgedValue(view, rule, { index, moment });
    const limits = limitsOf(rule, serviceLevelTarget(view.figures));
    const next = stepThreshold(held, value, { limits, now: moment.tick });
    isRunning ||= isPending(next) || (rule.kpi === 'longestWaitSince' && value !== null);
    if (next === held) continue;
    isChanged = true;
    keep(view.thresholds, rule.kpi, next);
  }
  return { isChanged, isRunning };
}

function keep(thresholds: Map<KpiKey, ThresholdState>, kpi: KpiKey, state: ThresholdState): void {
  if (state === QUIET_THRESHOLD) thresholds.delete(kpi);
  else thresholds.set(kpi, state);
}

/** A stale figure is unknown; when it is known again, its status is decided from there without a delay. */
function forget(view: SubjectView): Verdict {
  if (view.thresholds === null) return SETTLED;
  view.thresholds = null;
  return { isChanged: true, isRunning: false };
}

/** The wait is judged by its age; a ratio of too few by nothing. `null`: nothing to judge. */
function judgedValue(
  view: SubjectView,
  rule: RuleInForce,
  given: { readonly index: number; readonly moment: Moment },
): number | null {
  const value = kpiAt(given.index, view.figures, given.moment.options);
  if (Number.isNaN(value)) return null;
  if (denominatorOf(rule.kpi, view.figures) < rule.minimumCount) return null;
  return rule.kpi === 'longestWaitSince' ? Math.max(0, given.moment.now - value) : value;
}
