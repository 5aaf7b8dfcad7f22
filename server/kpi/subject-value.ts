/**
 * A subject's figures as they go on the wire, and what of them has changed since it was last announced. Only a
 * value, a status, staleness or a breakdown is a change: a fresher `asOf` alone makes no traffic.
 */
import { KPI_KEYS, type KpiKey, type KpiStatus, type KpiValue } from '../../lib/contracts/kpi';
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
  observationOf(view: SubjectView, kpi: KpiKey): Observation;
  detailOf(view: SubjectView, kpi: KpiKey): Detail;
}

/** How many KPIs of the catalogue, from its start, a subject has. */
export function kpisOf(view: SubjectView): number {
  return view.mediaType === null ? KPI_KEYS.length : MEDIA_KPIS;
}

/** `null` where the subject has no such KPI (users have no media type). */
export function kpiValueOf(view: SubjectView, kpi: KpiKey, source: ValueSource): KpiValue | null {
  const index = KPI_KEYS.indexOf(kpi);
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

/** Appends the changes of a view since they were last taken, and takes them as announced. */
export function takeChanges(view: SubjectView, source: ValueSource, into: ValueChange[]): void {
  view.shown ??= nothingShown();
  for (let index = 0; index < kpisOf(view); index++) {
    const kpi = KPI_KEYS[index];
    if (kpi !== undefined) takeChange(view, { kpi, index, source }, into);
  }
}

interface Place {
  readonly kpi: KpiKey;
  readonly index: number;
  readonly source: ValueSource;
}

function takeChange(view: SubjectView, { kpi, index, source }: Place, into: ValueChange[]): void {
  const shown = view.shown;
  if (shown === null) return;
  const value = kpiAt(index, view.figures, source.options);
  const isValueSame = isSame(shown.values[index] ?? Number.NaN, value);
  const detail = source.detailOf(view, kpi);
  const isRestSame = (shown.stale[index] ?? true) === view.isStale && shown.details[index] === detail;
  const held = shown.statuses[index] ?? 'unknown';
  if (isValueSame && isRestSame && held === statusNow(view, { kpi, index, source }, { value, held })) return;
  const current = kpiValueOf(view, kpi, source);
  if (current === null) return;
  shown.values[index] = value;
  shown.statuses[index] = current.status;
  shown.stale[index] = current.stale;
  shown.details[index] = detail;
  into.push({ subject: view.key, kpi, ...current });
}

function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** A number was observed, and what once had a status too; only the rest has to be asked after. */
function statusNow(
  view: SubjectView,
  { kpi, source }: Place,
  { value, held }: { readonly value: number; readonly held: KpiStatus },
): KpiStatus {
  if (view.isStale) return 'unknown';
  const isObserved =
    !Number.isNaN(value) || held !== 'unknown' || source.observationOf(view, kpi).at !== NEVER;
  return isObserved ? statusIn(view, kpi) : 'unknown';
}
