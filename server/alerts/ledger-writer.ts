/**
 * The one way in which the ledger changes: a unit is written, then memory moves, then who listens is told. One after
 * the other. A write that fails leaves memory as it was and rejects. Should the store hold it all the same (the answer
 * was lost), memory follows before anything else is decided.
 */
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { createSerial } from '../runtime/serial';
import {
  type AlertStore,
  type AlertUnit,
  EMPTY_UNIT,
  type StoredAlert,
  type StoredRefusal,
} from '../store/alert-ports';
import type { Unsubscribe } from './desk';
import { agedAlert } from './ledger-decide';
import type { AlertChange, LedgerChanges, LedgerMemory } from './ledger-memory';

/** Alerts of one transaction: some 20 ms of work, so that the event loop serves others in between. */
export const UNIT_SIZE = 250;

export interface LedgerWriterOptions {
  readonly store: AlertStore;
  readonly memory: LedgerMemory;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxOpenAlerts: number;
  /** Runs a function soon, after what is being done now; absent: a timer of 0 ms. */
  readonly defer?: ((run: () => void) => void) | undefined;
}

export type Written = Partial<Omit<LedgerChanges, 'isRestored'>> & {
  readonly refusals?: readonly StoredRefusal[];
};

export class LedgerWriter {
  failureCount = 0;
  /** Alerts that were cleared before their age because no more fit. */
  crowdedOutCount = 0;
  readonly #options: LedgerWriterOptions;
  readonly #serial = createSerial();
  readonly #listeners = new Set<(changes: LedgerChanges) => void>();
  /** What the last write was to change, where it is not known whether it is stored. */
  #doubtful: Written | null = null;

  constructor(options: LedgerWriterOptions) {
    this.#options = options;
  }

  subscribe(listener: (changes: LedgerChanges) => void): Unsubscribe {
    const own = (changes: LedgerChanges) => listener(changes);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Whatever decides on what memory holds, and then writes, runs in this one line. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#serial(async () => {
      await this.#settleDoubt();
      return task();
    });
  }

  /** Lets the event loop serve others. */
  pause(): Promise<void> {
    const { defer, clock } = this.#options;
    return new Promise((resolve) => {
      if (defer === undefined) clock.after(0, resolve);
      else defer(resolve);
    });
  }

  /** One clearing may end thousands: those are written in steps, what must not be without them at last. */
  async write(written: Written): Promise<void> {
    const alerts = written.alerts ?? [];
    const changed = alerts.filter(({ before }) => before !== null);
    let done = 0;
    for (; changed.length - done > UNIT_SIZE; done += UNIT_SIZE) {
      await this.#writeUnit({ alerts: changed.slice(done, done + UNIT_SIZE) });
      await this.pause();
    }
    const early = new Set(changed.slice(0, done));
    const rest = done === 0 ? alerts : alerts.filter((change) => !early.has(change));
    await this.#writeUnit({ ...written, alerts: rest });
  }

  /** Memory moves, nothing is written: what the store holds already, or what stays there only. */
  move(changes: Partial<LedgerChanges>): void {
    const whole = { isRestored: false, devices: [], alerts: [], deliveries: [], ...changes };
    this.#options.memory.apply(whole);
    for (const listener of this.#listeners) {
      try {
        listener(whole);
      } catch (thrown) {
        this.#options.log.error('a listener of the ledger failed', { reason: messageOf(thrown) });
      }
    }
  }

  /**
   * Sees to it that so many more alerts fit: cleared ones that nobody has taken leave memory, the oldest first, and
   * stay in the store; where that is not enough the oldest active ones are cleared by age before their time.
   */
  async makeRoom(count: number): Promise<void> {
    const { memory, maxOpenAlerts, clock } = this.#options;
    for (;;) {
      const excess = Math.min(UNIT_SIZE, memory.openCount + count - maxOpenAlerts);
      if (excess <= 0) return;
      const cleared = memory.oldestCleared(excess);
      this.move({ alerts: cleared.map((before) => ({ before, after: null })) });
      if (cleared.length > 0) continue;
      const oldest = memory.oldestActive(excess);
      if (oldest.length === 0) return;
      await this.age(oldest, clock.now());
      this.crowdedOutCount += oldest.length;
    }
  }

  /** Clears them by age. */
  age(alerts: readonly StoredAlert[], at: number): Promise<void> {
    return this.write({ alerts: alerts.map((before) => ({ before, after: agedAlert(before, at) })) });
  }

  async #writeUnit(written: Written): Promise<void> {
    const unit = unitOf(written);
    if (!isEmpty(unit)) {
      try {
        await this.#options.store.write(unit);
      } catch (thrown) {
        this.failureCount++;
        this.#doubtful = written;
        this.#options.log.error('alerts could not be stored', { reason: messageOf(thrown) });
        throw thrown;
      }
    }
    this.#moveBy(written);
  }

  /** All of a unit is stored or nothing: one row tells. One without alerts is written again when its messages come. */
  async #settleDoubt(): Promise<void> {
    const written = this.#doubtful;
    if (written === null) return;
    const { newAlerts, changedAlerts } = unitOf(written);
    const [row] = [...newAlerts, ...changedAlerts];
    const [stored] = row === undefined ? [] : await this.#options.store.find({ ids: [row.id], limit: 1 });
    this.#doubtful = null;
    if (row !== undefined && stored?.state === row.state) this.#moveBy(written);
  }

  #moveBy({ devices = [], alerts = [], deliveries = [] }: Written): void {
    this.move({ devices, alerts, deliveries });
  }
}

function unitOf({ alerts = [], devices = [], deliveries = [], refusals = [] }: Written): AlertUnit {
  return {
    ...EMPTY_UNIT,
    newAlerts: rowsOf(alerts.filter(({ before }) => before === null)),
    changedAlerts: rowsOf(alerts.filter(({ before }) => before !== null)),
    devices: devices.map(({ after }) => after),
    deliveries,
    refusals,
  };
}

function rowsOf(changes: readonly AlertChange[]): StoredAlert[] {
  return changes.flatMap(({ after }) => after ?? []);
}

function isEmpty({ newAlerts, changedAlerts, devices, deliveries, refusals }: AlertUnit): boolean {
  return [newAlerts, changedAlerts, devices, deliveries, refusals].every((rows) => rows.length === 0);
}
