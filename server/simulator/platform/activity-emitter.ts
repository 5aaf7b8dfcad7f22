/**
 * `v2.analytics.queues.{id}.activity`: the state of the media types that changed, after every step of the world that
 * changed them, without the one-a-second rule. It is where the longest wait is pushed. Source: platform facts, 4.
 */
import type { Books } from '../world/books';
import { MEDIA_TYPES } from '../world/catalogue';
import type { SimQueue } from '../world/world';
import { MEDIA_GAUGES, mediaGauge } from './floor-view';

export interface ActivityEmitterOptions {
  readonly queues: readonly SimQueue[];
  readonly books: Books;
  send(queue: SimQueue, eventBody: unknown): void;
}

export interface ActivityEmitter {
  watch(queue: number, watched: boolean): void;
  mediaChanged(queue: number, media: number, gauges: number): void;
  flush(): void;
}

export function createActivityEmitter(options: ActivityEmitterOptions): ActivityEmitter {
  const watched = new Set<number>();
  /** Queue → mask of media types. */
  const changed = new Map<number, number>();
  return {
    watch(queue, on) {
      if (on) watched.add(queue);
      else {
        watched.delete(queue);
        changed.delete(queue);
      }
    },
    mediaChanged(queue, media, gauges) {
      if (gauges === 0 || !watched.has(queue)) return;
      changed.set(queue, (changed.get(queue) ?? 0) | (1 << media));
    },
    flush() {
      for (const [index, mask] of changed) {
        const queue = options.queues[index];
        if (queue !== undefined) options.send(queue, activityBody(options.books, queue, mask));
      }
      changed.clear();
    },
  };
}

function activityBody(books: Books, queue: SimQueue, mask: number): unknown {
  const changed = MEDIA_TYPES.map((mediaType, media) => ({ mediaType, media })).filter(
    ({ media }) => (mask & (1 << media)) !== 0,
  );
  return {
    results: changed.map(({ mediaType, media }) => ({
      mediaType,
      data: MEDIA_GAUGES.map((name) => {
        const { metric, stats } = mediaGauge(books, queue.index, media, name);
        return { metric, ...stats };
      }),
    })),
  };
}
