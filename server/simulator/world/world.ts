/**
 * A world is what happens in the simulated contact centre: it owns its queues and writes the books up to a moment.
 * It is told the time; it never asks for it.
 */
export interface ServiceLevelTarget {
  /** Fraction to reach, 0..1. */
  readonly percentage: number;
  readonly durationMs: number;
}

export interface SimQueue {
  readonly index: number;
  /** A UUID made from the name: the same queue has the same id in every run. */
  readonly id: string;
  readonly name: string;
  readonly division: { readonly id: string; readonly name: string };
  readonly memberCount: number;
  /** One a media type, by its index. */
  readonly targets: readonly ServiceLevelTarget[];
}

export interface ReplayState {
  readonly state: 'held' | 'running' | 'done';
  /** Epoch ms at which the file's first call was, or `null` while held. */
  readonly startedAt: number | null;
  /** Ms since the file's own midnight. */
  readonly fileStartMs: number;
  readonly fileEndMs: number;
  readonly fileNowMs: number;
  readonly speed: number;
}

/** More callers than usual in one queue for a while. */
export interface CallSurge {
  readonly queue: number;
  /** Epoch ms. */
  readonly from: number;
  readonly until: number;
  /** At its height, as a multiple of usual: above 1. */
  readonly times: number;
  /** 0..1 at a moment. */
  height(at: number): number;
}

export interface World {
  readonly queues: readonly SimQueue[];
  /** Writes every event up to `now` (epoch ms), each at its own moment, in order. */
  advanceTo(now: number): void;
  /** `false`: nobody can be added to it. */
  surge(surge: CallSurge): boolean;
  /** Starts a held replay; `false` where there is nothing to start. */
  start(now: number): boolean;
  /** `null` in a made-up world. */
  replay(now: number): ReplayState | null;
}
