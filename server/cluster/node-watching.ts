/**
 * The watcher's side of what nodes tell each other. A watch is said again every few seconds and whenever somebody begins
 * to serve its duty; the owner answers with its epoch and how much it told. What is told is handed on only in order
 * from an epoch's beginning; after a gap the owner is asked to begin anew. Of two owners at once the newer epoch counts,
 * and the other's words do not.
 */
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { type Answer, ownerOf, type Request } from './node-messages';

/** `isFirst`: the owner begins; what it told before, or another before it, counts no more. */
export type WatchListener = (value: unknown, isFirst: boolean) => void;

export interface WatchingOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly ask: (duty: string, request: Request) => boolean;
}

export interface Watching {
  watch(duty: string, method: string, args: unknown, listener: WatchListener): () => void;
  hear(answer: Extract<Answer, { kind: 'watching' | 'told' }>): void;
  /** Says all watches of that duty again. */
  renew(duty: string): void;
  stop(): void;
}

const RENEW_MS = 3_000;
/** Twice said again and not answered: another owner may count. */
const SILENT_MS = 7_000;
/** Between two wishes to begin anew. */
const ANEW_MS = 1_000;
const MOST_WATCHES = 2_000;

interface Watch {
  readonly duty: string;
  readonly method: string;
  readonly args: unknown;
  readonly listener: WatchListener;
  epoch: string | null;
  seq: number;
  heardTick: number;
  anewTick: number;
}

export function openWatching({ nodeId, clock, log, newId, ask }: WatchingOptions): Watching {
  const watches = new Map<string, Watch>();

  function say(id: string, { duty, method, args }: Watch, anew: string | null): void {
    ask(duty, { kind: 'watch', id, from: nodeId, method, args, anew });
  }

  const stopRenewing = clock.every(RENEW_MS, () => {
    for (const [id, watch] of watches) say(id, watch, null);
  });

  function sayAnew(id: string, watch: Watch, epoch: string): void {
    const now = clock.monotonicNow();
    if (now - watch.anewTick < ANEW_MS) return;
    watch.anewTick = now;
    say(id, watch, epoch);
  }

  function hand(watch: Watch, value: unknown): void {
    try {
      watch.listener(value, watch.seq === 1);
    } catch (thrown) {
      log.error('what another node told could not be taken', { reason: messageOf(thrown) });
    }
  }

  return {
    watch(duty, method, args, listener) {
      if (watches.size >= MOST_WATCHES) {
        log.error('too many watches of other nodes', { duty, method });
        return () => {};
      }
      const id = newId();
      const watch: Watch = {
        ...{ duty, method, args, listener, epoch: null, seq: 0 },
        ...{ heardTick: Number.NEGATIVE_INFINITY, anewTick: Number.NEGATIVE_INFINITY },
      };
      watches.set(id, watch);
      say(id, watch, null);
      return () => {
        if (watches.delete(id)) ask(duty, { kind: 'unwatch', id, from: nodeId });
      };
    },
    hear(answer) {
      const { id, epoch, seq } = answer;
      const watch = watches.get(id);
      if (watch === undefined) return;
      const now = clock.monotonicNow();
      if (epoch !== watch.epoch) {
        const isSame = watch.epoch !== null && ownerOf(epoch) === ownerOf(watch.epoch);
        const isAlone = watch.epoch === null || isSame || now - watch.heardTick >= SILENT_MS;
        const begins = answer.kind === 'told' ? seq === 1 : seq === 0 && isAlone;
        // Else the beginning was lost; or it is an older owner that does not know yet that it is none.
        if (!begins && answer.kind === 'watching' && isAlone) sayAnew(id, watch, epoch);
        if (!begins) return;
        watch.epoch = epoch;
        watch.seq = 0;
      }
      watch.heardTick = now;
      if (answer.kind === 'told' && seq === watch.seq + 1) {
        watch.seq = seq;
        hand(watch, answer.value);
      } else if (seq !== watch.seq) sayAnew(id, watch, epoch);
    },
    renew(duty) {
      for (const [id, watch] of watches) if (watch.duty === duty) say(id, watch, null);
    },
    stop() {
      stopRenewing();
      for (const [id, { duty }] of watches) ask(duty, { kind: 'unwatch', id, from: nodeId });
      watches.clear();
    },
  };
}
