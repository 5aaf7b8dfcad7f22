/**
 * A subject's figures as they go on the wire, and what of them has changed since it was last announced. Only a
 * value, a status, staleness or a breakdown is a change: a fresher `asOf` alone makes no traffic.
 */
import {
  isDeviceKpi,
  type KpiKey,
  type KpiStatus,
  type KpiValue,
  QUEUE_KPI_KEYS,
  type QueueKpiKey,
} from '../../lib/contracts/kpi';
import type { ValueChange } from '../../lib/contracts/push';
import { type FormulaOptions, kpiAt, MEDIA_KPIS } from './formulas';
import type { Observation } from './observation';
import { NEVER } from './row-layout';
import type { Shown, SubjectView } from './subject-view';
import { statusOf } from './thresholds';

export type Detail = KpiValue['detail'];

/** What the engine knows beside the figures. The same breakdown comes as the same array. */
export interface ValueSource {
  readonly options: FormulaOptions;
  observationOf(view: SubjectView, kpi: QueueKpiKey): Observation;
  detailOf(view: SubjectView, kpi: KpiKey): Detail;
}

/** How many KPIs of the catalogue, from its start, a subject has here; those of devices have an engine of their own. */
export function kpisOf(view: SubjectView): number {
  return view.mediaType === null ? QUEUE_KPI_KEYS.length : MEDIA_KPIS;
}

/** `null` where the subject has no such KPI (users have no media type, devices are not here). */
export function kpiValueOf(view: SubjectView, kpi: KpiKey, source: ValueSource): KpiValue | null {
  if (isDeviceKpi(kpi)) return null;
  const index = QUEUE_KPI_KEYS.indexOf(kpi);
  if (index >= kpisOf(view)) return null;
  const value = kpiAt(index, view.figures, source.options);
  const observed = source.observationOf(view, kpi);
  const isObserved = observed.at !== NEVER;
  const detail = source.detailOf(view, kpi);
  return {
    value: Number.isNaN(value) ? null : value,
    asOf: isObserved ? observed.at : null,
    origin: isObserved ? observed.origin : null,
    status: isObserved ? statusIn(view, kpi) : 'unknown',
    stale: view.isStale,
    ...(detail === undefined ? {} : { detail }),
  };
}

function statusIn(view: SubjectView, kpi: KpiKey): KpiStatus {
  if (view.isStale || view.thresholds === null) return 'unknown';
  const state = view.thresholds.get(kpi);
  return state === undefined ? 'normal' : statusOf(state);
}

/** Nothing announced yet: as if all had been announced as unknown. */
export function nothingShown(): Shown {
  return { values: [], statuses: [], stale: [], details: [] };
}

/** Which KPIs somebody listens to, as places of the catalogue in its order. */
export type WantedKpis = readonly number[];

export const EVERY_KPI: WantedKpis = QUEUE_KPI_KEYS.map((_, index) => index);

/** Appends the changes of a view's wanted KPIs since they were last taken, and takes them as announced. */
export function takeChanges(
  view: SubjectView,
  { source, wanted }: { readonly source: ValueSource; readonly wanted: WantedKpis },
  into: ValueChange[],
): void {
  view.shown ??= nothingShown();
  const count = kpisOf(view);
  for (let i = 0; i < wanted.length; i++) {
    const index = wanted[i];
    if (index !== undefined && index < count) takeChange(view, index, { source, shown: view.shown, into });
  }
}

interface Taking {
  readonly source: ValueSource;
  readonly shown: Shown;
  readonly into: ValueChange[];
}

// The hottest place of a tick: one look a figure, and an object only for one that changed.
function takeChange(view: SubjectView, index: number, { source, shown, into }: Taking): void {
  const kpi = QUEUE_KPI_KEYS[index] as QueueKpiKey; // `index` is a place of QUEUE_KPI_KEYS
  const value = kpiAt(index, view.figures, source.options);
  const stale = view.isStale;
  const detail = DETAILED.has(kpi) ? source.detailOf(view, kpi) : undefined;
  const held = shown.statuses[index] ?? 'unknown';
  const isValueSame = isSame(shown.values[index] ?? Number.NaN, value);
  const isRestSame = (shown.stale[index] ?? true) === stale && shown.details[index] === detail;
  if (isValueSame && isRestSame && held === statusNow(view, { kpi, source, value, held })) return;
  const observed = source.observationOf(view, kpi);
  const isObserved = observed.at !== NEVER;
  const status = isObserved ? statusIn(view, kpi) : 'unknown';
  shown.values[index] = value;
  shown.statuses[index] = status;
  shown.stale[index] = stale;
  shown.details[index] = detail;
  const change: ValueChange = {
    subject: view.key,
    kpi,
    value: Number.isNaN(value) ? null : value,
    asOf: isObserved ? observed.at : null,
    origin: isObserved ? observed.origin : null,
    status,
    stale,
  };
  into.push(detail === undefined ? change : { ...change, detail });
}

/** The KPIs that have a breakdown. */
const DETAILED: ReadonlySet<KpiKey> = new Set(['agentsOffQueue', 'drift']);

function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

interface Standing {
  readonly kpi: QueueKpiKey;
  readonly source: ValueSource;
  readonly value: number;
  readonly held: KpiStatus;
}

/** A number was observed, and what once had a status too; only the rest has to be asked after. */
function statusNow(view: SubjectView, { kpi, source, value, held }: Standing): KpiStatus {
  if (view.isStale) return 'unknown';
  const isObserved =
    !Number.isNaN(value) || held !== 'unknown' || source.observationOf(view, kpi).at !== NEVER;
  return isObserved ? statusIn(view, kpi) : 'unknown';
}
