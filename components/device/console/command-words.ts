/** A command and what came of it, as keys of the catalogue and their figures. What devices say is text. Pure. */
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
  switch (commandName(command)) {
    case 'ping_latency':
      return pingWords(result);
    case 'firmware_version':
      return typeof result.version === 'string'
        ? { key: 'firmware', values: { version: result.version } }
        : DONE;
    case 'signal_strength':
      return signalWords(result);
    case 'channel_scan':
      return scanWords(result);
    case 'reboot_module':
      return isNumber(result.uptime_s)
        ? { key: 'rebootedUp', values: { seconds: result.uptime_s } }
        : REBOOTED;
    case null:
      return DONE;
  }
}

type Fields = Readonly<Record<string, unknown>>;
const DONE: ResultWords = { key: 'done', values: {} };
const REBOOTED: ResultWords = { key: 'rebooted', values: {} };

function pingWords(result: Fields): ResultWords {
  const { latency_ms: latency, packet_loss_pct: loss } = result;
  if (!isNumber(latency)) return DONE;
  return isNumber(loss)
    ? { key: 'pingLoss', values: { latency: Math.round(latency), loss } }
    : { key: 'ping', values: { latency: Math.round(latency) } };
}

function signalWords({ signal_dbm: signal, quality_pct: quality }: Fields): ResultWords {
  if (!isNumber(signal)) return DONE;
  return isNumber(quality)
    ? { key: 'signalQuality', values: { signal: Math.round(signal), quality: Math.round(quality) } }
    : { key: 'signal', values: { signal: Math.round(signal) } };
}

function scanWords({ channels, best }: Fields): ResultWords {
  if (!Array.isArray(channels)) return DONE;
  const count = channels.length;
  return isNumber(best) || typeof best === 'string'
    ? { key: 'scanBest', values: { count, best: String(best) } }
    : { key: 'scan', values: { count } };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
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
