/**
 * What waits to be handed on, in memory: the alerts of one device in their order, one under way at a time; of all
 * devices first those with something critical, then by age. A device whose last try failed rests. Bounded: beyond
 * the bound deliveries stay in the store alone, and are read again when there is room.
 */
import { ALERT_LEVELS } from '../../lib/contracts/alert';
import type { StoredDelivery } from '../store/alert-ports';

interface Lane {
  /** By `seq`, the oldest first. */
  waiting: StoredDelivery[];
  isUnderWay: boolean;
  /** Monotonic ms. */
  restsUntil: number;
  /** Of its waiting ones, by level. */
  readonly counts: number[];
  /** In which line it stands now; -1: in none. */
  line: number;
}

const RANK: ReadonlyMap<string, number> = new Map(ALERT_LEVELS.map((level, index) => [level, index]));

export class OutboxQueue {
  readonly #lanes = new Map<string, Lane>();
  /** By the worst level of the lane, devices in the order in which they came; checked again when taken. */
  readonly #lines: Line[] = ALERT_LEVELS.map(() => new Line());
  readonly #bound: number;
  readonly #ids = new Set<string>();

  constructor(bound: number) {
    this.#bound = bound;
  }

  get size(): number {
    return this.#ids.size;
  }

  has(alertId: string): boolean {
    return this.#ids.has(alertId);
  }

  /** False: no room; it stays in the store. */
  add(delivery: StoredDelivery): boolean {
    if (this.#ids.size >= this.#bound) return false;
    const lane = this.#laneOf(delivery.deviceId);
    lane.waiting.push(delivery);
    lane.counts[rankOf(delivery)] = (lane.counts[rankOf(delivery)] ?? 0) + 1;
    this.#ids.add(delivery.alertId);
    this.#enlist(delivery.deviceId, lane);
    return true;
  }

  /** The next to be sent, now under way; `null`: none may. */
  next(now: number): StoredDelivery | null {
    for (const [rank, line] of this.#lines.entries()) {
      const found = line.take((deviceId) => {
        const lane = this.#lanes.get(deviceId);
        if (lane === undefined || lane.line !== rank) return 'drop';
        return lane.isUnderWay || lane.restsUntil > now ? 'keep' : 'take';
      });
      const lane = found === null ? undefined : this.#lanes.get(found);
      const head = lane?.waiting[0];
      if (lane === undefined || head === undefined) continue;
      lane.line = -1;
      lane.isUnderWay = true;
      return head;
    }
    return null;
  }

  /** It is sent, or dead: the next of its device may follow. */
  done({ deviceId }: StoredDelivery): void {
    const lane = this.#lanes.get(deviceId);
    const gone = lane?.waiting.shift();
    if (lane === undefined || gone === undefined) return;
    lane.counts[rankOf(gone)] = (lane.counts[rankOf(gone)] ?? 1) - 1;
    lane.isUnderWay = false;
    this.#ids.delete(gone.alertId);
    if (lane.waiting.length === 0) this.#lanes.delete(deviceId);
    else this.#enlist(deviceId, lane);
  }

  /** It failed: tried again, as `row` says now, not before `until`. */
  rest(row: StoredDelivery, until: number): void {
    const lane = this.#lanes.get(row.deviceId);
    if (lane === undefined) return;
    lane.waiting[0] = row;
    lane.isUnderWay = false;
    lane.restsUntil = until;
    this.#enlist(row.deviceId, lane);
  }

  /** When the first device that rests may be tried; `null`: none rests. */
  nextRestEnd(now: number): number | null {
    let first: number | null = null;
    for (const { restsUntil, isUnderWay } of this.#lanes.values()) {
      if (!isUnderWay && restsUntil > now && (first === null || restsUntil < first)) first = restsUntil;
    }
    return first;
  }

  oldestAt(): number | null {
    let oldest: number | null = null;
    for (const { waiting } of this.#lanes.values()) {
      const raisedAt = waiting[0]?.raisedAt;
      if (raisedAt !== undefined && (oldest === null || raisedAt < oldest)) oldest = raisedAt;
    }
    return oldest;
  }

  #laneOf(deviceId: string): Lane {
    const held = this.#lanes.get(deviceId);
    if (held !== undefined) return held;
    const counts = ALERT_LEVELS.map(() => 0);
    const lane: Lane = { waiting: [], isUnderWay: false, restsUntil: 0, counts, line: -1 };
    this.#lanes.set(deviceId, lane);
    return lane;
  }

  /** In the line of its worst level: something critical takes all before it along. */
  #enlist(deviceId: string, lane: Lane): void {
    const rank = lane.counts.findIndex((count) => count > 0);
    if (rank === -1 || lane.line === rank || lane.isUnderWay) return;
    lane.line = rank;
    this.#lines[rank]?.push(deviceId);
  }
}

function rankOf({ level }: StoredDelivery): number {
  return RANK.get(level) ?? ALERT_LEVELS.length - 1;
}

type Verdict = 'take' | 'keep' | 'drop';

/** First in, first out; who cannot go yet goes to the end. */
class Line {
  #places: string[] = [];
  #first = 0;

  push(deviceId: string): void {
    this.#places.push(deviceId);
  }

  take(judge: (deviceId: string) => Verdict): string | null {
    const end = this.#places.length;
    while (this.#first < end) {
      const deviceId = this.#places[this.#first++] ?? '';
      const verdict = judge(deviceId);
      if (verdict === 'keep') this.#places.push(deviceId);
      if (verdict === 'take') return deviceId;
    }
    this.#places = this.#places.slice(this.#first);
    this.#first = 0;
    return null;
  }
}
