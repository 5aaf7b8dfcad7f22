/**
 * What an appliance makes of a command: how long it takes, what comes of it, and whether the appliance goes away
 * meanwhile. What it does not know it fails, with its own words. Pure but for the randomness it is given.
 */
import type { Random } from '../../runtime/random';
import { between } from '../world/distributions';
import type { Metrics } from './metrics-walk';

export type CommandOutcome =
  | { readonly ok: true; readonly result: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: string };

export interface CommandScript {
  readonly takesMs: number;
  /** It is gone for that long, and through when it is back; `null`: it stays. */
  readonly awayMs: number | null;
  outcome(): CommandOutcome;
}

export interface CommandAsked {
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly firmwareVersion: string;
  /** As measured when it is asked. */
  measured(): Metrics;
}

/** Times of `channel_scan`: what it was asked for, at most this. */
const MAX_SCAN_SECONDS = 120;
const CHANNELS = [1, 6, 11, 36, 44] as const;
const REBOOT_MS = 10_000;

export function scriptOf(asked: CommandAsked, random: Random): CommandScript {
  switch (asked.command) {
    case 'ping_latency':
      return quiet(between(random, 1_000, 3_000), () => pinged(asked.measured(), random));
    case 'firmware_version':
      return quiet(between(random, 40, 160), () => ({ firmware_version: asked.firmwareVersion }));
    case 'signal_strength':
      return quiet(between(random, 200, 600), () => ({ signal_dbm: asked.measured().signal_dbm }));
    case 'channel_scan':
      return scan(asked, random);
    case 'reboot_module':
      return { takesMs: 500, awayMs: REBOOT_MS, outcome: () => done({ rebooted: true }) };
    default:
      return failing('unknown command');
  }
}

function scan({ params, measured }: CommandAsked, random: Random): CommandScript {
  const seconds = Number(/^(\d{1,3})s$/.exec(String(params.duration ?? '10s'))?.[1]);
  if (!(seconds >= 1 && seconds <= MAX_SCAN_SECONDS)) return failing('duration is not like 30s');
  return quiet(seconds * 1_000, () => {
    const channels = CHANNELS.map((channel) => ({
      channel,
      signal_dbm: Math.round(measured().signal_dbm + between(random, -12, 6)),
      networks: Math.floor(random() * 9),
    }));
    const [best] = [...channels].sort((a, b) => b.signal_dbm - a.signal_dbm);
    return { channels, best_channel: best?.channel ?? 1, duration_ms: seconds * 1_000 };
  });
}

function pinged({ latency_ms }: Metrics, random: Random): Readonly<Record<string, unknown>> {
  const low = Math.round(latency_ms * between(random, 0.7, 0.95));
  const high = Math.round(latency_ms * between(random, 1.05, 1.6));
  return { latency_ms, min_ms: low, max_ms: high, sent: 10, lost: random() < 0.1 ? 1 : 0 };
}

function quiet(takesMs: number, result: () => Readonly<Record<string, unknown>>): CommandScript {
  return { takesMs, awayMs: null, outcome: () => done(result()) };
}

function failing(error: string): CommandScript {
  return { takesMs: 50, awayMs: null, outcome: () => ({ ok: false, error }) };
}

function done(result: Readonly<Record<string, unknown>>): CommandOutcome {
  return { ok: true, result };
}
