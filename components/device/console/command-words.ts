/** A command and what came of it, as keys of the catalogue and their figures. What devices say is text. Pure. */
import { COMMAND_RESULTS } from '../../../lib/contracts/command-results';
import {
  COMMANDS,
  type CommandName,
  type CommandRecord,
  FINAL_COMMAND_STATES,
} from '../../../lib/contracts/diagnostics';

/** Under `diagnostics.result` in the catalogue. */
export interface ResultWords {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export function commandName(command: string): CommandName | null {
  return COMMANDS.find((name) => name === command) ?? null;
}

export function isEnded({ state }: Pick<CommandRecord, 'state'>): boolean {
  return FINAL_COMMAND_STATES.includes(state);
}

/** The newest of each, for the state beside its button. */
export function newestOf(commands: readonly CommandRecord[], name: CommandName): CommandRecord | null {
  return commands.findLast(({ command }) => command === name) ?? null;
}

/** What the device answered; `null`: nothing yet, or nothing that needs words. */
export function resultWords({ command, result, state }: CommandRecord): ResultWords | null {
  if (result === null || state !== 'done') return null;
  const name = commandName(command);
  return (name === null ? null : WORDS[name](result)) ?? DONE;
}

type Fields = Readonly<Record<string, unknown>>;
const DONE: ResultWords = { key: 'done', values: {} };

/** `null`: it is no such answer. */
const WORDS: Readonly<Record<CommandName, (result: Fields) => ResultWords | null>> = {
  ping_latency(result) {
    const { data } = COMMAND_RESULTS.ping_latency.safeParse(result);
    if (data === undefined) return null;
    const { sent, lost } = data;
    const latency = figure(data.latency_ms);
    if (sent == null || lost == null) return { key: 'ping', values: { latency } };
    return { key: 'pingLost', values: { latency, sent, lost } };
  },
  firmware_version(result) {
    const { data } = COMMAND_RESULTS.firmware_version.safeParse(result);
    return data === undefined ? null : { key: 'firmware', values: { version: data.firmware_version } };
  },
  signal_strength(result) {
    const { data } = COMMAND_RESULTS.signal_strength.safeParse(result);
    return data === undefined ? null : { key: 'signal', values: { signal: figure(data.signal_dbm) } };
  },
  channel_scan(result) {
    const { data } = COMMAND_RESULTS.channel_scan.safeParse(result);
    if (data === undefined) return null;
    const [count, best] = [data.channels.length, data.best_channel];
    return best == null
      ? { key: 'scan', values: { count } }
      : { key: 'scanBest', values: { count, best: String(best) } };
  },
  reboot_module(result) {
    return COMMAND_RESULTS.reboot_module.safeParse(result).success ? { key: 'rebooted', values: {} } : null;
  },
};

/** Whole, with a minus that is as broad as a plus. */
export function figure(value: number): string {
  const rounded = Math.round(value);
  return rounded < 0 ? `−${-rounded}` : String(Math.abs(rounded));
}

/** Why no command can be asked now, under `diagnostics.closed` in the catalogue; `null`: one can. */
export function closedWhy(
  session: { readonly state: string; readonly endedAt: number | null },
  isAway: boolean,
): 'ended' | 'away' | 'disconnected' | null {
  if (session.endedAt !== null) return 'ended';
  if (isAway) return 'away';
  return session.state === 'DISCONNECTED' ? 'disconnected' : null;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Of one press of a button: the same press that is sent twice is run once. `bytes`: of the browser's own chance. */
export function requestId(bytes: Uint8Array): string {
  return [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
