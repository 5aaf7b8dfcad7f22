/**
 * The alert store that several nodes share. One of them has the duty and writes, all of them read. Each write carries
 * the fence of that duty: whoever had it before writes nothing any more, and is told so. A unit is one script, there
 * wholly or not at all, and written once however often Redis was asked. What reads or forgets much does so in pages,
 * none longer than a few ms. Closing it closes this door only, not the link.
 */
import { type RefusalReason, refusalReasonSchema } from '../../../lib/contracts/alert';
import type { Fence } from '../../redis/fence';
import { leaseKey } from '../../redis/keys';
import type { RedisLink, RedisScript } from '../../redis/redis-link';
import type {
  AlertFilter,
  AlertStore,
  AlertUnit,
  StoredAlert,
  StoredDelivery,
  StoredDevice,
  StoredRefusal,
} from '../alert-ports';
import { ALERTS, alertHead, deliveryHead, OPEN_WALK, RAISED_WALK } from './alert-index';
import { FORGET, FORGOTTEN_KEYS, KNOWN_IDS, WRITE_UNIT, WRITTEN_KEYS } from './alert-scripts';
import {
  alertOf,
  alertTable,
  DEAD_TABLE,
  DEVICE_TABLE,
  deliveryOf,
  isWanted,
  newestFirst,
  RAISE_TABLE,
  REFUSAL_TABLE,
  stretchOf,
  WAITING_TABLE,
  walksFor,
} from './alert-tables';
import { orderKey } from './order-key';
import { createRedisDesk, packed, partsOf, type RedisDesk, textOfReply } from './redis-desk';
import { BACKWARDS, createTableReader, FORWARDS, inPieces, type TableReader } from './table-reader';

const FORGOTTEN_IN_STEP = 100;

export interface RedisAlertStoreOptions {
  /** Of whoever has the duty of alerts, as this node knows it. */
  readonly fence: () => Fence;
  /** Told how many rows of a table were left out of an answer: they hold nothing that can be read. */
  readonly leftOut?: (table: string, count: number) => void;
}

export function openRedisAlertStore(redis: RedisLink, options: RedisAlertStoreOptions): AlertStore {
  return new SharedAlertStore(createRedisDesk(redis, 'the alert store'), options);
}

class SharedAlertStore implements AlertStore {
  readonly #desk: RedisDesk;
  readonly #reader: TableReader;
  readonly #fence: () => Fence;

  constructor(desk: RedisDesk, { fence, leftOut }: RedisAlertStoreOptions) {
    this.#desk = desk;
    this.#reader = createTableReader(desk, leftOut);
    this.#fence = fence;
  }

  async knownIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const known = await Promise.all(
      inPieces(ids).map((piece) => this.#desk.read(KNOWN_IDS, [ALERTS.rows], piece)),
    );
    return new Set(known.flatMap((reply) => partsOf(reply).map(textOfReply)));
  }

  async write(unit: AlertUnit): Promise<void> {
    const { newAlerts, changedAlerts, devices, deliveries, refusals } = unit;
    const lists = [newAlerts, changedAlerts, devices, deliveries, refusals];
    const words = [
      ...[...newAlerts, ...changedAlerts].flatMap((row) => [row.id, ...alertHead(row), JSON.stringify(row)]),
      ...devices.flatMap((row) => [row.deviceId, JSON.stringify(row)]),
      ...deliveries.flatMap((row) => [row.alertId, deliveryHead(row), JSON.stringify(row)]),
      ...refusals.flatMap((row) => [row.id, row.reason, JSON.stringify(row)]),
    ];
    await this.#write(WRITE_UNIT, WRITTEN_KEYS, [...lists.map(({ length }) => length), packed(words)]);
  }

  openAlerts(): AsyncIterable<readonly StoredAlert[]> {
    return this.#reader.pages(alertTable(OPEN_WALK), FORWARDS);
  }

  devices(): AsyncIterable<readonly StoredDevice[]> {
    return this.#reader.pages(DEVICE_TABLE, FORWARDS);
  }

  async find(filter: AlertFilter): Promise<readonly StoredAlert[]> {
    const isFound = (alert: StoredAlert) => isWanted(alert, filter);
    const found =
      filter.ids === undefined
        ? await Promise.all(
            walksFor(filter).map((walk) =>
              this.#reader.first(alertTable(walk), stretchOf(walk, filter), filter.limit, isFound),
            ),
          )
        : [(await this.#reader.byIds(alertTable(OPEN_WALK), filter.ids, alertOf)).filter(isFound)];
    return found.flat().sort(newestFirst).slice(0, filter.limit);
  }

  raisedSince(since: number) {
    return this.#reader.pages(RAISE_TABLE, { ...FORWARDS, from: `[${orderKey(since)}` });
  }

  recentlyRaised(since: number): AsyncIterable<readonly StoredAlert[]> {
    return this.#reader.pages(alertTable(RAISED_WALK), { ...BACKWARDS, to: `[${orderKey(since)}` });
  }

  waitingDeliveries(): AsyncIterable<readonly StoredDelivery[]> {
    return this.#reader.pages(WAITING_TABLE, FORWARDS);
  }

  deadDeliveries(limit: number): Promise<readonly StoredDelivery[]> {
    return this.#reader.first(DEAD_TABLE, BACKWARDS, limit);
  }

  delivery(alertIds: readonly string[]): Promise<readonly StoredDelivery[]> {
    return this.#reader.byIds(WAITING_TABLE, alertIds, deliveryOf);
  }

  async countDeliveries(): Promise<{ readonly waiting: number; readonly dead: number }> {
    const counts = [this.#desk.ask('ZCARD', ALERTS.waiting), this.#desk.ask('ZCARD', ALERTS.dead)];
    const [waiting, dead] = await Promise.all(counts);
    return { waiting: Number(waiting), dead: Number(dead) };
  }

  refusals(limit: number): Promise<readonly StoredRefusal[]> {
    return this.#reader.first(REFUSAL_TABLE, BACKWARDS, limit);
  }

  async refusalCounts(): Promise<readonly { readonly reason: RefusalReason; readonly count: number }[]> {
    const fields = partsOf(await this.#desk.ask('HGETALL', ALERTS.refusalCounts)).map(textOfReply);
    const counts = fields.flatMap((field, at) => {
      const reason = refusalReasonSchema.safeParse(field);
      const count = Number(fields[at + 1]);
      const isCount = at % 2 === 0 && reason.success && Number.isSafeInteger(count);
      return isCount ? [{ reason: reason.data, count }] : [];
    });
    return counts.sort((a, b) => (a.reason < b.reason ? -1 : 1));
  }

  async count(): Promise<number> {
    return Number(await this.#desk.ask('HLEN', ALERTS.rows));
  }

  async forget(receivedBefore: number): Promise<number> {
    let forgotten = 0;
    // Closing the store ends it between two steps.
    for (let looked = FORGOTTEN_IN_STEP; looked === FORGOTTEN_IN_STEP && !this.#desk.isClosed; ) {
      const bounds = [`(${orderKey(receivedBefore)}`, FORGOTTEN_IN_STEP];
      const answer = textOfReply(await this.#write(FORGET, FORGOTTEN_KEYS, bounds));
      const [lookedAt = 0, gone = 0] = answer.split(' ').map(Number);
      looked = lookedAt;
      forgotten += gone;
    }
    return forgotten;
  }

  async close(): Promise<void> {
    this.#desk.close();
  }

  #write(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]) {
    const { duty, number } = this.#fence();
    return this.#desk.write(script, [leaseKey(duty), ...keys], [number, ...args]);
  }
}
