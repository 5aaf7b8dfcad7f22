/**
 * The port of the alert store: alerts, devices, deliveries, refused messages. Whoever takes messages decides in memory
 * and writes what he decided as one unit: all or nothing, on the disk when it resolves, also through a crash. What is
 * read back is parsed by the reader's schema.
 */
import type { AlertLevel, AlertState, RefusalReason } from '../../lib/contracts/alert';

/** As stored: one row an alert. Times are epoch ms. */
export interface StoredAlert {
  readonly id: string;
  readonly deviceId: string;
  readonly sensorType: string;
  readonly level: AlertLevel;
  readonly readingValue: number | string | boolean | null;
  readonly product: string | null;
  readonly firmwareVersion: string | null;
  readonly site: string | null;
  readonly deviceTime: number;
  readonly raisedAt: number;
  readonly receivedAt: number;
  readonly clockSkewMs: number | null;
  /** Fields that nobody knows, as one JSON string. */
  readonly extra: string | null;
  readonly state: AlertState;
  readonly clearedAt: number | null;
  readonly clearedBy: 'normal' | 'threshold' | 'age' | null;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
  readonly note: string | null;
}

export interface StoredDevice {
  readonly deviceId: string;
  readonly product: string | null;
  readonly firmwareVersion: string | null;
  readonly site: string | null;
  readonly connection: 'online' | 'offline' | 'unknown';
  readonly connectionSince: number | null;
  readonly lastAlertAt: number | null;
  readonly clockSkewMs: number | null;
  /** The device time of the newest clearing message by sensor: older alerts that come late are cleared already. */
  readonly clearedThrough: readonly (readonly [sensorType: string, deviceTime: number])[];
}

/** An alert on its way into Genesys. Exists from the unit that holds the alert until it is sent, or for ever when dead. */
export interface StoredDelivery {
  readonly alertId: string;
  readonly deviceId: string;
  readonly level: AlertLevel;
  /** Grows with every delivery made: the order of a device. */
  readonly seq: number;
  readonly raisedAt: number;
  readonly attempts: number;
  readonly state: 'waiting' | 'dead' | 'sent';
  /** Of the last failure, or of death. */
  readonly reason: string | null;
  readonly changedAt: number;
}

export interface StoredRefusal {
  readonly id: string;
  readonly at: number;
  readonly topic: string;
  readonly reason: RefusalReason;
  readonly detail: string;
  readonly bytes: number;
  readonly text: string;
}

/** Writes in this order, in one transaction. An alert whose id is there already is not written again. */
export interface AlertUnit {
  readonly newAlerts: readonly StoredAlert[];
  /** Whole rows in place of those with the same id. */
  readonly changedAlerts: readonly StoredAlert[];
  readonly devices: readonly StoredDevice[];
  /** By alert id: new ones, or whole rows in place of old ones. */
  readonly deliveries: readonly StoredDelivery[];
  readonly refusals: readonly StoredRefusal[];
}

export const EMPTY_UNIT: AlertUnit = {
  newAlerts: [],
  changedAlerts: [],
  devices: [],
  deliveries: [],
  refusals: [],
};

/** Newest first by (receivedAt, id). Absent: any. */
export interface AlertFilter {
  readonly states?: readonly AlertState[];
  readonly deviceId?: string;
  readonly site?: string;
  readonly ids?: readonly string[];
  readonly limit: number;
  readonly before?: { readonly receivedAt: number; readonly id: string };
}

export interface AlertStore {
  /** Which of these ids there are: what is asked before deciding on a batch. */
  knownIds(ids: readonly string[]): Promise<ReadonlySet<string>>;
  write(unit: AlertUnit): Promise<void>;
  /** Active ones, and cleared ones that nobody has acknowledged: what memory holds. */
  openAlerts(): AsyncIterable<readonly StoredAlert[]>;
  devices(): AsyncIterable<readonly StoredDevice[]>;
  find(filter: AlertFilter): Promise<readonly StoredAlert[]>;
  /**
   * How many were raised, by device and by quarter of an hour (epoch ms), since then: for counts of the day. A pair may
   * come more than once: their counts add up.
   */
  raisedSince(
    since: number,
  ): AsyncIterable<
    readonly { readonly deviceId: string; readonly quarter: number; readonly count: number }[]
  >;
  /** Raised at that moment or later, the newest first by (raisedAt, order of being stored). */
  recentlyRaised(since: number): AsyncIterable<readonly StoredAlert[]>;
  /** All that wait, in the order of `seq`. */
  waitingDeliveries(): AsyncIterable<readonly StoredDelivery[]>;
  deadDeliveries(limit: number): Promise<readonly StoredDelivery[]>;
  delivery(alertIds: readonly string[]): Promise<readonly StoredDelivery[]>;
  countDeliveries(): Promise<{ readonly waiting: number; readonly dead: number }>;
  refusals(limit: number): Promise<readonly StoredRefusal[]>;
  /** Since the store was made. */
  refusalCounts(): Promise<readonly { readonly reason: RefusalReason; readonly count: number }[]>;
  count(): Promise<number>;
  /** Forgets closed alerts received before, their deliveries, refusals beyond the newest 1,000. In small steps. */
  forget(receivedBefore: number): Promise<number>;
  close(): Promise<void>;
}
