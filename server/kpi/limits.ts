/** The thresholds in force, as screens print them: the general ones, then those of subjects that have their own. */
import type { Limit } from '../../lib/contracts/push';
import { ALL_QUEUES } from '../../lib/ids';
import { serviceLevelTarget } from './formulas';
import type { SubjectView } from './subject-view';
import { type CompiledRule, compileRule, limitsOf, type RuleInForce, rulesFor } from './threshold-rules';

export function limitsInForce(rules: readonly RuleInForce[], views: Iterable<SubjectView>): readonly Limit[] {
  const general = new Map(
    rulesFor(
      rules.filter((rule) => rule.subject === undefined),
      ALL_QUEUES,
    ).map((rule) => [rule.kpi, limitOf(compileRule(rule), null)]),
  );
  const own: Limit[] = [];
  for (const view of views) {
    for (const rule of view.rules) {
      if (rule.subject === undefined && rule.relativeTo === undefined) continue;
      const limit = limitOf(rule, view);
      const common = general.get(rule.kpi);
      if (common?.warning !== limit.warning || common.critical !== limit.critical) own.push(limit);
    }
  }
  return [...general.values(), ...own];
}

function limitOf(rule: CompiledRule, view: SubjectView | null): Limit {
  const { warning, critical } = limitsOf(rule, view === null ? Number.NaN : serviceLevelTarget(view.figures));
  return { subject: view?.key ?? null, kpi: rule.kpi, warning, critical };
}
