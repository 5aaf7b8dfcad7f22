/**
 * Devices' alerts, put together: the ledger, and what follows it after each write: figures for the KPI engine, groups
 * for the boards, deliveries for the outbox. Handing on and watching for faults are given from outside; without them
 * nothing is handed on and there are no faults.
 */
import type { DevicesResponse, Fault, Forwarding } from '../../lib/contracts/alert';
import type { DeviceRule } from '../../lib/contracts/settings';
import type { DeviceSink } from '../kpi/events';
import type { StoredAlert, StoredDelivery, StoredDevice } from '../store/alert-ports';
import { type AlertCounts, type AlertZones, createAlertCounts } from './alert-counts';
import { AlertFrame } from './alert-frame';
import { AlertGroups } from './alert-groups';
import { findRecords, recordsOf } from './alert-records';
import type { AlertDesk, Unsubscribe } from './desk';
import { listDevices } from './device-list';
import { createDeviceMap } from './device-map';
import type { Intake } from './incoming';
import { createLedger, type Ledger, type LedgerOptions } from './ledger';
import type { LedgerChanges } from './ledger-memory';
import { oldestQuarter } from './quarters';
import { countSites } from './site-counts';

/** What hands alerts on. */
export interface AlertOutbox {
  /** Stored with their alerts just now; those of before the start it reads from the store itself. */
  onStored(deliveries: readonly StoredDelivery[]): void;
  forwarding(): Forwarding;
  /** Sends dead ones again. How many were dead. */
  retry(alertIds: readonly string[]): Promise<number>;
}

export interface FaultSource {
  faults(): readonly Fault[];
  /** Whether a fault that is not among them is over; false: nobody knows. */
  isWhole(): boolean;
}

/** A new alert, and where its device belongs. */
export interface PlacedAlert {
  readonly alert: StoredAlert;
  readonly queueId: string | null;
}

export interface AlertsOptions extends LedgerOptions {
  readonly zones: AlertZones;
  readonly sink: DeviceSink;
  readonly rules: readonly DeviceRule[];
  /** Keeps the mapping through restarts; rejects where it cannot. */
  readonly saveRules: (rules: readonly DeviceRule[]) => Promise<void>;
  readonly outbox?: AlertOutbox | undefined;
  readonly faultSource?: FaultSource | undefined;
}

/** The desk of this very node: what it knows it says at once. */
export interface OwnAlertDesk extends AlertDesk {
  devices(site?: string): DevicesResponse['sites'];
}

export interface Alerts {
  readonly desk: OwnAlertDesk;
  readonly intake: Intake;
  /** Reads the store; only then `intake` takes messages. To be called once. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Where a device belongs now; `null`: to no queue. */
  queueOf(deviceId: string): string | null;
  /** Told of new alerts, each once, after they are stored; not of those of before the start. */
  onRaised(listener: (raised: readonly PlacedAlert[]) => void): Unsubscribe;
  /** Stored ones that were raised at that moment (epoch ms) or later, the newest first; placed where they belong now. */
  raisedSince(since: number): AsyncIterable<readonly PlacedAlert[]>;
}

const MAX_DEAD_SHOWN = 500;
/** One run of putting devices elsewhere before others get their turn. */
const SLICE_MS = 10;

export function createAlerts(options: AlertsOptions): Alerts {
  const floor = new AlertFloor(options);
  return {
    desk: floor,
    intake: floor.ledger.intake,
    start: () => floor.start(),
    stop: () => floor.stop(),
    queueOf: floor.queueOf,
    onRaised: (listener) =>
      floor.ledger.subscribe((changes) => {
        const raised = changes.isRestored ? [] : floor.raisedOf(changes);
        if (raised.length > 0) listener(raised);
      }),
    raisedSince: (since) => floor.raisedSince(since),
  };
}

class AlertFloor implements OwnAlertDesk {
  readonly ledger: Ledger;
  readonly #options: AlertsOptions;
  readonly #counts: AlertCounts;
  readonly #groups: AlertGroups;
  readonly #frame: AlertFrame;
  /** Devices whose open alerts may belong to another queue now. */
  readonly #moved = new Set<string>();
  readonly #stops: (() => void)[] = [];
  #map: ReturnType<typeof createDeviceMap>;

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#map = createDeviceMap(options.rules);
    this.ledger = createLedger(options);
    this.#counts = createAlertCounts({ ...options, queueOf: (device) => this.#map.queueOf(device) });
    this.#groups = new AlertGroups(this.queueOf);
    this.#frame = new AlertFrame({
      ...options,
      groups: this.#groups,
      forwarding: () => options.outbox?.forwarding() ?? NOT_HANDED_ON,
      faults: () => options.faultSource?.faults() ?? [],
      settle: () => this.#settle(),
    });
    this.#stops.push(this.ledger.subscribe((changes) => this.#follow(changes)));
  }

  async start(): Promise<void> {
    await this.ledger.start(() => this.#restoreToday());
    this.#stops.push(this.#counts.start(), this.#frame.start());
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) stop();
    await this.ledger.stop();
  }

  frame() {
    return this.#frame.current();
  }

  groups() {
    return this.#groups.every();
  }

  knownFaults() {
    const { faultSource } = this.#options;
    return faultSource === undefined
      ? NO_FAULTS
      : { faults: faultSource.faults(), isWhole: faultSource.isWhole() };
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#frame.subscribe(listener);
  }

  subscribeGroups(listener: () => void): Unsubscribe {
    return this.#frame.subscribeGroups(listener);
  }

  find(query: Parameters<AlertDesk['find']>[0]) {
    return findRecords(query, {
      store: this.#options.store,
      queueOf: this.queueOf,
      open: () => this.ledger.books.open(),
      members: (group) => this.#groups.members(group),
    });
  }

  acknowledge({ ids, group, note }: Parameters<AlertDesk['acknowledge']>[0], by: string): Promise<number> {
    const wanted = group === undefined ? (ids ?? []) : [...this.#groups.members(group)].map(({ id }) => id);
    return this.ledger.acknowledge(wanted, { by, note });
  }

  async refused() {
    const { store } = this.#options;
    const [counts, messages] = await Promise.all([store.refusalCounts(), store.refusals(MAX_REFUSED_SHOWN)]);
    return { counts: [...counts], messages: [...messages] };
  }

  async deliveries() {
    const { store, outbox } = this.#options;
    const dead = await store.deadDeliveries(MAX_DEAD_SHOWN);
    const ids = dead.map(({ alertId }) => alertId);
    const rows = ids.length === 0 ? [] : await store.find({ ids, limit: ids.length });
    const records = await recordsOf(rows, { store, queueOf: this.queueOf });
    const byId = new Map(records.map((record) => [record.id, record]));
    const shown = dead.flatMap(({ alertId, reason, attempts, changedAt }) => {
      const alert = byId.get(alertId);
      return alert === undefined ? [] : { alert, reason: reason ?? '', attempts, diedAt: changedAt };
    });
    return { forwarding: outbox?.forwarding() ?? NOT_HANDED_ON, dead: shown };
  }

  async retry(alertIds: readonly string[]): Promise<number> {
    return (await this.#options.outbox?.retry(alertIds)) ?? 0;
  }

  devices(site?: string) {
    return listDevices(this.ledger.books, this.queueOf, site);
  }

  siteCounts() {
    return countSites(this.ledger.books);
  }

  rules(): readonly DeviceRule[] {
    return this.#map.rules;
  }

  setRules(rules: readonly DeviceRule[]): Promise<void> {
    return this.ledger.inTurn(async () => {
      await this.#options.saveRules(rules);
      this.#map = createDeviceMap(rules);
      await this.#placeAll();
    });
  }

  raisedOf({ alerts }: LedgerChanges): PlacedAlert[] {
    return alerts.flatMap(({ before, after }) =>
      before === null && after !== null ? { alert: after, queueId: this.queueOf(after.deviceId) } : [],
    );
  }

  async *raisedSince(since: number): AsyncGenerator<readonly PlacedAlert[]> {
    for await (const page of this.#options.store.recentlyRaised(since))
      yield page.map((alert) => ({ alert, queueId: this.queueOf(alert.deviceId) }));
  }

  /** A device that is not kept belongs to no queue. */
  readonly queueOf = (deviceId: string): string | null => {
    const device = this.ledger.books.device(deviceId);
    return device === undefined ? null : this.#map.queueOf(device);
  };

  #follow(changes: LedgerChanges): void {
    this.#counts.apply(changes);
    for (const { before, after } of changes.devices) if (before !== null) this.#noteMove(before, after);
    for (const change of changes.alerts) this.#groups.change(change);
    if (changes.isRestored) return;
    if (changes.alerts.length > 0 || this.#moved.size > 0) this.#frame.ask();
    if (changes.deliveries.length > 0) this.#options.outbox?.onStored(changes.deliveries);
  }

  #noteMove(before: StoredDevice, after: StoredDevice): void {
    if (before.product === after.product && before.site === after.site) return;
    if (this.#map.queueOf(before) !== this.#map.queueOf(after)) this.#moved.add(after.deviceId);
  }

  /** Once for many changes: a device with thousands of alerts may change its product with every message. */
  #settle(): void {
    for (const deviceId of this.#moved) this.#groups.regroup(this.ledger.books.openOf(deviceId));
    this.#moved.clear();
  }

  async #placeAll(): Promise<void> {
    const { clock } = this.#options;
    let since = clock.monotonicNow();
    for (const device of this.ledger.books.devices()) {
      this.#counts.place(device);
      this.#groups.regroup(this.ledger.books.openOf(device.deviceId));
      if (clock.monotonicNow() - since < SLICE_MS) continue;
      await this.ledger.pause();
      since = clock.monotonicNow();
    }
    this.#frame.ask();
  }

  async #restoreToday(): Promise<void> {
    const { store, clock } = this.#options;
    for await (const rows of store.raisedSince(oldestQuarter(clock.now()))) this.#counts.restore(rows);
  }
}

/** Refused messages are kept up to this many. */
const MAX_REFUSED_SHOWN = 1_000;

const NO_FAULTS = { faults: [], isWhole: true };

const NOT_HANDED_ON: Forwarding = {
  state: 'off',
  since: 0,
  backlog: 0,
  oldestAt: null,
  dead: 0,
  lastSentAt: null,
};
