/**
 * The thresholds of one figure as a form has them. They hold for the figure wherever it is shown, on all boards: its own
 * rule where there is one, else the rule for the KPI everywhere. Percent and seconds are people's, ratios and
 * milliseconds the server's. Pure.
 */
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import { type ThresholdRule, thresholdRuleSchema } from '../../lib/contracts/settings';

export interface ThresholdText {
  /** `own`: of this subject only. `all`: wherever no rule of its own holds. */
  readonly scope: 'own' | 'all';
  readonly warning: string;
  readonly critical: string;
  readonly deadBand: string;
  readonly onDelay: string;
  readonly offDelay: string;
  readonly minimumCount: string;
}

export interface FigureOf {
  readonly subject: string;
  readonly kpi: KpiKey;
}

/** What one unit of the form is in the server's: percent, seconds, or the number itself. */
export function factorOf(kpi: KpiKey): number {
  const unit = kpiDefinition(kpi)?.unit;
  if (unit === 'ratio') return 0.01;
  return unit === 'ms' || unit === 'epochMs' ? 1_000 : 1;
}

/** The rule that holds now, the last among equals; `null`: none that people made. */
export function ruleOf(rules: readonly ThresholdRule[], { subject, kpi }: FigureOf): ThresholdRule | null {
  const ofKpi = rules.filter((rule) => rule.kpi === kpi);
  return (
    ofKpi.findLast((rule) => rule.subject === subject) ??
    ofKpi.findLast((rule) => rule.subject === undefined) ??
    null
  );
}

export function thresholdText(rule: ThresholdRule | null, { kpi }: FigureOf): ThresholdText {
  const factor = factorOf(kpi);
  const write = (value: number | null) => (value === null ? '' : String(round(value / factor)));
  return {
    scope: rule?.subject === undefined ? 'all' : 'own',
    warning: write(rule?.warning ?? null),
    critical: write(rule?.critical ?? null),
    deadBand: write(rule?.deadBand ?? 0),
    onDelay: String((rule?.onDelayMs ?? 5_000) / 1_000),
    offDelay: String((rule?.offDelayMs ?? 10_000) / 1_000),
    minimumCount: String(rule?.minimumCount ?? 0),
  };
}

export type ThresholdFault = 'number' | 'none' | 'order';

/** The rules with this one in the place of its like; a fault where the form is not to be sent like this. */
export function withThreshold(
  rules: readonly ThresholdRule[],
  figure: FigureOf,
  text: ThresholdText,
): readonly ThresholdRule[] | ThresholdFault {
  const rule = ruleFrom(figure, text);
  if (rule === null) return 'number';
  if (rule.warning === null && rule.critical === null) return 'none';
  if (!isOrdered(rule)) return 'order';
  return [...withoutThreshold(rules, figure, text.scope), rule];
}

export function withoutThreshold(
  rules: readonly ThresholdRule[],
  { subject, kpi }: FigureOf,
  scope: ThresholdText['scope'],
): readonly ThresholdRule[] {
  const own = scope === 'own' ? subject : undefined;
  return rules.filter((rule) => rule.kpi !== kpi || rule.subject !== own);
}

function ruleFrom({ subject, kpi }: FigureOf, text: ThresholdText): ThresholdRule | null {
  const factor = factorOf(kpi);
  const level = (written: string) => (written.trim() === '' ? null : round(numberOf(written) * factor));
  const parsed = thresholdRuleSchema.safeParse({
    kpi,
    ...(text.scope === 'own' ? { subject } : {}),
    warning: level(text.warning),
    critical: level(text.critical),
    deadBand: level(text.deadBand) ?? 0,
    onDelayMs: Math.round(numberOf(text.onDelay) * 1_000),
    offDelayMs: Math.round(numberOf(text.offDelay) * 1_000),
    minimumCount: numberOf(text.minimumCount),
  });
  return parsed.success ? parsed.data : null;
}

/** What is worse comes later. */
function isOrdered({ kpi, warning, critical }: ThresholdRule): boolean {
  if (warning === null || critical === null) return true;
  return kpiDefinition(kpi)?.better === 'higher' ? critical <= warning : warning <= critical;
}

/** NaN where it is none: then the contract does not take it. */
function numberOf(written: string): number {
  const text = written.trim().replace(',', '.');
  return text === '' ? 0 : Number(text);
}

/** Without what binary fractions leave: 0.07 × 100. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
