/**
 * The device-to-queue mapping: the first rule that fits says which queue a device's calls go to. Pure. A pattern is
 * split at its stars once and looked for part by part from the left, so matching is linear in the text, whatever the
 * pattern. Devices of one product and site share what those two decide; the answer for a device is kept until its
 * product or site is another. What a device did not say fits no condition, not even `*`.
 */
import type { DeviceRule } from '../../lib/contracts/settings';

export interface MappedDevice {
  readonly deviceId: string;
  readonly product: string | null;
  readonly site: string | null;
}

export interface DeviceMap {
  readonly rules: readonly DeviceRule[];
  /** `null`: no rule fits. */
  queueOf(device: MappedDevice): string | null;
}

export interface DeviceMapOptions {
  /** Answers kept at most; when full all are forgotten and worked out again. */
  readonly maxAnswers?: number;
}

/** Pairs of product and site whose rules are kept worked out; each may name as many devices as there are rules. */
const MAX_DECISIONS = 1_000;

/** Rules that hold for a product and site, by what they say of the device id. `order`: the rule's place. */
interface Decision {
  readonly byId: ReadonlyMap<string, Placed>;
  readonly byPattern: readonly (Placed & { readonly fits: Fits })[];
  /** Says nothing of the id: it ends the list. */
  readonly rest: Placed | null;
}

interface Placed {
  readonly order: number;
  readonly queueId: string;
}

interface Answer {
  readonly product: string | null;
  readonly site: string | null;
  readonly queueId: string | null;
}

type Fits = (text: string) => boolean;

export function createDeviceMap(
  rules: readonly DeviceRule[],
  { maxAnswers = 200_000 }: DeviceMapOptions = {},
): DeviceMap {
  const compiled = rules.map(compile);
  const decisions = new Map<string, Decision>();
  const answers = new Map<string, Answer>();
  return {
    rules,
    queueOf(device) {
      const { deviceId, product, site } = device;
      const known = answers.get(deviceId);
      if (known !== undefined && known.product === product && known.site === site) return known.queueId;
      const key = JSON.stringify([product, site]);
      const decision = decisions.get(key) ?? decide(compiled, product, site);
      keep(decisions, key, decision, MAX_DECISIONS);
      const queueId = choose(decision, deviceId);
      keep(answers, deviceId, { product, site, queueId }, maxAnswers);
      return queueId;
    },
  };
}

interface CompiledRule {
  readonly rule: DeviceRule;
  readonly product: Fits | null;
  readonly site: Fits | null;
}

function compile(rule: DeviceRule): CompiledRule {
  return {
    rule,
    product: rule.product === undefined ? null : patternFits(rule.product),
    site: rule.site === undefined ? null : patternFits(rule.site),
  };
}

function decide(compiled: readonly CompiledRule[], product: string | null, site: string | null): Decision {
  const byId = new Map<string, Placed>();
  const byPattern: (Placed & { readonly fits: Fits })[] = [];
  for (const [order, { rule, ...conditions }] of compiled.entries()) {
    if (!holds(conditions.product, product) || !holds(conditions.site, site)) continue;
    const placed = { order, queueId: rule.queueId };
    if (rule.deviceId === undefined) return { byId, byPattern, rest: placed };
    if (rule.deviceId.includes('*')) byPattern.push({ ...placed, fits: patternFits(rule.deviceId) });
    else if (!byId.has(rule.deviceId)) byId.set(rule.deviceId, placed);
  }
  return { byId, byPattern, rest: null };
}

function holds(fits: Fits | null, text: string | null): boolean {
  return fits === null || (text !== null && fits(text));
}

function choose({ byId, byPattern, rest }: Decision, deviceId: string): string | null {
  const named = byId.get(deviceId) ?? rest;
  for (const { order, queueId, fits } of byPattern) {
    if (named !== null && named.order < order) break;
    if (fits(deviceId)) return queueId;
  }
  return named?.queueId ?? null;
}

/** Whether a text is as the pattern says: `*` stands for any characters, also none; the rest for itself. */
export function patternFits(pattern: string): Fits {
  const [head = '', ...others] = pattern.split('*');
  const tail = others.pop();
  if (tail === undefined) return (text) => text === pattern;
  const middle = others.filter((part) => part !== '');
  return (text) => {
    if (!text.startsWith(head)) return false;
    let at = head.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return text.length - tail.length >= at && text.endsWith(tail);
  };
}

function keep<V>(kept: Map<string, V>, key: string, value: V, max: number): void {
  if (kept.size >= max && !kept.has(key)) kept.clear();
  kept.set(key, value);
}
