/**
 * How old a figure is and where it came from. For a queue: the newest observation of what the KPI is made of. For a
 * roll-up: the newest of its members; where one of them is stale, the age of the earliest stale one.
 */
import type { KpiKey, KpiOrigin } from '../../lib/contracts/kpi';
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

const PARTS: Readonly<Record<KpiKey, Parts>> = {
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

function newer(a: Observation, b: Observation): Observation {
  return b.at >= a.at ? b : a;
}

function stamped(stamp: number, isBackfill: boolean): Observation {
  // A snapshot's zeros are stamped just before its request.
  return { at: Math.ceil(stamp), origin: isBackfill ? 'backfill' : 'live' };
}

/** The observation behind a queue's KPI; `view` for one media type. */
export function observationOfQueue(entry: QueueEntry, view: MediaView | null, kpi: KpiKey): Observation {
  const parts = PARTS[kpi];
  if (parts.group === AGE.drift) return { at: entry.drift.at, origin: 'backfill' };
  const seen = view === null ? ofAllMedia(entry, parts) : ofMedia(entry.state, view, parts);
  const observed = newer(seen, view === null ? ofUsers(entry.state, parts) : NEVER_OBSERVED);
  const { freshness } = entry;
  if (freshness.state !== 'stale' || observed.at === NEVER) return observed;
  return { at: Math.max(observed.at, freshness.heardAt), origin: observed.origin };
}

function ofAllMedia(entry: QueueEntry, parts: Parts): Observation {
  let best = ofCompleteness(entry.state, parts);
  for (const media of entry.views?.media ?? []) best = newer(best, ofMedia(entry.state, media, parts));
  return best;
}

function ofCompleteness(state: QueueState, parts: Parts): Observation {
  let stamp = NEVER;
  for (const g of parts.gauges ?? []) stamp = Math.max(stamp, at(state.complete.gauges, g));
  for (const m of parts.intervals ?? []) stamp = Math.max(stamp, at(state.complete.intervals, m));
  return stamped(stamp, true);
}

function ofMedia(state: QueueState, view: MediaView, parts: Parts): Observation {
  let best = ofCompleteness(state, { group: parts.group, intervals: parts.intervals ?? [] });
  for (const g of parts.gauges ?? []) if (view.row !== null) best = newer(best, ofGauge(view.row, g));
  for (const m of parts.intervals ?? []) {
    best = newer(best, ofInterval(view.totals, m));
    if (view.row?.current) best = newer(best, ofInterval(view.row.current, m));
  }
  return best;
}

function ofGauge(row: MediaRow, g: number): Observation {
  return stamped(at(row.gauges, GAUGE_AT + g), (at(row.gauges, GAUGE_ORIGINS) & (1 << g)) !== 0);
}

function ofInterval(row: readonly number[], m: number): Observation {
  return stamped(at(row, AT + m), (at(row, ORIGINS) & (1 << m)) !== 0);
}

function ofUsers(state: QueueState, parts: Parts): Observation {
  if (parts.users === undefined) return NEVER_OBSERVED;
  return parts.users === 'onQueue' ? ofOnQueue(state) : ofOffQueue(state);
}

function ofOnQueue(state: QueueState): Observation {
  const { row } = state.users;
  const base = userBase(state.users);
  let best = NEVER_OBSERVED;
  for (let slot = base; slot < base + QUALIFIERS; slot++) {
    best = newer(best, stamped(at(row, USER_AT + slot), (at(row, USER_ORIGINS) & (1 << slot)) !== 0));
  }
  return best;
}

function ofOffQueue(state: QueueState): Observation {
  let best = stamped(at(state.complete.gauges, COMPLETE.offQueue), true);
  for (const p of state.users.presences) best = newer(best, stamped(p.observedAt, p.isBackfill));
  return best;
}

/** The observation behind a roll-up's KPI. `viewsOf` brings up the views of a member. */
export function observationOfRollup(
  node: RollupNode,
  kpi: KpiKey,
  viewsOf: (entry: QueueEntry) => QueueViews,
): Observation {
  const { group } = PARTS[kpi];
  if (group === null) return NEVER_OBSERVED;
  const newest = { at: node.ages.at[group] ?? NEVER, origin: node.ages.origin[group] ?? 'live' };
  return node.staleMembers === 0 ? newest : (earliestStale(node, kpi, viewsOf) ?? newest);
}

function earliestStale(
  node: RollupNode,
  kpi: KpiKey,
  viewsOf: (entry: QueueEntry) => QueueViews,
): Observation | null {
  let earliest: Observation | null = null;
  for (const entry of node.base.members) {
    if (!isStale(entry.freshness)) continue;
    const seen = observationOfMember(entry, node.view.mediaType, { kpi, media: viewsOf(entry).media });
    if (seen.at !== NEVER && (earliest === null || seen.at < earliest.at)) earliest = seen;
  }
  return earliest;
}

function observationOfMember(
  entry: QueueEntry,
  mediaType: string | null,
  { kpi, media }: { readonly kpi: KpiKey; readonly media: readonly MediaView[] },
): Observation {
  if (mediaType === null) return observationOfQueue(entry, null, kpi);
  const own = media.find(({ view }) => view.mediaType === mediaType);
  return own === undefined ? NEVER_OBSERVED : observationOfQueue(entry, own, kpi);
}
