/** A writer of transcripts before a target in memory, which answers as it is told. */
import type { MetricWindow } from '../../../../lib/contracts/diagnostics';
import type { Delivered, Delivery } from '../../../../server/devices/transcript/delivery';
import { createTranscriptCounts } from '../../../../server/devices/transcript/transcript-counts';
import { type TranscriptMessage, textOf } from '../../../../server/devices/transcript/transcript-message';
import { TranscriptWriter } from '../../../../server/devices/transcript/transcript-writer';
import type { Log } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { seededRandom } from '../../../../server/runtime/random';
import { FakeClock } from '../../../support/fake-clock';

export const SENT: Delivered = { kind: 'sent' };
export const FAILED: Delivered = { kind: 'later', reason: 'away', floorMs: 0, isBusy: false };
export function busy(floorMs = 5_000): Delivered {
  return { kind: 'later', reason: 'too much', floorMs, isBusy: true };
}

export interface Asked {
  readonly id: string;
  readonly texts: readonly string[];
  /** Monotonic ms. */
  readonly at: number;
}

type Answer = (asked: Asked) => Delivered | Promise<Delivered>;
export interface StageOptions extends Partial<Pick<Delivery, 'batch' | 'perMinute'>> {
  readonly answer?: Answer;
  readonly bound?: number;
  readonly maxLines?: number;
}

export function transcriptStage({
  answer = () => SENT,
  batch = 20,
  perMinute = 600,
  ...more
}: StageOptions = {}) {
  const clock = new FakeClock();
  const metrics = createMetrics();
  const asked: Asked[] = [];
  const forgotten: string[] = [];
  const logged: string[] = [];
  const underWay = new Map<string, number>();
  let [mostAtOnce, isOverlapping] = [0, false];
  let answering = answer;
  const delivery: Delivery = {
    ...{ batch, perMinute },
    async send(id: string, messages: readonly TranscriptMessage[]) {
      const one = { id, texts: messages.map(textOf), at: clock.monotonicNow() };
      asked.push(one);
      isOverlapping ||= (underWay.get(id) ?? 0) > 0;
      underWay.set(id, 1);
      mostAtOnce = Math.max(mostAtOnce, [...underWay.values()].filter((n) => n > 0).length);
      const delivered = await answering(one);
      underWay.set(id, 0);
      return delivered;
    },
    forget: (id) => void forgotten.push(id),
  };
  const note = (message: string) => void logged.push(message);
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const counts = createTranscriptCounts(metrics);
  const writer = new TranscriptWriter({ delivery, clock, random: seededRandom(7), log, counts, ...more });
  /** What the target took, by interaction. */
  const taken = new Map<string, string[]>();
  return {
    ...{ clock, writer, asked, forgotten, logged, counts, metrics, taken },
    answer: (next: Answer) => {
      answering = next;
    },
    texts: (id?: string) =>
      asked.filter((one) => id === undefined || one.id === id).flatMap(({ texts }) => texts),
    mostAtOnce: () => mostAtOnce,
    isOverlapping: () => isOverlapping,
    /** Lets what was begun go on. */
    turn: () => clock.advanceAsync(0.001),
  };
}

/** A closed window of signal, `from` ms after the stage's start. */
export function signal(from: number, count = 50, lengthMs = 5_000): MetricWindow {
  const start = new FakeClock().now() + from;
  const span = { from: start, to: start + lengthMs };
  return { metric: 'signal_dbm', ...span, min: -74, max: -69, avg: -71, count };
}
