/**
 * The KPI catalogue by key, and the shape of one value on the wire. A ratio whose denominator is 0 is `null` from end
 * to end. Durations are ms, epochs are ms since 1970 UTC.
 */
import { z } from 'zod';
import { type KpiDefinition, QUEUE_CATALOGUE } from './kpi-catalogue';
import { DEVICE_CATALOGUE, SESSION_CATALOGUE } from './kpi-catalogue-devices';

export const KPI_CATALOGUE = [
  ...QUEUE_CATALOGUE,
  ...DEVICE_CATALOGUE,
  ...SESSION_CATALOGUE,
] as const satisfies readonly KpiDefinition[];

export type QueueKpiKey = (typeof QUEUE_CATALOGUE)[number]['key'];
export type AlertKpiKey = (typeof DEVICE_CATALOGUE)[number]['key'];
export type SessionKpiKey = (typeof SESSION_CATALOGUE)[number]['key'];
export type DeviceKpiKey = AlertKpiKey | SessionKpiKey;
/** In the catalogue's order: first those of each media type. */
export const QUEUE_KPI_KEYS: readonly QueueKpiKey[] = QUEUE_CATALOGUE.map((entry) => entry.key);
export const ALERT_KPI_KEYS: readonly AlertKpiKey[] = DEVICE_CATALOGUE.map((entry) => entry.key);
export const SESSION_KPI_KEYS: readonly SessionKpiKey[] = SESSION_CATALOGUE.map((entry) => entry.key);
/** Of alerts, then of sessions. */
export const DEVICE_KPI_KEYS: readonly DeviceKpiKey[] = [...ALERT_KPI_KEYS, ...SESSION_KPI_KEYS];

const sessionKeys: ReadonlySet<string> = new Set(SESSION_KPI_KEYS);
export function isSessionKpi(key: string): key is SessionKpiKey {
  return sessionKeys.has(key);
}

const deviceKeys: ReadonlySet<string> = new Set(DEVICE_KPI_KEYS);
export function isDeviceKpi(key: string): key is DeviceKpiKey {
  return deviceKeys.has(key);
}

export type KpiKey = (typeof KPI_CATALOGUE)[number]['key'];
export const KPI_KEYS: readonly KpiKey[] = KPI_CATALOGUE.map((entry) => entry.key);

const definitions = new Map<string, (typeof KPI_CATALOGUE)[number]>(KPI_CATALOGUE.map((d) => [d.key, d]));

/** The catalogue's entry for a key; `undefined` for a key it does not hold. */
export function kpiDefinition(key: string): (typeof KPI_CATALOGUE)[number] | undefined {
  return definitions.get(key);
}

export const kpiKeySchema = z.enum(KPI_KEYS as [KpiKey, ...KpiKey[]]);

export const kpiStatusSchema = z.enum(['normal', 'warning', 'critical', 'unknown']);
export type KpiStatus = z.infer<typeof kpiStatusSchema>;

/** `live`: from the stream. `backfill`: from REST. */
export const kpiOriginSchema = z.enum(['live', 'backfill']);
export type KpiOrigin = z.infer<typeof kpiOriginSchema>;

/**
 * One figure with its age and source. `asOf` is the latest moment (epoch ms, server clock) at which the value is
 * known to have been right: while its link lives, when it was last observed; once stale, the last sign of life.
 * `null` value: no denominator, nobody waiting, or never observed (then `asOf` and `origin` are `null` too).
 * `status` is `unknown` whenever `stale` is true. `hidden`: there may be a value, and this reader does not get it: then
 * `value` and `asOf` are `null`, `stale` is false and `status` says nothing.
 */
export const kpiValueSchema = z.object({
  value: z.number().nullable(),
  asOf: z.number().nullable(),
  origin: kpiOriginSchema.nullable(),
  status: kpiStatusSchema,
  stale: z.boolean(),
  /** A breakdown in words, e.g. off-queue agents by presence, drift by KPI, active alerts by level. */
  detail: z.array(z.object({ label: z.string(), count: z.number() })).optional(),
  hidden: z.literal(true).optional(),
});
export type KpiValue = z.infer<typeof kpiValueSchema>;
