/** Puts a subject's figures to its threshold rules, at a change and, where time alone may decide, at each sweep. */
import type { KpiKey } from '../../lib/contracts/kpi';
import { denominatorOf, type FormulaOptions, kpiAt, serviceLevelTarget } from './formulas';
import { kpisOf } from './subject-value';
import type { SubjectView } from './subject-view';
import { baseOf, type CompiledRule, limitsOf } from './threshold-rules';
import {
  isCalm,
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

/** Bits of a verdict. A status may have moved. */
export const CHANGED = 1;
/** Look again at the next sweep: a delay runs, or somebody waits and the wait is judged. */
export const RUNNING = 2;

/** Most subjects are: they share it. */
const ALL_QUIET: ReadonlyMap<KpiKey, ThresholdState> = new Map();

/** Bits `CHANGED` and `RUNNING`. */
export function judge(view: SubjectView, moment: Moment): number {
  if (view.isStale) return forget(view);
  const isFirst = view.thresholds === null;
  view.thresholds ??= ALL_QUIET;
  const states = view.thresholds;
  let verdict = isFirst ? CHANGED : 0;
  for (const rule of view.rules) {
    if (rule.index >= kpisOf(view)) continue;
    const value = judgedValue(view, rule, moment);
    if (value !== null && rule.kpi === 'longestWaitSince') verdict |= RUNNING;
    const known = states === ALL_QUIET ? undefined : states.get(rule.kpi);
    const held = known ?? (isFirst ? UNKNOWN_THRESHOLD : QUIET_THRESHOLD);
    verdict |= judgeRule(view, rule, { held, value, tick: moment.tick });
  }
  return verdict;
}

/**
 * Takes other rules for a view; false where they are the same. A figure goes on under a rule that stays; under another
 * one it is decided anew, at once: whoever lowers a limit must not wait for a delay that ran by the old one.
 */
export function adoptRules(view: SubjectView, rules: readonly CompiledRule[]): boolean {
  const former = view.rules;
  const isSame = former.length === rules.length && former.every((rule) => rules.includes(rule));
  view.rules = rules;
  if (isSame) return false;
  if (view.thresholds === null) return true;
  const states = new Map(view.thresholds);
  for (const rule of former) if (!rules.includes(rule)) states.delete(rule.kpi);
  for (const rule of rules) {
    if (!former.includes(rule) && rule.index < kpisOf(view)) states.set(rule.kpi, UNKNOWN_THRESHOLD);
  }
  view.thresholds = states.size === 0 ? ALL_QUIET : states;
  return true;
}

interface Look {
  readonly held: ThresholdState;
  readonly value: number | null;
  readonly tick: number;
}

function judgeRule(view: SubjectView, rule: CompiledRule, { held, value, tick }: Look): number {
  const target = serviceLevelTarget(view.figures);
  // Nearly every look at nearly every figure ends here.
  if (held === QUIET_THRESHOLD && isCalm(value, rule, baseOf(rule, target))) return 0;
  const next = stepThreshold(held, value, { limits: limitsOf(rule, target), now: tick });
  const running = isPending(next) ? RUNNING : 0;
  if (next === held) return running;
  const states = new Map(view.thresholds);
  if (next === QUIET_THRESHOLD) states.delete(rule.kpi);
  else states.set(rule.kpi, next);
  view.thresholds = states.size === 0 ? ALL_QUIET : states;
  return running | CHANGED;
}

/** A stale figure is unknown; when it is known again, its status is decided from there without a delay. */
function forget(view: SubjectView): number {
  if (view.thresholds === null) return 0;
  view.thresholds = null;
  return CHANGED;
}

/** The wait is judged by its age; a ratio of too few by nothing. `null`: nothing to judge. */
function judgedValue(view: SubjectView, rule: CompiledRule, moment: Moment): number | null {
  const value = kpiAt(rule.index, view.figures, moment.options);
  if (Number.isNaN(value)) return null;
  if (rule.minimumCount > 0 && denominatorOf(rule.kpi, view.figures) < rule.minimumCount) return null;
  return rule.kpi === 'longestWaitSince' ? Math.max(0, moment.now - value) : value;
}
