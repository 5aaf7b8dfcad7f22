/**
 * The door of the KPI engine: all that a source may tell it. Sources import this file and nothing else of `kpi`.
 *
 * Times are epoch ms on the server's clock. `observedAt` is when the platform saw it, brought to the server's
 * clock by the source: for one (queue, media type, metric, qualifier, interval) the newest wins, and equal or
 * older ones change nothing, so an event may come twice, late, or after a snapshot that already holds it.
 * A backfill makes the same events as the stream; only `snapshotCompleted` after them says that what was left out
 * is zero.
 */
import type { KpiOrigin } from '../../lib/contracts/kpi';
import type { QueueId } from '../../lib/ids';

/** The platform's own shape, so that a parsed frame passes through without a copy. */
export interface MetricStats {
  readonly count?: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly numerator?: number;
  readonly denominator?: number;
  readonly target?: number;
  readonly ratio?: number;
  /** `oLongestWaiting`, `oLongestInteracting`: epoch ms since which. */
  readonly calculatedMetricValue?: number;
}

export interface MetricSample {
  readonly metric: string;
  readonly qualifier?: string;
  readonly stats: MetricStats;
}

/** Instant observations of one queue and media type (`null`: the queue's users). Partial. */
export interface GaugesObserved {
  readonly kind: 'gaugesObserved';
  readonly queueId: QueueId;
  readonly mediaType: string | null;
  readonly observedAt: number;
  readonly origin: KpiOrigin;
  readonly metrics: readonly MetricSample[];
}

/** Running aggregates of one interval (a half hour, or the part of one beside a day's start). Partial. */
export interface IntervalObserved {
  readonly kind: 'intervalObserved';
  readonly queueId: QueueId;
  readonly mediaType: string;
  readonly observedAt: number;
  readonly origin: KpiOrigin;
  readonly intervalStart: number;
  readonly intervalEnd: number;
  readonly metrics: readonly MetricSample[];
}

/**
 * All events of a REST answer for this queue have been given. Whatever of its scope was not observed at or after
 * `observedAt` is zero. `reason` `reconcile`: the stream was live, so a difference is a drift, not a catch-up.
 */
export interface SnapshotCompleted {
  readonly kind: 'snapshotCompleted';
  readonly queueId: QueueId;
  readonly observedAt: number;
  readonly reason: 'backfill' | 'reconcile';
  readonly scope: GaugesScope | IntervalsScope;
}
/** `metrics`: the metric names that were asked for. */
export interface GaugesScope {
  readonly kind: 'gauges';
  readonly metrics: readonly string[];
}
/** Intervals that lie wholly in [from, to) were asked for, with these metrics. */
export interface IntervalsScope {
  readonly kind: 'intervals';
  readonly from: number;
  readonly to: number;
  readonly metrics: readonly string[];
}

export interface QueueInfo {
  readonly id: QueueId;
  readonly name: string;
  readonly divisionId: string;
  readonly divisionName: string;
  /** Per media type as the KPI stream names it (`voice`, `chat`, …). */
  readonly serviceLevels: readonly {
    readonly mediaType: string;
    readonly percentage: number;
    readonly durationMs: number;
  }[];
}

/** All that somebody else knows of a queue, as `queue-state-text` tells it: what is newer of it counts. */
export interface QueueTold {
  readonly kind: 'queueTold';
  readonly queueId: QueueId;
  readonly state: unknown;
}

/** The whole list of queues; one that is missing is gone. */
export interface QueuesListed {
  readonly kind: 'queuesListed';
  readonly queues: readonly QueueInfo[];
}

/** Names of organisation presences, for the breakdown of off-queue agents. */
export interface PresencesListed {
  readonly kind: 'presencesListed';
  readonly presences: readonly { readonly id: string; readonly name: string }[];
}

/** The link that carries these queues is gone since `at`; `heardAt` is its last sign of life. */
export interface LinkLost {
  readonly kind: 'linkLost';
  readonly queueIds: readonly QueueId[];
  readonly at: number;
  readonly heardAt: number;
  /** Nothing was heard of it for longer than a blip already. Absent: it was just noticed. */
  readonly isBeyondBlip?: boolean;
}

/** The link is live again **and** what was missed has been backfilled. */
export interface LinkRestored {
  readonly kind: 'linkRestored';
  readonly queueIds: readonly QueueId[];
  readonly at: number;
}

/** Whose figures of devices these are. `unmapped`: of no queue; counted in `all` only. */
export type DeviceOwner =
  | { readonly kind: 'queue'; readonly queueId: QueueId }
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'unmapped' };

/** All figures of one owner now, whole: it replaces what was said before. An owner never named has none, which is 0. */
export interface DeviceFiguresObserved {
  readonly kind: 'deviceFiguresObserved';
  readonly owner: DeviceOwner;
  readonly observedAt: number;
  readonly origin: KpiOrigin;
  /** Active alerts. */
  readonly critical: number;
  readonly warning: number;
  readonly info: number;
  /** Of the active ones. */
  readonly unacknowledged: number;
  /** Raised since the start of the owner's day. */
  readonly today: number;
  readonly offline: number;
}

/** The broker's link is gone since `at`; `heardAt` is its last sign of life. */
export interface DeviceLinkLost {
  readonly kind: 'deviceLinkLost';
  readonly at: number;
  readonly heardAt: number;
  readonly isBeyondBlip?: boolean;
}

/** The broker's link is live, and subscribed; what waited for us comes by itself. */
export interface DeviceLinkRestored {
  readonly kind: 'deviceLinkRestored';
  readonly at: number;
}

/** Diagnostic sessions of one owner now, whole: it replaces what was said before. Sites have none. */
export interface SessionFiguresObserved {
  readonly kind: 'sessionFiguresObserved';
  readonly owner: Exclude<DeviceOwner, { readonly kind: 'site' }>;
  readonly observedAt: number;
  readonly origin: KpiOrigin;
  /** Open ones in that state now. */
  readonly initiated: number;
  readonly running: number;
  readonly disconnected: number;
  /** Open or ended, in that state since some time of the owner's day. */
  readonly completed: number;
  readonly error: number;
  /** Ended since the start of the owner's day. */
  readonly solvedRemotely: number;
  readonly open: number;
  /** Of the open ones. */
  readonly healthy: number;
}

/** Whoever counts sessions does not know them any more since `at`; `heardAt`: until when he did. */
export interface SessionsLost {
  readonly kind: 'sessionsLost';
  readonly at: number;
  readonly heardAt: number;
  readonly isBeyondBlip?: boolean;
}

/** Sessions are counted from here on, and what was there before has been said. */
export interface SessionsRestored {
  readonly kind: 'sessionsRestored';
  readonly at: number;
}

export type SessionEvent = SessionFiguresObserved | SessionsLost | SessionsRestored;
export type DeviceEvent = DeviceFiguresObserved | DeviceLinkLost | DeviceLinkRestored;

export type KpiEvent =
  | GaugesObserved
  | IntervalObserved
  | SnapshotCompleted
  | QueueTold
  | QueuesListed
  | PresencesListed
  | LinkLost
  | LinkRestored;

export type DeviceSink = (event: DeviceEvent) => void;
export type SessionSink = (event: SessionEvent) => void;
export type KpiSink = (event: KpiEvent) => void;
