/**
 * How old a figure is and where it came from. For a queue: the newest observation of what the KPI is made of. For a
 * roll-up: the newest of its members; where one of them is stale, the age of the earliest stale one.
 */
import type { KpiOrigin, QueueKpiKey } from '../../lib/contracts/kpi';
import { userBase } from './figures';
import { isStale } from './freshness';
import type { MediaRow, QueueState } from './queue-state';
import {
  AT,
  at,
  COMPLETE,
  GAUGE,
  GAUGE_AT,
  GAUGE_ORIGINS,
  INTERVAL,
  NEVER,
  ORIGINS,
  QUALIFIERS,
  USER_AT,
  USER_ORIGINS,
} from './row-layout';
import {
  AGE,
  type AgeGroup,
  type MediaView,
  type QueueEntry,
  type QueueViews,
  type RollupNode,
} from './subject-view';

export interface Observation {
  /** Epoch ms; -Infinity for never. */
  readonly at: number;
  readonly origin: KpiOrigin;
}

const NEVER_OBSERVED: Observation = { at: NEVER, origin: 'live' };

interface Parts {
  readonly group: AgeGroup | null;
  readonly gauges?: readonly number[];
  readonly intervals?: readonly number[];
  readonly users?: 'onQueue' | 'offQueue';
}

const gauges = (...places: number[]): Parts => ({ group: AGE.gauges, gauges: places });
const intervals = (...places: number[]): Parts => ({ group: AGE.intervals, intervals: places });
const onQueue: Parts = { group: AGE.users, users: 'onQueue' };

const PARTS: Readonly<Record<QueueKpiKey, Parts>> = {
  waiting: gauges(GAUGE.waiting),
  longestWaitSince: gauges(GAUGE.longest),
  alerting: gauges(GAUGE.alerting),
  interacting: gauges(GAUGE.interacting),
  offered: intervals(INTERVAL.nOffered),
  answered: intervals(INTERVAL.tAnswered),
  abandoned: intervals(INTERVAL.tAbandon),
  shortAbandoned: intervals(INTERVAL.tShortAbandon),
  flowedOut: intervals(INTERVAL.tFlowOut),
  transferred: intervals(INTERVAL.nTransferred),
  abandonRate: intervals(INTERVAL.nOffered, INTERVAL.tAbandon),
  serviceLevel: intervals(INTERVAL.oServiceLevel),
  /** A setting, not an observation: see `listedAt`. */
  serviceLevelTarget: { group: null },
  serviceLevelBudget: intervals(INTERVAL.oServiceLevel),
  asaMs: intervals(INTERVAL.tAnswered),
  ahtMs: intervals(INTERVAL.tHandle),
  avgWaitMs: intervals(INTERVAL.tWait),
  maxWaitMs: intervals(INTERVAL.tWait),
  agentsOnQueue: onQueue,
  agentsAvailable: onQueue,
  agentsInteracting: onQueue,
  agentsCommunicating: onQueue,
  agentsNotResponding: onQueue,
  agentsOffQueue: { group: AGE.users, users: 'offQueue' },
  occupancy: onQueue,
  drift: { group: AGE.drift },
};

// The newest observation of those looked at so far. Kept here and not in objects: a tick asks for it tens of thousands
// of times, and the objects cost more than the looking. Only the functions below write it, from `observationOfQueue`.
let newestAt = NEVER;
let isNewestBackfill = false;

/** Of two at the same moment the later looked at counts. */
function look(stamp: number, isBackfill: boolean): void {
  // A snapshot's zeros are stamped just before its request.
  const stampMs = Math.ceil(stamp);
  if (stampMs < newestAt) return;
  newestAt = stampMs;
  isNewestBackfill = isBackfill;
}

/** The observation behind a queue's KPI; `view` for one media type. */
export function observationOfQueue(entry: QueueEntry, view: MediaView | null, kpi: QueueKpiKey): Observation {
  const parts = PARTS[kpi];
  if (parts.group === AGE.drift) return { at: entry.drift.at, origin: 'backfill' };
  newestAt = NEVER;
  isNewestBackfill = false;
  if (view === null) {
    lookAtAllMedia(entry, parts);
    lookAtUsers(entry.state, parts);
  } else lookAtMedia(entry.state, view, parts);
  const origin: KpiOrigin = isNewestBackfill ? 'backfill' : 'live';
  const { freshness } = entry;
  if (freshness.state !== 'stale' || newestAt === NEVER) return { at: newestAt, origin };
  return { at: Math.max(newestAt, freshness.heardAt), origin };
}

function lookAtAllMedia({ state, views }: QueueEntry, parts: Parts): void {
  const { gauges, intervals } = parts;
  if (gauges !== undefined) look(newestOf(state.complete.gauges, gauges), true);
  if (intervals !== undefined) look(newestOf(state.complete.intervals, intervals), true);
  for (const media of views?.media ?? []) lookAtMedia(state, media, parts);
}

function newestOf(stamps: readonly number[], places: readonly number[]): number {
  let newest = NEVER;
  for (const place of places) newest = Math.max(newest, at(stamps, place));
  return newest;
}

function lookAtMedia(state: QueueState, { row, totals }: MediaView, { gauges, intervals }: Parts): void {
  if (gauges !== undefined && row !== null) for (const g of gauges) lookAtGauge(row, g);
  if (intervals === undefined) return;
  look(newestOf(state.complete.intervals, intervals), true);
  for (const m of intervals) {
    lookAtInterval(totals, m);
    if (row?.current) lookAtInterval(row.current, m);
  }
}

function lookAtGauge(row: MediaRow, g: number): void {
  look(at(row.gauges, GAUGE_AT + g), (at(row.gauges, GAUGE_ORIGINS) & (1 << g)) !== 0);
}

function lookAtInterval(row: readonly number[], m: number): void {
  look(at(row, AT + m), (at(row, ORIGINS) & (1 << m)) !== 0);
}

function lookAtUsers({ users, complete }: QueueState, parts: Parts): void {
  if (parts.users === 'onQueue') {
    const { row } = users;
    const base = userBase(users);
    for (let slot = base; slot < base + QUALIFIERS; slot++) {
      look(at(row, USER_AT + slot), (at(row, USER_ORIGINS) & (1 << slot)) !== 0);
    }
  } else if (parts.users === 'offQueue') {
    look(at(complete.gauges, COMPLETE.offQueue), true);
    for (const p of users.presences) look(p.observedAt, p.isBackfill);
  }
}

/** The observation behind a roll-up's KPI. `viewsOf` brings up the views of a member. */
export function observationOfRollup(
  node: RollupNode,
  kpi: QueueKpiKey,
  viewsOf: (entry: QueueEntry) => QueueViews,
): Observation {
  const { group } = PARTS[kpi];
  if (group === null) return NEVER_OBSERVED;
  const newest = { at: node.ages.at[group] ?? NEVER, origin: node.ages.origin[group] ?? 'live' };
  return node.staleMembers === 0 ? newest : (earliestStale(node, kpi, viewsOf) ?? newest);
}

function earliestStale(
  node: RollupNode,
  kpi: QueueKpiKey,
  viewsOf: (entry: QueueEntry) => QueueViews,
): Observation | null {
  let earliest: Observation | null = null;
  for (const entry of node.base.members) {
    if (!isStale(entry.freshness) || (earliest !== null && notBefore(entry, kpi) >= earliest.at)) continue;
    const seen = observationOfMember(entry, node.view.mediaType, { kpi, media: viewsOf(entry).media });
    if (seen.at !== NEVER && (earliest === null || seen.at < earliest.at)) earliest = seen;
  }
  return earliest;
}

/** A stale queue's figures are as of its last sign of life at the earliest, which all of a channel share. */
function notBefore({ freshness }: QueueEntry, kpi: QueueKpiKey): number {
  return freshness.state === 'stale' && PARTS[kpi].group !== AGE.drift ? freshness.heardAt : NEVER;
}

function observationOfMember(
  entry: QueueEntry,
  mediaType: string | null,
  { kpi, media }: { readonly kpi: QueueKpiKey; readonly media: readonly MediaView[] },
): Observation {
  if (mediaType === null) return observationOfQueue(entry, null, kpi);
  const own = media.find(({ view }) => view.mediaType === mediaType);
  return own === undefined ? NEVER_OBSERVED : observationOfQueue(entry, own, kpi);
}
