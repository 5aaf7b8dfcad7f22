/**
 * What may be asked of a device: the whitelist, by exact name. Each command has the schema of its parameters, the roles
 * that may ask it, whether it may be sent a second time when nobody knows what became of the first, how long it may
 * take once it was sent, and the schema of what is read back. Pure; nothing of a request is repeated in a refusal.
 */
import { z } from 'zod';
import { COMMAND_RESULTS } from '../../../lib/contracts/command-results';
import { COMMANDS, type CommandName } from '../../../lib/contracts/diagnostics';
import { err, ok, type Result } from '../../../lib/result';

export type Fields = Readonly<Record<string, unknown>>;

export interface CommandRule {
  /** `null`: whoever may run diagnostics. */
  readonly roles: ReadonlySet<string> | null;
  /** Running it twice harms nobody. */
  readonly isSafe: boolean;
  readonly params: z.ZodType<Fields>;
  readonly result: z.ZodType<Fields>;
  /** From sending to its end, by its parameters. */
  allowedMs(params: Fields): number;
}

export interface Refusal {
  readonly kind: 'command' | 'params' | 'role';
  readonly message: string;
}

const MIN_SCAN_S = 5;
const MAX_SCAN_S = 120;
/** What a scan may take beside its own time. */
const SCAN_MARGIN_MS = 30_000;
const QUICK_MS = 15_000;
/** A module that starts anew is away from the network for a while. */
const REBOOT_MS = 180_000;

const none = z.strictObject({});
const scanParams = z.strictObject({
  duration: z
    .string()
    .regex(/^[1-9]\d{0,2}s$/)
    .refine((text) => secondsOf(text) >= MIN_SCAN_S && secondsOf(text) <= MAX_SCAN_S)
    .default(`${MIN_SCAN_S * 6}s`),
});
const RULES: ReadonlyMap<CommandName, CommandRule> = new Map([
  ['ping_latency', quick(COMMAND_RESULTS.ping_latency)],
  ['firmware_version', quick(COMMAND_RESULTS.firmware_version)],
  ['signal_strength', quick(COMMAND_RESULTS.signal_strength)],
  [
    'channel_scan',
    {
      ...{ roles: null, isSafe: true, params: scanParams },
      result: COMMAND_RESULTS.channel_scan,
      allowedMs: ({ duration }) => secondsOf(String(duration)) * 1_000 + SCAN_MARGIN_MS,
    },
  ],
  [
    'reboot_module',
    {
      ...{ roles: new Set(['senior_tech']), isSafe: false, params: none },
      result: COMMAND_RESULTS.reboot_module,
      allowedMs: () => REBOOT_MS,
    },
  ],
]);

/** `null`: it is not on the list. */
export function ruleOf(command: string): CommandRule | null {
  const name = COMMANDS.find((known) => known === command);
  return (name === undefined ? undefined : RULES.get(name)) ?? null;
}

/** A command with parameters that may be asked; who may is a question of its own (`mayAsk`). */
export function checkCommand(
  command: string,
  params: Fields,
): Result<{ readonly command: CommandName; readonly rule: CommandRule; readonly params: Fields }, Refusal> {
  const name = COMMANDS.find((known) => known === command);
  const rule = name === undefined ? undefined : RULES.get(name);
  if (name === undefined || rule === undefined) {
    return err({ kind: 'command', message: 'There is no such command.' });
  }
  const parsed = rule.params.safeParse(params);
  if (!parsed.success) {
    return err({ kind: 'params', message: `The parameters are not those of ${name}.` });
  }
  return ok({ command: name, rule, params: parsed.data });
}

export function mayAsk(rule: CommandRule, roles: readonly string[]): boolean {
  return rule.roles === null || roles.some((role) => rule.roles?.has(role));
}

export function commandsFor(roles: readonly string[]): readonly CommandName[] {
  return [...RULES].filter(([, rule]) => mayAsk(rule, roles)).map(([name]) => name);
}

/** What a device answered, by the command's schema; `null`: it is no such answer. */
export function readBack(command: string, result: Fields): Fields | null {
  const parsed = ruleOf(command)?.result.safeParse(result);
  return parsed?.success === true ? parsed.data : null;
}

function quick(result: z.ZodType<Fields>): CommandRule {
  return { roles: null, isSafe: true, params: none, result, allowedMs: () => QUICK_MS };
}

function secondsOf(duration: string): number {
  return Number.parseInt(duration, 10);
}
