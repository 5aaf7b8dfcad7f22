/** Which threshold rule is in force for a figure: people's before the built-in ones, the more specific before the general. */
import { KPI_KEYS, type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import type { ThresholdRule } from '../../lib/contracts/settings';
import type { SubjectKey } from '../../lib/ids';
import type { Direction, Limits } from './thresholds';

/**
 * A rule of the settings, or a built-in one. `subject`: an exact address (`queue:<id>|voice`) or a pattern with `*`
 * for any text (`queue:*`, `*|chat`). `relativeTo` `target`: the values are added to the subject's own target.
 */
export interface RuleInForce extends ThresholdRule {
  readonly relativeTo?: 'target';
  /** By the catalogue where absent. */
  readonly direction?: Direction;
}

/** A rule with what each look at a figure needs, looked up once. */
export interface CompiledRule extends RuleInForce {
  readonly index: number;
  readonly direction: Direction;
}

export function compileRule(rule: RuleInForce): CompiledRule {
  const better = kpiDefinition(rule.kpi)?.better;
  return {
    ...rule,
    index: KPI_KEYS.indexOf(rule.kpi),
    direction: rule.direction ?? (better === 'higher' ? 'below' : 'above'),
  };
}

/** The value a rule's numbers are added to. */
export function baseOf(rule: RuleInForce, target: number): number {
  if (rule.relativeTo !== 'target') return 0;
  return Number.isNaN(target) ? CUSTOMARY_TARGET : target;
}

/** The rules in force for a subject, one a KPI at most. `rules`: later ones win among equals. */
export function rulesFor(rules: readonly RuleInForce[], subject: SubjectKey): readonly RuleInForce[] {
  const byKpi = new Map<KpiKey, RuleInForce>();
  for (const rule of rules) {
    const held = byKpi.get(rule.kpi);
    if (!fits(rule.subject, subject) || specificity(held) > specificity(rule)) continue;
    byKpi.set(rule.kpi, rule);
  }
  return [...byKpi.values()];
}

/** A rule for all, for a pattern, for one subject. */
function specificity(rule: RuleInForce | undefined): number {
  if (rule?.subject === undefined) return 0;
  return rule.subject.includes('*') ? 1 : 2;
}

/** Whether a pattern names a subject; absent: it names all. */
export function fits(pattern: string | undefined, subject: string): boolean {
  return pattern === undefined || matcherOf(pattern)(subject);
}

/** What tries a pattern. Linear in its length: no regular expression is made of what people write. */
export function matcherOf(pattern: string): (subject: string) => boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (subject) => subject === pattern;
  return (subject) => {
    if (!subject.startsWith(head)) return false;
    let place = head.length;
    for (const middle of rest) {
      const found = subject.indexOf(middle, place);
      if (found === -1) return false;
      place = found + middle.length;
    }
    return place + tail.length <= subject.length && subject.endsWith(tail);
  };
}

/** Where no target is known, the field's customary 80 %. */
export const CUSTOMARY_TARGET = 0.8;

/** The numbers a rule means for a subject; `target` is its service-level target, NaN where none is known. */
export function limitsOf(rule: CompiledRule, target: number): Limits {
  const base = baseOf(rule, target);
  return {
    direction: rule.direction,
    warning: rule.warning === null ? null : rounded(base + rule.warning),
    critical: rule.critical === null ? null : rounded(base + rule.critical),
    deadBand: rule.deadBand,
    onDelayMs: rule.onDelayMs,
    offDelayMs: rule.offDelayMs,
  };
}

/** 0.8 − 0.1 is 0.7 to a person. */
function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
