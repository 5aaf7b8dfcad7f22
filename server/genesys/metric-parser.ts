/**
 * From the text of a frame to KPI events. PURE but for what it remembers to be fast, and HOT: up to 20,000 frames
 * a second pass here, so there is one JSON.parse, one Map look-up of the topic, a guard that copies nothing, and
 * the platform's own arrays go on to the KPI engine. A frame is applied, ignored or rejected as a whole.
 *
 * Stamps: a zero-length interval says when the platform saw it; that, brought to the server's clock, orders the
 * gauges. Half-hour aggregates and `activity` carry no stamp: their receipt orders them, a topic's receipts never
 * being equal. `activity` tells three gauges of `observations` too, and at once, where `observations` comes at most
 * once a second (docs/decisions/0006).
 */
import type { QueueId } from '../../lib/ids';
import type { KpiSink, MetricSample, MetricStats } from '../kpi/events';
import { areSamples, isOptionalFigure, isOptionalName, isRecord } from './frame-guard';
import { createIntervalReader, type Interval } from './interval-text';
import type { TopicKind } from './topics';
import { learned, toServerTime, type UpstreamClock, unknownUpstreamClock } from './upstream-clock';

/** What a known topic is about. `lastAt` is the parser's own note of the topic's last receipt. */
export interface TopicEntry {
  readonly kind: TopicKind;
  readonly queueId: QueueId;
  lastAt: number;
}

/** What a frame that changes no figure says to the channel. */
export type Notice =
  | 'heartbeat'
  | 'pong'
  | 'socketClosing'
  | 'notSubscribed'
  | 'tokenRevoked'
  | 'unknownTopic';
export type RejectReason =
  | 'json'
  | 'envelope'
  | 'group'
  | 'data'
  | 'interval'
  | 'metrics'
  | 'conversation'
  | 'user'
  | 'binary'
  | 'internal';
export const REJECT_REASONS: readonly RejectReason[] = [
  'json',
  'envelope',
  'group',
  'data',
  'interval',
  'metrics',
  'conversation',
  'user',
  'binary',
  'internal',
];

export type FrameOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'ignored'; readonly notice: Notice }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

export interface FrameParser {
  /** `receivedAt`: epoch ms that never run backwards. Throws only what the sink throws. */
  parse(text: string, receivedAt: number): FrameOutcome;
}

export interface FrameParserOptions {
  /** Topic name → what it is about. May change between frames. */
  readonly topicIndex: ReadonlyMap<string, TopicEntry>;
  readonly sink: KpiSink;
  /** Takes the body of a frame of a `conversations` topic; false: it is none. Absent: such frames are ignored. */
  readonly onConversation?: (queueId: QueueId, body: unknown) => boolean;
}

const KEEP_EVERY = 127;
const KEPT_FRAMES = 32;

// Outcomes are made once: nothing is allocated for them a frame.
const APPLIED: FrameOutcome = { kind: 'applied' };
const REJECTED = new Map(REJECT_REASONS.map((reason) => [reason, { kind: 'rejected', reason } as const]));

export function rejected(reason: RejectReason): FrameOutcome {
  return REJECTED.get(reason) ?? { kind: 'rejected', reason };
}

export function createFrameParser({ topicIndex, sink, onConversation }: FrameParserOptions): FrameParser {
  const intervals = createIntervalReader();
  let upstream: UpstreamClock = unknownUpstreamClock;
  // V8 forgets the shape of parsed objects at a full collection when none of them lives, and throws away the code it
  // compiled for that shape: a third of the speed, measured. A few frames are kept so that their shapes stay known.
  const kept: unknown[] = new Array(KEPT_FRAMES).fill(null);
  let parsed = 0;

  function applyObservations(
    entry: TopicEntry,
    body: Record<string, unknown>,
    receivedAt: number,
  ): FrameOutcome {
    const { group, data } = body;
    if (!isRecord(group) || !isOptionalName(group.mediaType)) return rejected('group');
    const stated = group.queueId;
    if (stated !== undefined && stated !== entry.queueId) return rejected('group');
    if (!Array.isArray(data)) return rejected('data');
    const spans: Interval[] = [];
    for (let i = 0; i < data.length; i++) {
      // Any value: its two fields are checked before they are believed.
      const item = data[i] as { interval?: unknown; metrics?: unknown } | null;
      if (typeof item !== 'object' || item === null) return rejected('data');
      if (typeof item.interval !== 'string') return rejected('interval');
      const span = intervals.read(item.interval);
      if (span === null) return rejected('interval');
      if (!areSamples(item.metrics)) return rejected('metrics');
      spans.push(span);
    }
    const mediaType = group.mediaType ?? null;
    for (let i = 0; i < spans.length; i++) {
      // Checked in the loop above.
      emit(entry, mediaType, { span: spans[i] as Interval, metrics: data[i].metrics, receivedAt });
    }
    return APPLIED;
  }

  function emit(
    { queueId }: TopicEntry,
    mediaType: string | null,
    { span, metrics, receivedAt }: { span: Interval; metrics: MetricSample[]; receivedAt: number },
  ): void {
    if (span.start === span.end) {
      upstream = learned(upstream, span.start, receivedAt);
      const observedAt = toServerTime(upstream, span.start, receivedAt);
      sink({ kind: 'gaugesObserved', queueId, mediaType, observedAt, origin: 'live', metrics });
    } else if (mediaType !== null) {
      sink({
        kind: 'intervalObserved',
        queueId,
        mediaType,
        observedAt: receivedAt,
        origin: 'live',
        intervalStart: span.start,
        intervalEnd: span.end,
        metrics,
      });
    }
  }

  function applyActivity(entry: TopicEntry, body: Record<string, unknown>, observedAt: number): FrameOutcome {
    const groups = readActivity(body);
    if (groups === null) return rejected('metrics');
    for (const { mediaType, metrics } of groups) {
      if (metrics.length === 0) continue;
      sink({
        kind: 'gaugesObserved',
        queueId: entry.queueId,
        mediaType,
        observedAt,
        origin: 'live',
        metrics,
      });
    }
    return APPLIED;
  }

  return {
    parse(text, receivedAt) {
      let frame: unknown;
      try {
        frame = JSON.parse(text);
      } catch {
        return rejected('json');
      }
      parsed += 1;
      if (parsed % KEEP_EVERY === 0) kept[(parsed / KEEP_EVERY) % KEPT_FRAMES] = frame;
      if (!isRecord(frame) || typeof frame.topicName !== 'string') return rejected('envelope');
      const entry = topicIndex.get(frame.topicName);
      const body = frame.eventBody;
      if (entry === undefined) return noticeOf(frame.topicName, body);
      if (!isRecord(body)) return rejected('envelope');
      const at = receivedAt > entry.lastAt ? receivedAt : entry.lastAt + 1;
      entry.lastAt = at;
      switch (entry.kind) {
        case 'observations':
          return applyObservations(entry, body, at);
        case 'activity':
          return applyActivity(entry, body, at);
        case 'conversations':
          if (onConversation === undefined) return ignored('unknownTopic');
          return onConversation(entry.queueId, body) ? APPLIED : rejected('conversation');
      }
    },
  };
}

interface ActivityGroup {
  readonly mediaType: string | null;
  readonly metrics: readonly MetricSample[];
}

/** The `results` of an `activity` frame as samples; `null` where it is not of the contract. */
function readActivity(body: Record<string, unknown>): ActivityGroup[] | null {
  const { results } = body;
  if (!Array.isArray(results)) return null;
  const groups: ActivityGroup[] = [];
  for (const result of results) {
    if (!isRecord(result) || !isOptionalName(result.mediaType) || !Array.isArray(result.data)) return null;
    const metrics: MetricSample[] = [];
    for (const item of result.data) {
      const sample = activitySample(item);
      if (sample === null) return null;
      metrics.push(sample);
    }
    groups.push({ mediaType: result.mediaType ?? null, metrics });
  }
  return groups;
}

function activitySample(item: unknown): MetricSample | null {
  if (!isRecord(item) || typeof item.metric !== 'string') return null;
  const { count, calculatedMetricValue: value } = item;
  if (!isOptionalFigure(count) || !isOptionalFigure(value)) return null;
  const stats: MetricStats = {
    ...(typeof count === 'number' ? { count } : {}),
    ...(typeof value === 'number' ? { calculatedMetricValue: value } : {}),
  };
  return { metric: item.metric, stats };
}

const NOTICES = new Map(
  (['heartbeat', 'pong', 'socketClosing', 'notSubscribed', 'tokenRevoked', 'unknownTopic'] as const).map(
    (notice) => [notice, { kind: 'ignored', notice } as const],
  ),
);

function ignored(notice: Notice): FrameOutcome {
  return NOTICES.get(notice) ?? { kind: 'ignored', notice };
}

/** Topics that are not a queue's. The bodies of system topics are not established: their names decide. */
export function noticeOf(topicName: string, body: unknown): FrameOutcome {
  if (topicName === 'channel.metadata') {
    return ignored(isRecord(body) && body.message === 'pong' ? 'pong' : 'heartbeat');
  }
  if (topicName.startsWith('v2.system.socket_closing')) return ignored('socketClosing');
  if (topicName.startsWith('v2.system.no_longer_subscribed')) return ignored('notSubscribed');
  if (topicName.startsWith('v2.system.token_revoked')) return ignored('tokenRevoked');
  return ignored('unknownTopic');
}
