/**
 * Calls that wait for their webhooks, in order for each: one under way, tried again with back-off, left alone by a
 * breaker while the target fails. At most 200 wait, in the store too: then the oldest gives way and is counted. A
 * target that is away holds up nobody else.
 */
import type { BackoffPolicy } from '../runtime/backoff';
import { backoffDelayMs } from '../runtime/backoff';
import { type Breaker, begun, CLOSED, failed, mayTry, succeeded } from '../runtime/breaker';
import type { Cancel, Clock } from '../runtime/clock';
import type { Random } from '../runtime/random';
import { type AlarmCall, deleteCall, putCall, type StoredCall } from '../store/alarm-documents';
import type { Write } from '../store/ports';
import type { Sent } from './call-sender';

export const MOST_WAITING = 200;
/** What is older tells nobody anything. */
const MOST_AGE_MS = 24 * 3_600_000;
const BACKOFF: BackoffPolicy = [1_000, 5_000, 15_000, 60_000, 300_000];
const ID_DIGITS = 15;

export interface CallQueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Never rejects. */
  readonly send: (stored: StoredCall) => Promise<Sent>;
  /** Takes a write of its own, in order with all others. */
  readonly write: (writes: readonly Write[]) => void;
  readonly onFailed: (webhookId: string, reason: string) => void;
}

interface Lane {
  isBusy: boolean;
  attempt: number;
  nextTick: number;
  breaker: Breaker;
  failure: string | null;
  lastSentAt: number | null;
}

export class CallQueue {
  readonly #options: CallQueueOptions;
  readonly #lanes = new Map<string, Lane>();
  #waiting: StoredCall[] = [];
  #seq = 0;
  #dropped = 0;
  #sent = 0;
  #refused = 0;
  #timer: Cancel | null = null;
  #isOpen = false;
  #isHeld = false;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: CallQueueOptions) {
    this.#options = options;
  }

  get counts(): { readonly [name in 'sent' | 'refused' | 'dropped']: number } {
    return { sent: this.#sent, refused: this.#refused, dropped: this.#dropped };
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** `after`: numbers of new calls are above it, whatever waits. */
  restore(calls: readonly StoredCall[], after = 0): void {
    this.#waiting = [...calls];
    this.#seq = Math.max(after, ...calls.map(({ id }) => Number(id)).filter(Number.isSafeInteger));
  }

  open(): void {
    this.#isOpen = true;
    this.#pump();
  }

  close(): void {
    this.#isOpen = false;
    this.#timer?.();
    this.#timer = null;
  }

  /** Until what was added is stored, where others could go on from what is stored. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.pump();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** What must be written with it. They go out once `pump` is called. */
  add(calls: readonly AlarmCall[]): readonly Write[] {
    const added = calls.map((call) => {
      this.#seq += 1;
      return { id: String(this.#seq).padStart(ID_DIGITS, '0'), call };
    });
    this.#waiting.push(...added);
    return [...added.map(putCall), ...this.#giveWay()];
  }

  pump(): void {
    if (this.#isOpen && !this.#isHeld) this.#pump();
  }

  standing(webhookId: string): Pick<Lane, 'failure' | 'lastSentAt'> & { readonly waiting: number } {
    const lane = this.#lanes.get(webhookId);
    const waiting = this.#waiting.filter(({ call }) => call.webhookId === webhookId).length;
    return { failure: lane?.failure ?? null, lastSentAt: lane?.lastSentAt ?? null, waiting };
  }

  /** Webhooks that are still there; the calls of the others go. A changed one is tried at once. */
  keep(webhookIds: ReadonlySet<string>, changed: ReadonlySet<string>): readonly Write[] {
    for (const id of [...this.#lanes.keys()]) {
      const lane = this.#lanes.get(id);
      if (!webhookIds.has(id)) this.#lanes.delete(id);
      else if (changed.has(id) && lane !== undefined)
        Object.assign(lane, { attempt: 0, nextTick: 0, breaker: CLOSED, failure: null });
    }
    return this.#take(({ call }) => !webhookIds.has(call.webhookId));
  }

  #giveWay(): readonly Write[] {
    const { clock } = this.#options;
    const old = this.#take(({ call }) => call.at < clock.now() - MOST_AGE_MS);
    const tooMany = Math.max(0, this.#waiting.length - MOST_WAITING);
    const oldest = new Set(this.#waiting.slice(0, tooMany));
    const gone = this.#take((stored) => oldest.has(stored));
    this.#dropped += old.length + gone.length;
    return [...old, ...gone];
  }

  #take(isGone: (stored: StoredCall) => boolean): readonly Write[] {
    const gone = this.#waiting.filter(isGone);
    if (gone.length > 0) this.#waiting = this.#waiting.filter((stored) => !isGone(stored));
    return gone.map(({ id }) => deleteCall(id));
  }

  #pump(): void {
    this.#timer?.();
    this.#timer = null;
    const gone = this.#giveWay();
    if (gone.length > 0) this.#options.write(gone);
    const now = this.#options.clock.monotonicNow();
    const heads = new Map<string, StoredCall>();
    for (const stored of this.#waiting) {
      if (!heads.has(stored.call.webhookId)) heads.set(stored.call.webhookId, stored);
    }
    const later: number[] = [];
    for (const [webhookId, stored] of heads) {
      const lane = this.#laneOf(webhookId);
      if (lane.isBusy) continue;
      if (now >= lane.nextTick && mayTry(lane.breaker, now)) this.#begin(lane, stored);
      else later.push(Math.max(lane.nextTick, lane.breaker.state === 'open' ? lane.breaker.until : 0));
    }
    if (later.length === 0) return;
    this.#timer = this.#options.clock.after(Math.max(1, Math.min(...later) - now), () => this.pump());
  }

  #laneOf(webhookId: string): Lane {
    const known = this.#lanes.get(webhookId);
    if (known !== undefined) return known;
    const lane: Lane = {
      ...{ isBusy: false, attempt: 0, nextTick: 0, breaker: CLOSED, failure: null, lastSentAt: null },
    };
    this.#lanes.set(webhookId, lane);
    return lane;
  }

  #begin(lane: Lane, stored: StoredCall): void {
    const trying = this.#try(lane, stored).finally(() => void this.#underWay.delete(trying));
    this.#underWay.add(trying);
  }

  async #try(lane: Lane, stored: StoredCall): Promise<void> {
    lane.isBusy = true;
    lane.breaker = begun(lane.breaker);
    const sent = await this.#options.send(stored);
    lane.isBusy = false;
    // Stopped meanwhile: it is tried again after the start, as nobody knows whether it came.
    if (!this.#isOpen && sent.kind !== 'sent') return;
    this.#after(lane, stored, sent);
    this.pump();
  }

  #after(lane: Lane, stored: StoredCall, sent: Sent): void {
    const { clock, random, write, onFailed } = this.#options;
    const now = clock.monotonicNow();
    if (sent.kind === 'later') {
      const waitMs = backoffDelayMs(BACKOFF, lane.attempt, random, sent.floorMs);
      lane.attempt += 1;
      lane.nextTick = now + waitMs;
      lane.breaker = failed(lane.breaker, now, sent.floorMs);
    } else {
      lane.attempt = 0;
      lane.breaker = succeeded(lane.breaker);
      const writes = this.#take(({ id }) => id === stored.id);
      if (writes.length > 0) write(writes);
    }
    if (sent.kind === 'sent') {
      lane.lastSentAt = clock.now();
      this.#sent += 1;
    } else {
      if (sent.kind === 'refused') this.#refused += 1;
      onFailed(stored.call.webhookId, sent.reason);
    }
    lane.failure = sent.kind === 'sent' ? null : sent.reason;
  }
}
