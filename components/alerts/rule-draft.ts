/**
 * The list of rules while somebody edits it: moved, added to and cut here, and saved as a whole. It knows what it
 * began with, so that what somebody else saved meanwhile is not lost in silence. Pure.
 */
import { z } from 'zod';
import { type DeviceRule, deviceRuleSchema, deviceRulesSchema } from '../../lib/contracts/settings';
import { err, ok, type Result } from '../../lib/result';

export interface RuleDraft {
  /** As the server had it when editing began. */
  readonly base: readonly DeviceRule[];
  readonly rules: readonly DeviceRule[];
}

export const MOST_RULES = 2_000;

export function draftOf(rules: readonly DeviceRule[]): RuleDraft {
  return { base: rules, rules };
}

export function isChanged({ base, rules }: RuleDraft): boolean {
  return !isSameRules(base, rules);
}

export function isSameRules(a: readonly DeviceRule[], b: readonly DeviceRule[]): boolean {
  return a.length === b.length && a.every((rule, index) => keyOf(rule) === keyOf(b[index]));
}

function keyOf(rule: DeviceRule | undefined): string {
  return JSON.stringify([rule?.queueId, rule?.product, rule?.site, rule?.deviceId]);
}

/** What the server has now: followed while nothing was changed here. */
export function followed(draft: RuleDraft, rules: readonly DeviceRule[]): RuleDraft {
  if (isChanged(draft) || isSameRules(draft.base, rules)) return draft;
  return draftOf(rules);
}

/** The new one is tried last. */
export function withRule(draft: RuleDraft, rule: DeviceRule): RuleDraft {
  return { ...draft, rules: [...draft.rules, rule] };
}

export function withoutRule(draft: RuleDraft, index: number): RuleDraft {
  return { ...draft, rules: draft.rules.filter((_, at) => at !== index) };
}

/** One place earlier (-1) or later (+1); at the ends it stays. */
export function movedRule(draft: RuleDraft, index: number, by: -1 | 1): RuleDraft {
  const [rule, other] = [draft.rules[index], draft.rules[index + by]];
  if (rule === undefined || other === undefined) return draft;
  const rules = [...draft.rules];
  rules[index] = other;
  rules[index + by] = rule;
  return { ...draft, rules };
}

/** As a form has it: '' is not given. */
export interface RuleText {
  readonly queueId: string;
  readonly product: string;
  readonly site: string;
  readonly deviceId: string;
}
export const EMPTY_RULE: RuleText = { queueId: '', product: '', site: '', deviceId: '' };

/** `null`: no rule yet. */
export function ruleOf(text: RuleText): DeviceRule | null {
  const given = Object.entries(text)
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== '');
  const parsed = deviceRuleSchema.safeParse(Object.fromEntries(given));
  return parsed.success ? parsed.data : null;
}

/** As a file that `rulesOfFile` reads again. */
export function fileOfRules(rules: readonly DeviceRule[]): string {
  return `${JSON.stringify({ deviceRules: rules }, null, 2)}\n`;
}

/** Why a file is none. `rule`: which, counted from 1. */
export type FileProblem =
  | { readonly kind: 'notJson' }
  | { readonly kind: 'noRules' }
  | { readonly kind: 'tooMany' }
  | { readonly kind: 'wrongRule'; readonly rule: number };

const fileSchema = z.union([z.array(z.unknown()), z.object({ deviceRules: z.array(z.unknown()) })]);

/** Of a file with a list of rules, or with `deviceRules`, as exported settings have. */
export function rulesOfFile(text: string): Result<readonly DeviceRule[], FileProblem> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err({ kind: 'notJson' });
  }
  const file = fileSchema.safeParse(json);
  if (!file.success) return err({ kind: 'noRules' });
  const listed = Array.isArray(file.data) ? file.data : file.data.deviceRules;
  if (listed.length > MOST_RULES) return err({ kind: 'tooMany' });
  const wrong = listed.findIndex((rule) => !deviceRuleSchema.safeParse(rule).success);
  if (wrong !== -1) return err({ kind: 'wrongRule', rule: wrong + 1 });
  const rules = deviceRulesSchema.safeParse(listed);
  return rules.success ? ok(rules.data) : err({ kind: 'noRules' });
}
