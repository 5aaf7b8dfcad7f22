/** What push has done so far, in plain numbers: the hot path adds, metrics and benchmarks read. */
import type { Metrics } from '../runtime/metrics';

export interface PushCounters {
  /** Frames made: at most one a board a tick, whatever the number of screens. */
  serialisations: number;
  /** Snapshots among them. */
  snapshots: number;
  /** Deltas made for screens that had been passed over or away. */
  catchUps: number;
  /** Frames handed to screens. */
  deliveries: number;
  /** Times a screen was passed over because it had not read its last frame. */
  passedOver: number;
  /** Frames that went by the public `emit`, because the short way is not there. */
  fallbacks: number;
}

export function createPushCounters(): PushCounters {
  return { serialisations: 0, snapshots: 0, catchUps: 0, deliveries: 0, passedOver: 0, fallbacks: 0 };
}

const HELP: Readonly<Record<keyof PushCounters, string>> = {
  serialisations: 'Frames made, at most one a board a tick',
  snapshots: 'Snapshots made',
  catchUps: 'Deltas made for screens that lagged or came back',
  deliveries: 'Frames handed to screens',
  passedOver: 'Times a screen was passed over because it had not read',
  fallbacks: 'Frames sent by the public emit',
};

export function exposePushCounters(metrics: Metrics, counters: PushCounters): void {
  for (const [key, help] of Object.entries(HELP)) {
    const name = key as keyof PushCounters; // The keys of HELP are those.
    const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    metrics.counterFrom(`floorcast_push_${snake}_total`, help, () => counters[name]);
  }
}
