/**
 * What an appliance says, as messages that can be trusted: parsed by hand where it comes ten times a second from
 * hundreds of devices, by a schema where it is rare. Never throws; what is something else is `null`. What passes is
 * bounded in every direction. A figure that no device can have measured is left out, the others of its message stay.
 */
import { z } from 'zod';
import { METRICS, type MetricKey } from '../../../lib/contracts/diagnostics';
import { plainName } from '../../../lib/plain-name';
import type { ApplianceMessage } from '../ports';
import { boundedResult } from './bounded-result';

/** What is possible at all; beyond it a device is wrong about itself. */
export const METRIC_BOUNDS: ReadonlyMap<MetricKey, readonly [least: number, most: number]> = new Map([
  ['signal_dbm', [-200, 50]],
  ['packet_loss_pct', [0, 100]],
  // An hour.
  ['latency_ms', [0, 3_600_000]],
  ['errors', [0, 1e9]],
]);
const MAX_ERROR = 300;

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const error = z.string().nullish().catch(null);
const result = z.unknown().optional();
const rareSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('received'), id }),
  z.object({ type: z.literal('running'), id }),
  z.object({ type: z.literal('result'), id, ok: z.boolean(), result, error }),
  z.object({
    type: z.literal('known'),
    id,
    state: z.enum(['unknown', 'received', 'running', 'done', 'failed']),
    result,
    error,
  }),
]);

/** `at`: epoch ms when it came. */
export function parseFrame(text: string, at: number): ApplianceMessage | null {
  const frame = jsonOf(text);
  if (typeof frame !== 'object' || frame === null) return null;
  // The cast reads fields of something that may be anything; each is checked before it is believed.
  const { type, values } = frame as { readonly type?: unknown; readonly values?: unknown };
  if (type === 'metrics') return metricsOf(values, at);
  if (type === 'heartbeat') return { kind: 'heartbeat', at };
  return rareOf(frame, at);
}

function metricsOf(values: unknown, at: number): ApplianceMessage | null {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return null;
  const known = new Map<MetricKey, number>();
  for (const { key } of METRICS) {
    // Likewise.
    const value = (values as Readonly<Record<MetricKey, unknown>>)[key];
    if (typeof value === 'number' && isPossible(key, value)) known.set(key, value);
  }
  return known.size === 0 ? null : { kind: 'metrics', at, values: known };
}

function isPossible(key: MetricKey, value: number): boolean {
  const [least, most] = METRIC_BOUNDS.get(key) ?? [0, 0];
  return value >= least && value <= most;
}

function rareOf(frame: object, at: number): ApplianceMessage | null {
  const parsed = rareSchema.safeParse(frame);
  if (!parsed.success) return null;
  const said = parsed.data;
  switch (said.type) {
    case 'received':
    case 'running':
      return { kind: said.type, at, commandId: said.id };
    case 'result':
      return { kind: 'result', at, commandId: said.id, ok: said.ok, ...outcomeOf(said) };
    case 'known':
      return { kind: 'known', at, commandId: said.id, state: said.state, ...outcomeOf(said) };
  }
}

function outcomeOf(said: { readonly result?: unknown; readonly error?: string | null | undefined }) {
  const words = plainName(said.error ?? '', MAX_ERROR);
  return { result: boundedResult(said.result), error: words === '' ? null : words };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
