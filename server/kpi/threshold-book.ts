/**
 * The threshold rules in force, found by subject: rules for all are looked up once, those of one subject by its
 * address, and only patterns are tried one by one. Rules that stay the same from one book to the next keep their
 * identity, so that what is under way by them goes on.
 */
import type { KpiKey } from '../../lib/contracts/kpi';
import type { ThresholdRule } from '../../lib/contracts/settings';
import type { SubjectKey } from '../../lib/ids';
import { DEFAULT_THRESHOLDS } from './default-thresholds';
import { type CompiledRule, compileRule, matcherOf, type RuleInForce } from './threshold-rules';

export interface ThresholdBook {
  /** The built-in ones, then those of people. */
  readonly rules: readonly CompiledRule[];
  /** One a KPI at most; the same list for all subjects without rules of their own. */
  readonly rulesOf: (subject: SubjectKey) => readonly CompiledRule[];
}

export function createThresholdBook(
  own: readonly ThresholdRule[],
  former: ThresholdBook | null = null,
): ThresholdBook {
  const compiled = compiledRules([...DEFAULT_THRESHOLDS, ...own], former);
  const general = byKpi(compiled.filter((rule) => rule.subject === undefined));
  const shared = [...general.values()];
  const patterns = compiled
    .filter((rule) => rule.subject?.includes('*'))
    .map((rule) => ({ rule, names: matcherOf(rule.subject ?? '') }));
  const exact = new Map<string, CompiledRule[]>();
  for (const rule of compiled) {
    if (rule.subject === undefined || rule.subject.includes('*')) continue;
    const held = exact.get(rule.subject);
    if (held === undefined) exact.set(rule.subject, [rule]);
    else held.push(rule);
  }
  return {
    rules: compiled,
    rulesOf(subject) {
      const fitting = patterns.filter(({ names }) => names(subject)).map(({ rule }) => rule);
      const closer = [...fitting, ...(exact.get(subject) ?? [])];
      // The later ones win: patterns over what is for all, and what names the subject over both.
      return closer.length === 0 ? shared : [...byKpi(closer, general).values()];
    },
  };
}

function byKpi(
  rules: readonly CompiledRule[],
  under: ReadonlyMap<KpiKey, CompiledRule> = new Map(),
): Map<KpiKey, CompiledRule> {
  const found = new Map(under);
  for (const rule of rules) found.set(rule.kpi, rule);
  return found;
}

function compiledRules(rules: readonly RuleInForce[], former: ThresholdBook | null): readonly CompiledRule[] {
  const known = new Map((former?.rules ?? []).map((rule) => [JSON.stringify(rule), rule]));
  return rules.map((rule) => {
    const compiled = compileRule(rule);
    return known.get(JSON.stringify(compiled)) ?? compiled;
  });
}
