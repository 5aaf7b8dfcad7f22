/**
 * The appliances' protocol, JSON text frames: what they take and what they say. Written down in
 * docs/genesys-devices.md; read here by itself, so that a mistake of the other side's reading is seen. Pure.
 */
import type { CommandOutcome } from './command-script';
import type { Metrics } from './metrics-walk';

export type Order =
  | {
      readonly kind: 'command';
      readonly id: string;
      readonly command: string;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'ask'; readonly id: string };

export const HEARTBEAT_FRAME = JSON.stringify({ type: 'heartbeat' });
const MAX_ID = 128;

/** `null`: not what an appliance understands. */
export function readOrder(text: string): Order | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null; // JSON.parse throws nothing but SyntaxError
  }
  if (!isRecord(raw) || typeof raw.id !== 'string' || raw.id === '' || raw.id.length > MAX_ID) return null;
  const { type, id, command, params } = raw;
  if (type === 'ask') return { kind: 'ask', id };
  if (type !== 'command' || typeof command !== 'string' || !isRecord(params)) return null;
  return { kind: 'command', id, command, params };
}

export function metricsFrame(values: Metrics): string {
  return JSON.stringify({ type: 'metrics', values });
}

export function progressFrame(type: 'received' | 'running', id: string): string {
  return JSON.stringify({ type, id });
}

export function resultFrame(id: string, outcome: CommandOutcome): string {
  return JSON.stringify({ type: 'result', id, ...outcome });
}

export type KnownState = 'unknown' | 'received' | 'running' | 'done' | 'failed';

export function knownFrame(id: string, state: KnownState, outcome: CommandOutcome | null): string {
  const { ok: _, ...more } = outcome ?? { ok: true };
  return JSON.stringify({ type: 'known', id, state, ...more });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
