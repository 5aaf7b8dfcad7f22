/**
 * Writes the transcripts of sessions: a line an interaction, in order, one request under way for each, all together
 * within a budget. Whoever says something never waits. Where the target asks for less, windows grow longer and everybody
 * waits as long as it wants; what fails is tried again. The record is the session's own: nothing is kept over a restart.
 */
import type { MetricWindow } from '../../../lib/contracts/diagnostics';
import { plainName } from '../../../lib/plain-name';
import type { Cancel, Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { Random } from '../../runtime/random';
import { fullBucket, type TokenBucket, take, waitMs } from '../../runtime/token-bucket';
import type { Transcript } from '../ports';
import type { Delivered, Delivery } from './delivery';
import { AT_EASE, calmed, type Pace, slowed, windowMsOf } from './pace';
import type { TranscriptCounts } from './transcript-counts';
import type { LineState, TranscriptLine } from './transcript-line';
import { TranscriptLines } from './transcript-lines';
import { type TranscriptMessage, windowMessage } from './transcript-message';

export interface TranscriptWriterOptions {
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly counts: TranscriptCounts;
  /** Messages that wait for an interaction; absent: 500. */
  readonly bound?: number;
  /** Interactions at a time; absent: 5,000. */
  readonly maxLines?: number;
}

const BOUND = 500;
const MAX_LINES = 5_000;
const MAX_UNDER_WAY = 8;
/** Requests at once after a quiet time. */
const MOST_AT_ONCE = 10;
const MAX_TEXT = 2_000;
/** Windows of all metrics close at about the same time: so much is waited for the last of them. */
const SLACK_MS = 250;
/** Where a busy target does not say for how long. */
const BUSY_MS = 5_000;
const STOPPING_MS = 3_000;

export class TranscriptWriter implements Transcript {
  readonly #options: TranscriptWriterOptions;
  readonly #counts: TranscriptCounts;
  readonly #lines: TranscriptLines;
  readonly #listeners = new Set<(interactionId: string) => void>();
  #bucket: TokenBucket;
  #pace: Pace = AT_EASE;
  #heldUntil = 0;
  #underWay = 0;
  #timer: Cancel | null = null;
  #isStopped = false;
  #isTroubled = false;
  #idle: (() => void)[] = [];

  constructor(options: TranscriptWriterOptions) {
    this.#options = options;
    this.#counts = options.counts;
    const { perMinute } = options.delivery;
    const capacity = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(perMinute / 10)));
    // Capacity and a minute's refill are the budget: so no minute ever holds more.
    const refill = (perMinute - capacity) / 60;
    this.#bucket = fullBucket(capacity, refill, options.clock.monotonicNow());
    const { clock, bound = BOUND, maxLines: max = MAX_LINES } = options;
    this.#lines = new TranscriptLines({ clock, bound, max, onForgotten: (line) => this.#forgotten(line) });
    options.counts.waiting = () => this.#lines.all().reduce((sum, { queue }) => sum + queue.size, 0);
  }

  say(interactionId: string, text: string, at: number): void {
    const plain = plainName(text, MAX_TEXT);
    const line = this.#line(interactionId);
    if (line !== null && plain !== '') this.#add(line, { kind: 'notice', at, text: plain });
  }

  measured(interactionId: string, window: MetricWindow): void {
    const line = this.#line(interactionId);
    if (line === null || line.isGone || !line.gather(windowMessage(window))) return;
    const now = this.#options.clock.monotonicNow();
    line.dueAt = this.#dueAt(line, now, window.to - window.from);
    line.cancels.window = this.#options.clock.after(line.dueAt - now, () => this.#closeWindow(line));
  }

  /** One window after the other; after a pause, as if this first one had begun it. */
  #dueAt({ dueAt }: TranscriptLine, now: number, gatheredMs: number): number {
    const windowMs = this.#windowMs(now);
    const next = dueAt + windowMs;
    return next > now ? next : now + Math.max(0, windowMs - gatheredMs) + SLACK_MS;
  }

  windowMs(_interactionId: string): number {
    return this.#windowMs(this.#options.clock.monotonicNow());
  }

  status(interactionId: string) {
    const line = this.#lines.find(interactionId);
    this.#windowMs(this.#options.clock.monotonicNow());
    return {
      state: this.#stateOf(line),
      backlog: line?.queue.size ?? 0,
      lastSentAt: line?.lastSentAt ?? null,
    };
  }

  subscribe(listener: (interactionId: string) => void): () => void {
    const own = (interactionId: string) => listener(interactionId);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  end(interactionId: string): void {
    const line = this.#lines.find(interactionId);
    if (line === undefined || line.isEnded || this.#isStopped) return;
    this.#closeWindow(line);
    this.#lines.end(line);
  }

  /** No new tries; resolves when those under way have ended, or after 3 s. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.();
    this.#timer = null;
    for (const line of this.#lines.all()) line.stop();
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(STOPPING_MS, resolve);
      this.#idle.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** `null`: stopped, or there are too many already. */
  #line(interactionId: string): TranscriptLine | null {
    if (this.#isStopped) return null;
    const line = this.#lines.obtain(interactionId);
    if (line === null) this.#counts.dropped++;
    return line;
  }

  #closeWindow(line: TranscriptLine): void {
    line.cancels.window?.();
    line.cancels.window = null;
    const gathered = line.takeGathered();
    if (gathered !== null) this.#add(line, gathered);
  }

  #add(line: TranscriptLine, message: TranscriptMessage): void {
    if (line.isGone) return;
    this.#counts.merged += line.queue.add(message, this.#options.clock.monotonicNow());
    this.#pump();
  }

  #forgotten({ interactionId, queue }: TranscriptLine): void {
    this.#options.delivery.forget(interactionId);
    this.#counts.dropped += queue.size;
    if (queue.size > 0) this.#options.log.warn('a transcript is given up', { messages: queue.size });
  }

  /** At one moment from begin to end: else what is due between two looks at the clock would wake nobody. */
  #pump(): void {
    this.#timer?.();
    this.#timer = null;
    if (this.#isStopped) return;
    const now = this.#options.clock.monotonicNow();
    if (this.#gateMs(now) === 0) {
      for (const line of this.#lines.all()) {
        if (this.#underWay >= MAX_UNDER_WAY || this.#gateMs(now) > 0) break;
        if (line.mayGo(now)) this.#begin(line, now);
      }
    }
    this.#wakeLater(now);
  }

  /** How long nobody may go. */
  #gateMs(now: number): number {
    return Math.max(0, this.#heldUntil - now, waitMs(this.#bucket, now));
  }

  #wakeLater(now: number): void {
    if (this.#underWay >= MAX_UNDER_WAY) return;
    const waiting = this.#lines.all().filter(({ queue, isUnderWay }) => queue.size > 0 && !isUnderWay);
    if (waiting.length === 0) return;
    const restMs = Math.max(0, Math.min(...waiting.map(({ restsUntil }) => restsUntil)) - now);
    const delayMs = Math.max(this.#gateMs(now), restMs);
    this.#timer?.();
    this.#timer = this.#options.clock.after(delayMs, () => this.#pump());
  }

  #begin(line: TranscriptLine, now: number): void {
    this.#bucket = take(this.#bucket, now) ?? this.#bucket;
    this.#lines.toTheEnd(line);
    const waitedMs = now - (line.queue.oldestSince() ?? now);
    // More is said than the budget lets out. What waits for a failure of its own says nothing of the others.
    if (!line.isFailing && waitedMs > this.#windowMs(now)) this.#slowDown(now);
    line.isUnderWay = true;
    this.#underWay++;
    void this.#send(line, line.queue.begin(line.batchOf(this.#options.delivery.batch)));
  }

  /** Never rejects. */
  async #send(line: TranscriptLine, messages: readonly TranscriptMessage[]): Promise<void> {
    let delivered: Delivered;
    try {
      delivered = await this.#options.delivery.send(line.interactionId, messages);
    } catch (thrown) {
      delivered = { kind: 'later', reason: messageOf(thrown), floorMs: 0, isBusy: false };
    }
    this.#underWay--;
    line.isUnderWay = false;
    if (this.#lines.has(line)) this.#settle(line, messages.length, delivered);
    if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#pump();
  }

  #settle(line: TranscriptLine, count: number, delivered: Delivered): void {
    const { clock, random } = this.#options;
    const now = clock.monotonicNow();
    if (delivered.kind === 'sent') {
      line.sent(clock.now());
      this.#counts.sent += count;
      this.#note(null);
    } else {
      this.#note(delivered.reason);
      this.#counts.failed++;
    }
    if (delivered.kind === 'refused' && line.refused(count)) this.#counts.dropped++;
    if (delivered.kind === 'gone') {
      this.#counts.dropped += line.queue.size;
      line.gone();
    }
    if (delivered.kind === 'later' && delivered.isBusy) {
      this.#slowDown(now);
      this.#heldUntil = Math.max(this.#heldUntil, now + (delivered.floorMs || BUSY_MS));
      line.wait();
    } else if (delivered.kind === 'later') {
      line.later(now, random, delivered.floorMs);
    }
    this.#tell(line);
  }

  #slowDown(now: number): void {
    const before = this.#pace;
    this.#pace = slowed(calmed(before, now), now);
    if (this.#pace.level !== before.level) this.#tellAll();
  }

  #windowMs(now: number): number {
    const before = this.#pace;
    this.#pace = calmed(before, now);
    if (this.#pace.level === 0 && before.level > 0) this.#tellAll();
    return windowMsOf(this.#pace);
  }

  /** Loud once; a blip of one interaction is in the figures. */
  #note(reason: string | null): void {
    const { log } = this.#options;
    if (reason !== null && !this.#isTroubled) log.warn('transcripts are not taken', { reason });
    if (reason === null && this.#isTroubled) log.info('transcripts are taken again');
    this.#isTroubled = reason !== null;
  }

  #stateOf(line: TranscriptLine | undefined): LineState {
    if (line?.isFailing) return 'failing';
    return this.#pace.level > 0 ? 'slow' : 'live';
  }

  #tellAll(): void {
    for (const line of this.#lines.all()) this.#tell(line);
  }

  #tell(line: TranscriptLine): void {
    const state = this.#stateOf(line);
    if (state === line.told) return;
    line.told = state;
    for (const listener of [...this.#listeners]) {
      try {
        listener(line.interactionId);
      } catch (thrown) {
        this.#options.log.error('a listener of transcripts failed', { reason: messageOf(thrown) });
      }
    }
  }
}
