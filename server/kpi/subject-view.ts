/**
 * The engine's own books, mutable inside it and nowhere else: an entry a queue, a node a roll-up, and a view for each
 * subject that somebody reads. Readers never see them. An entry's fields are in the order in which events use them.
 */
import type { KpiKey, KpiOrigin, KpiStatus, KpiValue } from '../../lib/contracts/kpi';
import { type QueueId, type SubjectKey, type SubjectKind, subjectKey } from '../../lib/ids';
import type { Comparison } from './drift';
import type { QueueInfo } from './events';
import { noFigures } from './figures';
import { type Freshness, NEVER_LINKED } from './freshness';
import { emptyQueue, type MediaRow, type PresenceCount, type QueueState } from './queue-state';
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
  figures: number[];
  isStale: boolean;
  /** Somebody listens to it. */
  isWanted: boolean;
  /** Already among those that may have changed. */
  isTouched: boolean;
  /** Already among those that time alone may change. */
  isRunning: boolean;
  rules: readonly CompiledRule[];
  /** By KPI; a KPI that is absent is quiet. `null`: unknown, as long as the subject is stale. */
  thresholds: ReadonlyMap<KpiKey, ThresholdState> | null;
  shown: Shown | null;
  readonly mediaType: string | null;
  readonly kind: SubjectKind;
  readonly key: SubjectKey;
  /** Whose view it is: one of the two is set. */
  readonly entry: QueueEntry | null;
  readonly node: RollupNode | null;
}

/** A queue's view of one media type, with the row and the sums that its figures were made of. */
export interface MediaView {
  readonly view: SubjectView;
  row: MediaRow | null;
  totals: readonly number[];
  /** Brought up since it was last judged. */
  isChanged: boolean;
}

/** The views of a queue, made when somebody first asks. */
export interface QueueViews {
  readonly view: SubjectView;
  /** In the order of `state.media`. */
  readonly media: MediaView[];
  /** What the figures were made of; `null`: not yet. */
  seen: Standing | null;
}

/** All that a queue's figures follow from. */
export interface Standing {
  readonly state: QueueState;
  readonly info: QueueInfo;
  readonly drift: number;
  readonly isStale: boolean;
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

export interface Drift {
  /** What the last comparison of each kind found; `null`: none yet. */
  gauges: readonly Comparison[] | null;
  intervals: readonly Comparison[] | null;
  detail: KpiValue['detail'];
  /** NaN before the first comparison. */
  figure: number;
  /** Epoch ms of the last one; -Infinity before the first. */
  at: number;
}

export interface QueueEntry {
  state: QueueState;
  /** As its roll-ups still count it; `null`: they are up to date. */
  counted: Standing | null;
  /** Whether its roll-ups have ever counted it. */
  isCounted: boolean;
  crowd: Crowd;
  /** Its place among the members of each roll-up of the crowd. */
  members: readonly number[];
  /** Somebody listens to one of its views. */
  isWatched: boolean;
  /** Already among those whose views may have changed. */
  isTouched: boolean;
  reconciliations: readonly Reconciliation[];
  freshness: Freshness;
  info: QueueInfo;
  readonly id: QueueId;
  readonly timeZone: string;
  shortName: string;
  views: QueueViews | null;
  /** Figures of the REST answers since the last completed one, while the link is live. */
  comparisons: Comparison[];
  readonly drift: Drift;
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
  readonly all: RollupNode;
  readonly media: Map<string, RollupNode>;
}

/** The roll-ups that a queue belongs to; shared by all queues that belong to the same ones. */
export interface Crowd {
  readonly bases: readonly RollupBase[];
  /** Over all media types, in the order of the bases. */
  readonly all: readonly RollupNode[];
  /** For each media type seen so far; `null`: past a bound. */
  readonly media: Map<string, readonly (RollupNode | null)[]>;
  /** Some node keeps half hours. */
  isWatched: boolean;
}

export function noAges(): Ages {
  return { at: doubles(4, () => NEVER), origin: ['live', 'live', 'live', 'live'] };
}

export type RulesOf = (subject: SubjectKey) => readonly CompiledRule[];

interface Owner {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly mediaType: string | null;
  readonly entry: QueueEntry | null;
  readonly node: RollupNode | null;
  readonly figures: number[];
}

function createView(owner: Owner, rulesOf: RulesOf): SubjectView {
  const key = subjectKey(owner.kind, owner.id, owner.mediaType);
  return {
    figures: owner.figures,
    isStale: true,
    isWanted: false,
    isTouched: false,
    isRunning: false,
    rules: rulesOf(key),
    thresholds: null,
    shown: null,
    mediaType: owner.mediaType,
    kind: owner.kind,
    key,
    entry: owner.entry,
    node: owner.node,
  };
}

const NO_CROWD: Crowd = { bases: [], all: [], media: new Map(), isWatched: false };

export function createQueueEntry(
  info: QueueInfo,
  place: { readonly timeZone: string; readonly dayStart: number },
): QueueEntry {
  return {
    state: emptyQueue(place.dayStart),
    counted: null,
    isCounted: false,
    crowd: NO_CROWD,
    members: [],
    isWatched: false,
    isTouched: false,
    reconciliations: [],
    freshness: NEVER_LINKED,
    info,
    id: info.id,
    timeZone: place.timeZone,
    shortName: info.name,
    views: null,
    comparisons: [],
    drift: { gauges: null, intervals: null, detail: undefined, figure: Number.NaN, at: NEVER },
    offQueue: null,
  };
}

export function createQueueView(entry: QueueEntry, mediaType: string | null, rulesOf: RulesOf): SubjectView {
  const { id } = entry;
  return createView({ kind: 'queue', id, mediaType, entry, node: null, figures: noFigures() }, rulesOf);
}

export function createMediaView(entry: QueueEntry, mediaType: string, rulesOf: RulesOf): MediaView {
  return {
    view: createQueueView(entry, mediaType, rulesOf),
    row: null,
    totals: EMPTY_INTERVAL,
    isChanged: true,
  };
}

export function createRollupNode(base: RollupBase, mediaType: string | null, rulesOf: RulesOf): RollupNode {
  const rollup = createRollup(base.members.length);
  const unfinished = { rollup, base, ages: noAges(), staleMembers: 0, isDirty: false, halfHours: null };
  // The view needs its node and the node its view: closed in one step, before anyone else sees either.
  const node = unfinished as Omit<RollupNode, 'view'> & { view: SubjectView };
  const { kind, id } = base;
  node.view = createView({ kind, id, mediaType, entry: null, node, figures: rollup.figures }, rulesOf);
  return node;
}
