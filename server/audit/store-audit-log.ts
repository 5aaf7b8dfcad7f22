/**
 * The audit log on a store. Entries wait in one bounded queue and are appended strictly in its order, some at a time;
 * each is chained to whatever is the store's newest at that moment, so that another process can append too. Where the
 * head is goes to the server's log at the start and once a day: a copy that lies outside of the store.
 *
 * `record` may reject after the entry was written all the same (the disk failed at the very end): recorded and not done
 * is the safe side.
 */
import type { AuditEntry } from '../../lib/contracts/access';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { AuditStore } from '../store/ports';
import { type AuditDraft, chained, readLine } from './audit-chain';
import type { AuditEvent, AuditHead, AuditLog } from './audit-log';
import { cleanEvent } from './clean-event';
import { createRefusals, type Moment, type RefusalEntry, type Refusals } from './refusals';
import { createWriteTrouble, type WriteTrouble } from './write-trouble';

export interface AuditLogOptions {
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StoreAuditLog extends AuditLog {
  /** Writes what waits and the counts of refusals; from then on nothing is recorded. Never throws. */
  stop(): Promise<void>;
}

/** Far more than are ever under way at a time; refusals can take a part of it only (see their budget). */
export const MAX_WAITING = 1_000;
const MAX_BATCH = 100;
const BARRED = new Error('this is for another node to record by now');
const TICK_MS = 60_000;
const TICKS_A_DAY = 1_440;

interface Waiting {
  readonly draft: AuditDraft;
  mayRecord(): boolean;
  resolve(): void;
  reject(reason: Error): void;
}

export function createAuditLog(options: AuditLogOptions): StoreAuditLog {
  const log = new QueuedAuditLog(options);
  log.start();
  return log;
}

class QueuedAuditLog implements StoreAuditLog {
  readonly #store: AuditStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #refusals: Refusals;
  readonly #trouble: WriteTrouble;
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  #saying: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;
  #ticks = 0;
  #cancelTick: Cancel = () => {};

  constructor({ store, clock, log }: AuditLogOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log.child({ room: 'audit' });
    this.#refusals = createRefusals(this.#moment());
    this.#trouble = createWriteTrouble(this.#log);
  }

  start(): void {
    this.#saying = this.#sayHead();
    this.#cancelTick = this.#clock.every(TICK_MS, () => this.#tick());
  }

  async record(event: AuditEvent, mayRecord?: () => boolean): Promise<void> {
    if (this.#stopping !== null) throw new Error('the audit log is closed');
    await this.#enqueue(cleanEvent(event), mayRecord);
  }

  refused(event: AuditEvent): void {
    if (this.#stopping !== null) return;
    this.#enqueueRefusals(this.#refusals.note(cleanEvent(event), this.#moment()));
  }

  async entries(range: { readonly before?: number; readonly limit: number }): Promise<readonly AuditEntry[]> {
    const stored = await this.#store.readBackward(range.before ?? Number.MAX_SAFE_INTEGER, range.limit);
    return stored.flatMap(({ seq, line }) => {
      const read = readLine(line);
      if (read.ok) return [read.value];
      this.#log.error('an entry of the audit log is not as it was written', { seq, fault: read.error });
      return [];
    });
  }

  head(): Promise<AuditHead> {
    return this.#store.head();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#cancelTick();
    this.#enqueueRefusals(this.#refusals.flush());
    await this.#writing;
    await this.#saying;
  }

  #tick(): void {
    this.#enqueueRefusals(this.#refusals.sweep(this.#moment()));
    this.#trouble.remind();
    this.#ticks += 1;
    if (this.#ticks % TICKS_A_DAY === 0) this.#saying = this.#sayHead();
  }

  async #sayHead(): Promise<void> {
    try {
      const { seq, hash } = await this.#store.head();
      this.#log.info('the audit log ends here: keep it for verify --head', { head: `${seq}:${hash}` });
    } catch (thrown) {
      this.#log.error('the audit log cannot be read', { reason: messageOf(thrown) });
    }
  }

  #enqueueRefusals(entries: readonly RefusalEntry[]): void {
    for (const { event, count } of entries) {
      // Why it failed is said where it is written.
      this.#enqueue(event).catch(() => this.#refusals.missed(count, this.#moment()));
    }
  }

  #enqueue(event: AuditEvent, mayRecord = () => true): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#trouble.failed(1, 'too many entries wait to be written');
      return Promise.reject(new Error('the audit log is full: too many entries wait to be written'));
    }
    const draft = { ...event, at: this.#clock.now() };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, mayRecord, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // What is asked for in the same turn goes into the same batch.
    await null;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH);
      await this.#settle(batch);
    }
    this.#writing = null;
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    let written = batch;
    try {
      await this.#store.append((after) => {
        written = batch.filter(({ mayRecord }) => mayRecord());
        if (written.length === 0) throw BARRED;
        return chained(
          written.map(({ draft }) => draft),
          after,
        );
      });
      // While others are turned away for want of room it is not over.
      if (this.#waiting.length === 0) this.#trouble.succeeded();
      for (const { resolve } of written) resolve();
      for (const { reject } of batch) reject(BARRED);
    } catch (thrown) {
      if (thrown === BARRED) {
        for (const { reject } of batch) reject(BARRED);
        return;
      }
      this.#trouble.failed(batch.length, messageOf(thrown));
      const reason = new Error('the audit log cannot be written', { cause: thrown });
      for (const { reject } of batch) reject(reason);
    }
  }

  #moment(): Moment {
    return { at: this.#clock.now(), monotonic: this.#clock.monotonicNow() };
  }
}
