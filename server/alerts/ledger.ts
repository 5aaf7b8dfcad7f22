/**
 * The ledger: each alert once, however often it comes. It decides in memory, writes, and only then lets memory move;
 * when `intake` resolves all of it is on the disk. It holds the open alerts and the devices, each up to a bound, and
 * asks the store for the rest.
 */
import type { AlertLevel } from '../../lib/contracts/alert';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import type { AlertStore } from '../store/alert-ports';
import { isUnacknowledged } from './alert-state';
import type { Unsubscribe } from './desk';
import type { BrokerMessage, Incoming, Intake } from './incoming';
import { acknowledgedAlert, type Decision, decideBatch } from './ledger-decide';
import { type LedgerChanges, LedgerMemory } from './ledger-memory';
import { exposeLedger, type LedgerTotals, newLedgerTotals } from './ledger-metrics';
import { createUpkeep } from './ledger-upkeep';
import { LedgerWriter, UNIT_SIZE } from './ledger-writer';

export interface LedgerOptions {
  readonly store: AlertStore;
  readonly parse: (message: BrokerMessage) => Incoming;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly levelsToForward: ReadonlySet<AlertLevel>;
  /** An alert that nothing cleared is cleared by age. */
  readonly maxAgeMs: number;
  /** Closed alerts are forgotten after. */
  readonly keepMs: number;
  /** How many are held in memory. */
  readonly maxOpenAlerts?: number;
  readonly maxDevices?: number;
  /** Runs a function soon, after what is being done now; absent: a timer of 0 ms. */
  readonly defer?: (run: () => void) => void;
}

/** What is held in memory, to be read at any time. */
export type LedgerBooks = Pick<
  LedgerMemory,
  'alert' | 'device' | 'devices' | 'open' | 'openOf' | 'openCount' | 'deviceCount'
>;

export interface Acknowledging {
  /** The person's name as people read it. */
  readonly by: string;
  readonly note: string;
}

export interface Ledger {
  readonly books: LedgerBooks;
  /** Reads what is open from the store, runs `restored` (what else is to be read), then takes messages. */
  start(restored?: () => Promise<void>): Promise<void>;
  /** What is being written is written; later messages and wishes are rejected. */
  stop(): Promise<void>;
  /** More messages than fit one transaction are stored in several; those that came again change nothing. */
  readonly intake: Intake;
  /** How many of these were there and unacknowledged. Rejects where it cannot be stored. */
  acknowledge(ids: readonly string[], how: Acknowledging): Promise<number>;
  /** Runs a task between two writes. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
  pause(): Promise<void>;
  /** Told what changed, after it is on the disk; also while starting. */
  subscribe(listener: (changes: LedgerChanges) => void): Unsubscribe;
}

export function createLedger(options: LedgerOptions): Ledger {
  const { maxOpenAlerts = 200_000, maxDevices = 200_000 } = options;
  const memory = new LedgerMemory(maxDevices);
  const writer = new LedgerWriter({ ...options, memory, maxOpenAlerts });
  const shell = new LedgerShell(options, memory, writer, maxOpenAlerts);
  exposeLedger(options.metrics, shell.totals, { memory, writer });
  return {
    books: memory,
    start: (restored) => shell.start(restored),
    stop: () => shell.stop(),
    intake: (messages) => shell.intake(messages),
    acknowledge: (ids, how) => shell.acknowledge(ids, how),
    inTurn: (task) => writer.inTurn(task),
    pause: () => writer.pause(),
    subscribe: (listener) => writer.subscribe(listener),
  };
}

class LedgerShell {
  readonly totals: LedgerTotals = newLedgerTotals();
  readonly #options: LedgerOptions;
  readonly #memory: LedgerMemory;
  readonly #writer: LedgerWriter;
  readonly #maxOpenAlerts: number;
  #state: 'new' | 'open' | 'stopped' = 'new';
  #nextSeq = 0;
  #stopUpkeep = () => {};

  constructor(options: LedgerOptions, memory: LedgerMemory, writer: LedgerWriter, maxOpenAlerts: number) {
    this.#options = options;
    this.#memory = memory;
    this.#writer = writer;
    this.#maxOpenAlerts = maxOpenAlerts;
  }

  async start(restored: () => Promise<void> = async () => {}): Promise<void> {
    await this.#writer.inTurn(async () => {
      await this.#load();
      await restored();
    });
    if (this.#state === 'stopped') return;
    this.#state = 'open';
    this.#stopUpkeep = createUpkeep({ ...this.#options, memory: this.#memory, writer: this.#writer });
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#stopUpkeep();
    // Where the last write is in doubt nobody needs to know any more: the next start reads the store.
    await this.#writer.inTurn(async () => {}).catch(() => {});
  }

  async intake(messages: readonly BrokerMessage[]): Promise<void> {
    for (let from = 0; from < messages.length; from += UNIT_SIZE) {
      if (from > 0) await this.#writer.pause();
      await this.#task(() => this.#take(messages.slice(from, from + UNIT_SIZE)));
    }
  }

  async acknowledge(ids: readonly string[], how: Acknowledging): Promise<number> {
    const wanted = [...new Set(ids)];
    let count = 0;
    for (let from = 0; from < wanted.length; from += UNIT_SIZE) {
      if (from > 0) await this.#writer.pause();
      count += await this.#task(() => this.#acknowledge(wanted.slice(from, from + UNIT_SIZE), how));
    }
    return count;
  }

  #task<T>(task: () => Promise<T>): Promise<T> {
    return this.#writer.inTurn(async () => {
      if (this.#state !== 'open') throw new Error('the ledger of alerts is not open');
      return task();
    });
  }

  async #load(): Promise<void> {
    const { store, clock } = this.#options;
    for await (const page of store.devices()) {
      const devices = page.slice(0, Math.max(0, this.#memory.deviceRoom()));
      this.#writer.move({ isRestored: true, devices: devices.map((after) => ({ before: null, after })) });
    }
    for await (const page of store.openAlerts()) {
      this.#writer.move({ isRestored: true, alerts: page.map((after) => ({ before: null, after })) });
      this.#dropExcess();
    }
    await this.#writer.makeRoom(0);
    let last = clock.now() * 1_000;
    for await (const page of store.waitingDeliveries()) {
      for (const { seq } of page) last = Math.max(last, seq);
    }
    // Those of before a restart are all smaller, the ones that are sent and gone too: a thousand a ms is never reached.
    this.#nextSeq = last + 1;
  }

  /** The oldest cleared ones stay in the store while loading, so that memory is bounded then too. */
  #dropExcess(): void {
    const dropped = this.#memory.oldestCleared(this.#memory.openCount - this.#maxOpenAlerts);
    this.#writer.move({ alerts: dropped.map((before) => ({ before, after: null })) });
  }

  async #take(messages: readonly BrokerMessage[]): Promise<void> {
    const { store, parse } = this.#options;
    const batch = messages.map((message) => parsedOrRefused(parse, message));
    const ids = this.#idsToAskFor(batch);
    const known = ids.length === 0 ? new Set<string>() : await store.knownIds(ids);
    await this.#writer.makeRoom(ids.length - known.size);
    const decision = this.#decide(batch, known);
    await this.#writer.write(decision);
    this.#nextSeq += decision.deliveries.length;
    this.#count(batch, decision);
  }

  /** Raises that memory does not hold: whether they are new only the store knows. */
  #idsToAskFor(batch: readonly Incoming[]): string[] {
    const ids = batch.flatMap((incoming) => (incoming.kind === 'raised' ? incoming.id : []));
    return [...new Set(ids)].filter((id) => this.#memory.alert(id) === undefined);
  }

  #decide(batch: readonly Incoming[], known: ReadonlySet<string>): Decision {
    const { clock, random, levelsToForward } = this.#options;
    const now = clock.now();
    const newId = () => `${now.toString(36)}-${Math.floor(random() * 2 ** 48).toString(36)}`;
    return decideBatch(this.#memory, batch, { known, now, levelsToForward, nextSeq: this.#nextSeq, newId });
  }

  async #acknowledge(ids: readonly string[], { by, note }: Acknowledging): Promise<number> {
    const { store, clock } = this.#options;
    const missing = ids.filter((id) => this.#memory.alert(id) === undefined);
    // Cleared ones that made room are in the store only.
    const stored = missing.length === 0 ? [] : await store.find({ ids: missing, limit: missing.length });
    const held = ids.flatMap((id) => this.#memory.alert(id) ?? []);
    const open = [...held, ...stored].filter(({ state }) => isUnacknowledged(state));
    const how = { by, note, at: clock.now() };
    await this.#writer.write({
      alerts: open.map((before) => ({ before, after: acknowledgedAlert(before, how) })),
    });
    this.totals.acknowledged += open.length;
    return open.length;
  }

  #count(batch: readonly Incoming[], decision: Decision): void {
    const { totals } = this;
    totals.messages += batch.length;
    totals.repeated += decision.repeatedCount;
    totals.strangers += decision.strangerCount;
    for (const { before, after } of decision.alerts) {
      if (before === null && after !== null)
        totals.raised.set(after.level, (totals.raised.get(after.level) ?? 0) + 1);
    }
    for (const { reason } of decision.refusals)
      totals.refused.set(reason, (totals.refused.get(reason) ?? 0) + 1);
  }
}

/** Parsing never throws; should it all the same, that message must not come again for ever and hold up the others. */
function parsedOrRefused(parse: LedgerOptions['parse'], message: BrokerMessage): Incoming {
  try {
    return parse(message);
  } catch {
    const { receivedAt, payload } = message;
    const [topic, detail, text] = ['', 'it could not be read', ''];
    return {
      kind: 'refused',
      reason: 'wrong-shape',
      topic,
      detail,
      bytes: payload.byteLength,
      text,
      receivedAt,
    };
  }
}
