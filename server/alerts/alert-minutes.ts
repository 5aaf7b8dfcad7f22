/**
 * New alerts by the minute in which they were raised, whenever they came, until that minute is taken. Bounded: what is
 * beyond is not counted.
 */
import type { PlacedAlert } from './alerts';
import type { CauseMinute } from './fault-detector';

/** Of one minute; more devices than this are counted, not named. */
const MAX_CAUSES = 5_000;
const MAX_DEVICES = 1_000;
/** Of all minutes that were not taken yet. */
const MAX_ALERTS = 200_000;

type Traits = Omit<CauseMinute, 'raised' | 'deviceIds'>;

interface Gathered {
  readonly traits: Traits;
  raised: number;
  readonly deviceIds: Set<string>;
}

interface Minute {
  /** Also of devices that belong to no queue. */
  total: number;
  readonly causes: Map<string, Gathered>;
}

export class AlertMinutes {
  readonly #minutes = new Map<number, Minute>();
  #count = 0;

  /** `minute`: whole ones since the epoch. */
  add(minute: number, { alert, queueId }: PlacedAlert): void {
    if (this.#count >= MAX_ALERTS) return;
    const held = this.#minutes.get(minute) ?? { total: 0, causes: new Map() };
    this.#minutes.set(minute, held);
    held.total += 1;
    this.#count += 1;
    if (queueId !== null) gather(held.causes, traitsOf(alert, queueId), alert.deviceId);
  }

  /** How many were raised in it, by anybody. */
  total(minute: number): number {
    return this.#minutes.get(minute)?.total ?? 0;
  }

  /** The oldest minute in which anything was raised; `null`: there is none. */
  oldest(): number | null {
    return this.#minutes.size === 0 ? null : Math.min(...this.#minutes.keys());
  }

  /** Queues whose devices raised anything. */
  queueIds(): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const { causes } of this.#minutes.values())
      for (const { traits } of causes.values()) ids.add(traits.queueId);
    return ids;
  }

  /** What was raised in a minute; it is forgotten. */
  take(minute: number): readonly CauseMinute[] {
    const held = this.#minutes.get(minute);
    if (held === undefined) return [];
    this.#minutes.delete(minute);
    this.#count -= held.total;
    return Array.from(held.causes.values(), ({ traits, raised, deviceIds }) => {
      return { ...traits, raised, deviceIds: [...deviceIds] };
    });
  }

  forgetBefore(minute: number): void {
    for (const held of [...this.#minutes.keys()]) if (held < minute) this.take(held);
  }
}

/** One alert that came after its minute was taken; `null`: its device belongs to no queue. */
export function lateCause({ alert, queueId }: PlacedAlert): CauseMinute | null {
  return queueId === null ? null : { ...traitsOf(alert, queueId), raised: 1, deviceIds: [alert.deviceId] };
}

function traitsOf({ product, firmwareVersion, sensorType }: PlacedAlert['alert'], queueId: string): Traits {
  return { queueId, product, firmwareVersion, sensorType };
}

function gather(causes: Map<string, Gathered>, traits: Traits, deviceId: string): void {
  const key = JSON.stringify([traits.queueId, traits.product, traits.firmwareVersion, traits.sensorType]);
  const held = causes.get(key);
  if (held === undefined && causes.size >= MAX_CAUSES) return;
  const own = held ?? { traits, raised: 0, deviceIds: new Set<string>() };
  own.raised += 1;
  if (own.deviceIds.size < MAX_DEVICES) own.deviceIds.add(deviceId);
  causes.set(key, own);
}
