/**
 * Hands alerts on into Genesys, from deliveries that are stored with their alerts: none is forgotten in a crash, each
 * is sent until the target has it, refuses it for good, or it is a day old; then it is dead, with its reason, and a
 * person can send it again. Never more than the bucket allows; the order of each device is kept; critical first. The
 * target is tried through a breaker. Between the target's answer and our note of it a crash sends that one alert
 * again: its `alertId` is the same.
 */
import type { Forwarding } from '../../lib/contracts/alert';
import { type BackoffPolicy, backoffDelayMs } from '../runtime/backoff';
import { type Breaker, begun, CLOSED, failed, mayTry, succeeded } from '../runtime/breaker';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import { fullBucket, type TokenBucket, take, waitMs } from '../runtime/token-bucket';
import { type AlertStore, EMPTY_UNIT, type StoredDelivery } from '../store/alert-ports';
import { alertEvent, type EventShape } from './alert-event';
import type { EventSender, Sending } from './event-sender';
import { OutboxQueue } from './outbox-queue';

export interface EventOutboxOptions {
  readonly store: AlertStore;
  readonly send: EventSender;
  readonly shape: EventShape;
  readonly perMinute: number;
  readonly queueOf: (deviceId: string) => string | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Of several nodes: whether the duty of alerts is this node's, for sure. Absent: it is. */
  readonly mayAct?: () => boolean;
  /** In memory at a time; absent: 50,000. */
  readonly bound?: number;
}

const BOUND = 50_000;
const MAX_UNDER_WAY = 4;
/** Sent at once after a quiet time. */
const MOST_AT_ONCE = 10;
const MAX_AGE_MS = 24 * 3_600_000;
const BACKOFF: BackoffPolicy = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 120_000, 300_000];
const MAX_REASON = 300;
/** Where nothing can be read or written, it is tried again after. */
const STORE_WAIT_MS = 5_000;

export class EventOutbox {
  readonly #options: EventOutboxOptions;
  readonly #queue: OutboxQueue;
  readonly #counts = { sent: 0, failures: 0, refused: 0 };
  #breaker: Breaker = CLOSED;
  #breakerSince: number;
  #bucket: TokenBucket;
  #underWay = 0;
  /** Waiting ones that are in the store alone. */
  #beyond = 0;
  #dead = 0;
  #lastSentAt: number | null = null;
  #timer: Cancel | null = null;
  #isRunning = false;
  #isReading = false;
  #cameMeanwhile = false;
  #idle: (() => void)[] = [];

  constructor(options: EventOutboxOptions) {
    this.#options = options;
    const { clock, perMinute, metrics } = options;
    this.#queue = new OutboxQueue(options.bound ?? BOUND);
    this.#breakerSince = clock.now();
    this.#bucket = fullBucket(Math.min(MOST_AT_ONCE, perMinute), perMinute / 60, clock.monotonicNow());
    const counts = this.#counts;
    metrics.counterFrom('floorcast_alert_deliveries_sent_total', 'Alerts handed on.', () => counts.sent);
    metrics.counterFrom(
      'floorcast_alert_deliveries_failed_total',
      'Tries to hand an alert on that failed.',
      () => counts.failures,
    );
    metrics.counterFrom(
      'floorcast_alert_deliveries_refused_total',
      'Alerts that the target takes never.',
      () => counts.refused,
    );
    metrics.gaugeFrom(
      'floorcast_alert_deliveries_waiting',
      'Alerts that wait to be handed on.',
      () => this.#backlog,
    );
    metrics.gaugeFrom(
      'floorcast_alert_deliveries_dead',
      'Alerts that could not be handed on.',
      () => this.#dead,
    );
  }

  /** Reads what waits from before. Rejects where the store cannot be read. */
  async start(): Promise<void> {
    const { waiting, dead } = await this.#options.store.countDeliveries();
    this.#dead = dead;
    this.#beyond = waiting;
    this.#isRunning = true;
    await this.#refill();
  }

  /** No new tries; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#timer?.();
    this.#timer = null;
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Stored just now. */
  onStored(deliveries: readonly StoredDelivery[]): void {
    for (const delivery of deliveries) {
      // Behind what is in the store alone, or the order would be lost.
      if (delivery.state !== 'waiting') continue;
      if (this.#beyond === 0 && !this.#isReading && this.#queue.add(delivery)) continue;
      this.#beyond++;
      this.#cameMeanwhile = true;
    }
    this.#pump();
  }

  forwarding(): Forwarding {
    return {
      state: this.#breaker.state,
      since: this.#breakerSince,
      backlog: this.#backlog,
      oldestAt: this.#queue.oldestAt(),
      dead: this.#dead,
      lastSentAt: this.#lastSentAt,
    };
  }

  async retry(alertIds: readonly string[]): Promise<number> {
    const { store, clock } = this.#options;
    const rows = (await store.delivery(alertIds)).filter(({ state }) => state === 'dead');
    // Its age counts anew: somebody has just asked for it.
    const now = clock.now();
    const again = rows.map((row): StoredDelivery => {
      return { ...row, state: 'waiting', attempts: 0, reason: null, raisedAt: now, changedAt: now };
    });
    if (again.length === 0) return 0;
    await store.write({ ...EMPTY_UNIT, deliveries: again });
    this.#dead -= again.length;
    this.onStored(again);
    return again.length;
  }

  get #backlog(): number {
    return this.#queue.size + this.#beyond;
  }

  /** At one moment from begin to end: else what is due between two looks at the clock would wake nobody. */
  #pump(): void {
    this.#timer?.();
    this.#timer = null;
    const now = this.#options.clock.monotonicNow();
    while (this.#isRunning && this.#underWay < MAX_UNDER_WAY && this.#mayBegin(now)) {
      const delivery = this.#queue.next(now);
      if (delivery === null) break;
      this.#bucket = take(this.#bucket, now) ?? this.#bucket;
      this.#setBreaker(begun(this.#breaker));
      this.#underWay++;
      void this.#handOn(delivery);
    }
    if (this.#isRunning) this.#wakeLater(now);
  }

  #mayBegin(now: number): boolean {
    return mayTry(this.#breaker, now) && waitMs(this.#bucket, now) === 0;
  }

  #wakeLater(now: number): void {
    if (this.#queue.size === this.#underWay || this.#underWay >= MAX_UNDER_WAY) return;
    if (this.#breaker.state === 'probing') return;
    const open = this.#breaker.state === 'open' ? this.#breaker.until - now : 0;
    const gate = Math.max(open, waitMs(this.#bucket, now));
    const rest = gate > 0 ? 0 : (this.#queue.nextRestEnd(now) ?? now) - now;
    const delayMs = Math.max(gate, rest);
    if (delayMs > 0) this.#timer = this.#options.clock.after(delayMs, () => this.#pump());
  }

  /** Never rejects. */
  async #handOn(delivery: StoredDelivery): Promise<void> {
    try {
      await this.#note(delivery, await this.#trySending(delivery));
    } catch (thrown) {
      // It is sent again, with the same id, rather than lost.
      this.#options.log.error('an alert was not handed on, or what became of it cannot be stored', {
        reason: messageOf(thrown),
      });
      this.#queue.rest(delivery, this.#options.clock.monotonicNow() + STORE_WAIT_MS);
      if (this.#breaker.state === 'probing') this.#setBreaker(this.#failedBreaker(0));
    }
    this.#underWay--;
    if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
    if (!this.#isRunning) return;
    if (this.#beyond > 0 && this.#queue.size === 0) void this.#refill();
    this.#pump();
  }

  async #trySending(delivery: StoredDelivery): Promise<Sending> {
    const { store, send, shape, queueOf, clock, mayAct = () => true } = this.#options;
    if (clock.now() - delivery.raisedAt > MAX_AGE_MS) {
      return { kind: 'refused', reason: `a day old; the last try: ${delivery.reason ?? 'none was made'}` };
    }
    const [alert] = await store.find({ ids: [delivery.alertId], limit: 1 });
    if (alert === undefined) return { kind: 'refused', reason: 'the alert is forgotten' };
    // One that was paused does not know what the next one has sent.
    if (!mayAct()) throw new Error('another node may have the alerts by now');
    return send(alertEvent(alert, { queueId: queueOf(alert.deviceId) }, shape));
  }

  async #note(delivery: StoredDelivery, sending: Sending): Promise<void> {
    const { clock, random, log } = this.#options;
    const attempts = delivery.attempts + 1;
    const changed = { ...delivery, attempts, changedAt: clock.now() };
    if (sending.kind === 'sent') {
      await this.#write({ ...changed, state: 'sent', reason: null });
      this.#counts.sent++;
      this.#lastSentAt = clock.now();
      this.#setBreaker(succeeded(this.#breaker));
      this.#queue.done(delivery);
      return;
    }
    const reason = sending.reason.slice(0, MAX_REASON);
    if (sending.kind === 'refused') {
      await this.#write({ ...changed, state: 'dead', reason });
      log.warn('an alert cannot be handed on', { alertId: delivery.alertId, reason });
      this.#counts.refused++;
      this.#dead++;
      // The target answered, or was not asked.
      this.#setBreaker(this.#breaker.state === 'probing' ? succeeded(this.#breaker) : this.#breaker);
      this.#queue.done(delivery);
      return;
    }
    this.#counts.failures++;
    this.#setBreaker(this.#failedBreaker(sending.floorMs));
    const row: StoredDelivery = { ...changed, reason };
    const restMs = backoffDelayMs(BACKOFF, delivery.attempts, random, sending.floorMs);
    this.#queue.rest(row, clock.monotonicNow() + restMs);
    await this.#options.store.write({ ...EMPTY_UNIT, deliveries: [row] });
  }

  #write(row: StoredDelivery): Promise<void> {
    return this.#options.store.write({ ...EMPTY_UNIT, deliveries: [row] });
  }

  #failedBreaker(floorMs: number): Breaker {
    return failed(this.#breaker, this.#options.clock.monotonicNow(), floorMs);
  }

  #setBreaker(next: Breaker): void {
    const isOther = next.state !== this.#breaker.state;
    this.#breaker = next;
    if (!isOther) return;
    const { clock, log } = this.#options;
    this.#breakerSince = clock.now();
    if (next.state === 'open') log.warn('handing alerts on fails: waiting', { backlog: this.#backlog });
    if (next.state === 'closed') log.info('alerts are handed on again', { backlog: this.#backlog });
  }

  /** From the store, when memory has room again. */
  async #refill(): Promise<void> {
    if (this.#isReading || this.#beyond === 0) return;
    this.#isReading = true;
    try {
      await this.#read();
    } catch (thrown) {
      this.#options.log.error('waiting alerts cannot be read', { reason: messageOf(thrown) });
      this.#timer ??= this.#options.clock.after(STORE_WAIT_MS, () => void this.#refill());
    }
    this.#isReading = false;
    this.#pump();
  }

  async #read(): Promise<void> {
    const { store } = this.#options;
    let isAll = false;
    while (!isAll) {
      this.#cameMeanwhile = false;
      if (!(await this.#readAll())) {
        this.#beyond = Math.max(1, (await store.countDeliveries()).waiting - this.#queue.size);
        return;
      }
      isAll = !this.#cameMeanwhile;
    }
    this.#beyond = 0;
  }

  /** False: there is no more room. */
  async #readAll(): Promise<boolean> {
    for await (const page of this.#options.store.waitingDeliveries()) {
      for (const row of page) if (!this.#queue.has(row.alertId) && !this.#queue.add(row)) return false;
    }
    return true;
  }
}
