/**
 * `v2.analytics.queues.{id}.observations`: what changed, at most once a second a topic, the first change at once and
 * the rest merged. One emission is one message for each group that changed (a media type, or the users): a message
 * has room for one group only. In it, gauges come under a zero-length interval at the moment of the last change,
 * running figures under their half hour; a half hour that closed in between is finished first.
 * Watched topics only; nothing is kept for the others. Source: platform facts, section 4.
 */
import { HALF_HOUR_MS, halfHourStart } from '../../../lib/day';
import type { Clock } from '../../runtime/clock';
import type { Books } from '../world/books';
import { INTERVAL_METRICS, MEDIA_TYPES } from '../world/catalogue';
import type { SimQueue } from '../world/world';
import { gaugesOfMask, metricsOfMask, userGauge, type WireMetric } from './floor-view';

export const OBSERVATION_SPACING_MS = 1_000;

export interface ObservationEmitterOptions {
  readonly queues: readonly SimQueue[];
  readonly books: Books;
  readonly clock: Clock;
  send(queue: SimQueue, eventBody: unknown): void;
}

export interface ObservationEmitter {
  watch(queue: number, watched: boolean): void;
  mediaChanged(queue: number, media: number, at: number, gauges: number, metrics: number): void;
  usersChanged(queue: number, at: number): void;
  /** Sends what is due. To be called after every step of the world. */
  flush(): void;
}

interface WireInterval {
  readonly interval: string;
  readonly metrics: readonly WireMetric[];
}

/** What has changed in one media type since the last message. */
interface Pending {
  at: number;
  gauges: number;
  /** By half hour: at most the current one and the one before it. */
  readonly metrics: Map<number, number>;
}

interface TopicState {
  readonly queue: SimQueue;
  /** Monotonic ms before which nothing goes out. */
  openAt: number;
  queued: boolean;
  readonly media: Map<number, Pending>;
  usersAt: number | null;
  /** User counts as last sent, by metric and qualifier. */
  readonly sentUsers: Map<string, number>;
}

const STREAMED = INTERVAL_METRICS.reduce((mask, metric) => mask | (metric.streamed ? metric.bit : 0), 0);
const USER_METRICS = ['oOnQueueUsers', 'oUserRoutingStatuses', 'oOffQueueUsers'] as const;

export function createObservationEmitter(options: ObservationEmitterOptions): ObservationEmitter {
  const { books, clock } = options;
  const topics = new Map<number, TopicState>();
  /** Topics with something to say; those that may not speak yet stay in it. */
  let waiting: TopicState[] = [];

  function enqueue(topic: TopicState): void {
    if (topic.queued) return;
    topic.queued = true;
    waiting.push(topic);
  }
  function emit(topic: TopicState, now: number): void {
    topic.queued = false;
    topic.openAt = now + OBSERVATION_SPACING_MS;
    for (const [media, pending] of topic.media) {
      options.send(topic.queue, mediaMessage(books, topic.queue, media, pending));
    }
    topic.media.clear();
    if (topic.usersAt === null) return;
    const metrics = changedUsers(books, topic);
    const group = { queueId: topic.queue.id };
    if (metrics.length > 0) options.send(topic.queue, { group, data: [instant(topic.usersAt, metrics)] });
    topic.usersAt = null;
  }

  return {
    watch(queue, watched) {
      const found = options.queues[queue];
      if (!watched || found === undefined) {
        const topic = topics.get(queue);
        if (topic !== undefined) forget(topic);
        topics.delete(queue);
        return;
      }
      const topic = newTopic(found);
      changedUsers(books, topic);
      topics.set(queue, topic);
    },
    mediaChanged(queue, media, at, gauges, metrics) {
      const topic = topics.get(queue);
      const streamed = metrics & STREAMED;
      if (topic === undefined || (gauges === 0 && streamed === 0)) return;
      note(topic, media, at, gauges, streamed);
      enqueue(topic);
    },
    usersChanged(queue, at) {
      const topic = topics.get(queue);
      if (topic === undefined) return;
      topic.usersAt = at;
      enqueue(topic);
    },
    flush() {
      const now = clock.monotonicNow();
      const later: TopicState[] = [];
      for (const topic of waiting) {
        if (topic.openAt > now) later.push(topic);
        else emit(topic, now);
      }
      waiting = later;
    },
  };
}

function newTopic(queue: SimQueue): TopicState {
  return { queue, openAt: 0, queued: false, media: new Map(), usersAt: null, sentUsers: new Map() };
}

/** Nobody listens any more: what is queued says nothing when its turn comes. */
function forget(topic: TopicState): void {
  topic.media.clear();
  topic.usersAt = null;
}

function note(topic: TopicState, media: number, at: number, gauges: number, metrics: number): void {
  let pending = topic.media.get(media);
  if (pending === undefined) {
    pending = { at, gauges: 0, metrics: new Map() };
    topic.media.set(media, pending);
  }
  pending.at = at;
  pending.gauges |= gauges;
  if (metrics === 0) return;
  const start = halfHourStart(at);
  pending.metrics.set(start, (pending.metrics.get(start) ?? 0) | metrics);
}

function mediaMessage(books: Books, queue: SimQueue, media: number, pending: Pending): unknown {
  const data: WireInterval[] = [];
  if (pending.gauges !== 0) {
    data.push(instant(pending.at, gaugesOfMask(books, queue.index, media, pending.gauges)));
  }
  for (const [start, mask] of pending.metrics) {
    const end = start + HALF_HOUR_MS;
    const row = books.interval(queue.index, media, start, end);
    if (row === null) continue;
    const metrics = metricsOfMask(row, mask, queue.targets[media]?.percentage ?? 0);
    data.push({ interval: `${iso(start)}/${iso(end)}`, metrics });
  }
  return { group: { queueId: queue.id, mediaType: MEDIA_TYPES[media] }, data };
}

function instant(at: number, metrics: readonly WireMetric[]): WireInterval {
  return { interval: `${iso(at)}/${iso(at)}`, metrics };
}

/** User counts that differ from what was sent; remembers them as sent. */
function changedUsers(books: Books, topic: TopicState): WireMetric[] {
  const users = books.users(topic.queue.index);
  const all = USER_METRICS.flatMap((name) => userGauge(users, topic.queue.memberCount, name));
  return all.filter(({ metric, qualifier, stats }) => {
    const key = `${metric}|${qualifier}`;
    const count = stats.count ?? 0;
    const before = topic.sentUsers.get(key) ?? 0;
    topic.sentUsers.set(key, count);
    return before !== count;
  });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
