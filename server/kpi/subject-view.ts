/**
 * The engine's own books, mutable inside it and nowhere else: a view a subject (a queue or a roll-up, over all media
 * types or for one), an entry a queue, a node a roll-up. Readers never see them.
 */
import type { KpiKey, KpiOrigin, KpiStatus, KpiValue } from '../../lib/contracts/kpi';
import { type QueueId, type SubjectKey, type SubjectKind, subjectKey } from '../../lib/ids';
import type { Comparison } from './drift';
import type { QueueInfo } from './events';
import { noFigures } from './figures';
import { type Freshness, NEVER_LINKED } from './freshness';
import {
  type Completeness,
  emptyQueue,
  type MediaRow,
  type PresenceCount,
  type QueueState,
  type Users,
} from './queue-state';
import { createRollup, type Rollup } from './rollup';
import { doubles, EMPTY_INTERVAL, NEVER } from './row-layout';
import type { CompiledRule } from './threshold-rules';
import type { ThresholdState } from './thresholds';

/** What was last announced of a subject, KPI by KPI in the catalogue's order. */
export interface Shown {
  readonly values: number[];
  readonly statuses: KpiStatus[];
  readonly stale: boolean[];
  readonly details: KpiValue['detail'][];
}

export interface SubjectView {
  readonly key: SubjectKey;
  readonly kind: SubjectKind;
  readonly mediaType: string | null;
  figures: number[];
  isStale: boolean;
  readonly rules: readonly CompiledRule[];
  /** By KPI; a KPI that is absent is quiet. `null`: unknown, as long as the subject is stale. */
  thresholds: ReadonlyMap<KpiKey, ThresholdState> | null;
  shown: Shown | null;
  isWanted: boolean;
  /** Already among those that may have changed. */
  isTouched: boolean;
  /** Already among those that time alone may change. */
  isRunning: boolean;
  /** Whose view it is: one of the two is set. */
  entry: QueueEntry | null;
  node: RollupNode | null;
}

/** A queue's view of one media type. */
export interface MediaView extends SubjectView {
  /** The row that `figures` were made of. */
  row: MediaRow | null;
  totals: readonly number[];
  dayStart: number;
  isCountedStale: boolean;
  nodes: readonly (RollupNode | null)[];
}

export interface QueueView extends SubjectView {
  /** Its roll-ups count it among their stale members. */
  isCountedStale: boolean;
  /** Its place in each roll-up of the queue, in the order of the memberships; `null`: past a bound. */
  nodes: readonly (RollupNode | null)[];
}

export interface Membership {
  readonly base: RollupBase;
  /** The queue's place among the members. */
  readonly member: number;
}

/** Kinds of figures by where their age comes from. */
export const AGE = { gauges: 0, intervals: 1, users: 2, drift: 3 } as const;
export type AgeGroup = (typeof AGE)[keyof typeof AGE];

/** The newest observation by age group: epoch ms (-Infinity: none) and source. */
export interface Ages {
  readonly at: number[];
  readonly origin: KpiOrigin[];
}

export interface Reconciliation {
  readonly at: number;
  readonly compared: number;
  readonly scope: 'gauges' | 'intervals';
  /** Monotonic ms after which what is left counts as drift. */
  readonly until: number;
  suspects: readonly Comparison[];
}

export interface QueueEntry {
  readonly id: QueueId;
  info: QueueInfo;
  readonly timeZone: string;
  shortName: string;
  state: QueueState;
  freshness: Freshness;
  readonly ages: Ages;
  readonly view: QueueView;
  /** In the order of `state.media`. */
  readonly media: MediaView[];
  /** What the figures were last made with, beside the rows; `null`: they must all be made anew. */
  settled: {
    readonly info: QueueInfo;
    readonly complete: Completeness;
    readonly users: Users;
    readonly isStale: boolean;
    readonly drift: number;
  } | null;
  /** Already among those to be settled. */
  isDirty: boolean;
  memberships: readonly Membership[];
  /** Figures of the REST answers since the last completed one, while the link is live. */
  comparisons: Comparison[];
  reconciliations: Reconciliation[];
  /** What the last comparison of each kind found; `null`: none yet. */
  readonly drift: {
    gauges: readonly Comparison[] | null;
    intervals: readonly Comparison[] | null;
    detail: KpiValue['detail'];
    /** NaN before the first comparison. */
    figure: number;
  };
  /** Off-queue agents in words, kept while the presences and their names stay. */
  offQueue: {
    readonly presences: readonly PresenceCount[];
    readonly names: ReadonlyMap<string, string>;
    readonly detail: KpiValue['detail'];
  } | null;
}

export interface RollupNode {
  readonly view: SubjectView;
  readonly rollup: Rollup;
  readonly base: RollupBase;
  readonly ages: Ages;
  staleMembers: number;
  /** Already among those to be settled. */
  isDirty: boolean;
  /** Sums by half hour, kept only while a trend of this roll-up is watched. */
  halfHours: Map<number, number[]> | null;
}

export interface RollupBase {
  readonly kind: Exclude<SubjectKind, 'queue'>;
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly members: readonly QueueEntry[];
  liveMembers: number;
  /** Some node keeps half hours. */
  isWatched: boolean;
  readonly all: RollupNode;
  readonly media: Map<string, RollupNode>;
}

export function noAges(): Ages {
  return { at: doubles(4, () => NEVER), origin: ['live', 'live', 'live', 'live'] };
}

export function raiseAge(ages: Ages, group: AgeGroup, observation: { at: number; origin: KpiOrigin }): void {
  if (observation.at <= (ages.at[group] ?? NEVER)) return;
  ages.at[group] = observation.at;
  ages.origin[group] = observation.origin;
}

export type RulesOf = (subject: SubjectKey) => readonly CompiledRule[];

interface SubjectAddress {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly mediaType: string | null;
}

function createView(address: SubjectAddress, rulesOf: RulesOf): SubjectView {
  const key = subjectKey(address.kind, address.id, address.mediaType);
  return {
    key,
    kind: address.kind,
    mediaType: address.mediaType,
    figures: noFigures(),
    isStale: true,
    rules: rulesOf(key),
    thresholds: null,
    shown: null,
    isWanted: false,
    isTouched: false,
    isRunning: false,
    entry: null,
    node: null,
  };
}

export function createQueueEntry(
  info: QueueInfo,
  place: { readonly timeZone: string; readonly dayStart: number; readonly rulesOf: RulesOf },
): QueueEntry {
  const view = createView({ kind: 'queue', id: info.id, mediaType: null }, place.rulesOf);
  const entry: QueueEntry = {
    id: info.id,
    info,
    timeZone: place.timeZone,
    shortName: info.name,
    state: emptyQueue(place.dayStart),
    freshness: NEVER_LINKED,
    ages: noAges(),
    view: { ...view, isCountedStale: false, nodes: [] },
    media: [],
    settled: null,
    isDirty: false,
    memberships: [],
    comparisons: [],
    reconciliations: [],
    drift: { gauges: null, intervals: null, detail: undefined, figure: Number.NaN },
    offQueue: null,
  };
  entry.view.entry = entry;
  return entry;
}

export function createMediaView(entry: QueueEntry, mediaType: string, rulesOf: RulesOf): MediaView {
  const view = createView({ kind: 'queue', id: entry.id, mediaType }, rulesOf);
  return {
    ...view,
    entry,
    row: null,
    totals: EMPTY_INTERVAL,
    dayStart: NEVER,
    isCountedStale: false,
    nodes: [],
  };
}

export function createRollupNode(base: RollupBase, mediaType: string | null, rulesOf: RulesOf): RollupNode {
  const view = createView({ kind: base.kind, id: base.id, mediaType }, rulesOf);
  const rollup = createRollup(base.members.length);
  const node: RollupNode = {
    view,
    rollup,
    base,
    ages: noAges(),
    staleMembers: 0,
    isDirty: false,
    halfHours: null,
  };
  view.figures = rollup.figures;
  view.node = node;
  return node;
}
