/**
 * Alerts of one minute: what the devices of a fleet usually raise, what a burst adds, gathered by what they have in
 * common. Pure but for the randomness it is given.
 */
import type { Random } from '../../runtime/random';
import { HEARTBEAT, PRODUCTS, type Product } from './device-catalogue';
import type { FleetDevice } from './device-fleet';
import { normal, poisson, weighted } from './distributions';
import type { AlertBurst } from './quiet-troubles';
import { stableUuid } from './stable-id';

/** Alerts raised in a minute by devices that have all of this in common. */
export interface MinuteAlerts {
  readonly product: string;
  readonly firmwareVersion: string;
  readonly site: string;
  readonly sensorType: string;
  /** Name of the queue their owners call; `null`: none. */
  readonly queueName: string | null;
  readonly queueId: string | null;
  readonly raised: number;
  /** Who raised them, each once. */
  readonly deviceIds: readonly string[];
}

/** Standard deviation of the logarithm of a rate that wanders, and how long it remembers. */
const WANDER = 0.15;
const WANDER_MINUTES = 45;

/** Mean 1, and what it is now it will nearly be in a minute. */
export function createWander(random: Random): () => number {
  const keep = Math.exp(-1 / WANDER_MINUTES);
  const move = WANDER * Math.sqrt(1 - keep * keep);
  let log = WANDER * normal(random);
  return () => {
    log = keep * log + move * normal(random);
    return Math.exp(log - (WANDER * WANDER) / 2);
  };
}

/** Draws what each product's devices usually raise in a minute, busy by a factor. */
export function usualAlerts(
  random: Random,
  fleet: readonly FleetDevice[],
): (into: GatheredAlerts, factor: number) => void {
  const parts = PRODUCTS.map((product) => {
    const devices = fleet.filter((device) => device.product === product);
    const sums: number[] = [];
    let perMinute = 0;
    for (const device of devices) {
      perMinute += device.alertsPerHour / 60;
      sums.push(perMinute);
    }
    return { product, devices, sums, perMinute, wander: createWander(random) };
  });
  return (into, factor) => {
    for (const { product, devices, sums, perMinute, wander } of parts) {
      const count = poisson(random, perMinute * factor * wander());
      for (let n = 0; n < count; n += 1) {
        const device = devices[firstAbove(sums, random() * perMinute)];
        if (device !== undefined) into.add(device, drawSensor(random, product));
      }
    }
  };
}

function firstAbove(sums: readonly number[], value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same as the made-up centre's. */
export function queueIdOf(queueName: string): string {
  return stableUuid('queue', queueName);
}

const QUEUE_IDS = new Map(
  PRODUCTS.map((product) => [product, product.queueName === null ? null : queueIdOf(product.queueName)]),
);
const SENSORS = new Map(
  PRODUCTS.map((product) => [product, product.sensors.map((s) => [s.sensorType, s.weight] as const)]),
);

/** What of all that the product measures. */
function drawSensor(random: Random, product: Product): string {
  return weighted(random, SENSORS.get(product) ?? [], HEARTBEAT.sensorType);
}

export function addBurst(into: GatheredAlerts, random: Random, burst: AlertBurst, height: number): void {
  if (height === 0 || burst.devices.length === 0) return;
  const count = poisson(random, burst.perMinute * height);
  for (let n = 0; n < count; n += 1) {
    const device = burst.devices[Math.floor(random() * burst.devices.length)];
    if (device !== undefined) into.add(device, burst.sensorType ?? drawSensor(random, device.product));
  }
}

/** Alerts of one minute, by what they have in common. */
export class GatheredAlerts {
  readonly #byKey = new Map<
    string,
    { device: FleetDevice; sensorType: string; raised: number; ids: Set<string> }
  >();

  add(device: FleetDevice, sensorType: string): void {
    const key = `${device.product.name}|${device.firmwareVersion}|${device.site}|${sensorType}`;
    const entry = this.#byKey.get(key);
    if (entry === undefined) {
      this.#byKey.set(key, { device, sensorType, raised: 1, ids: new Set([device.deviceId]) });
      return;
    }
    entry.raised += 1;
    entry.ids.add(device.deviceId);
  }

  rows(): readonly MinuteAlerts[] {
    return Array.from(this.#byKey.values(), ({ device, sensorType, raised, ids }) => ({
      product: device.product.name,
      firmwareVersion: device.firmwareVersion,
      site: device.site,
      sensorType,
      queueName: device.product.queueName,
      queueId: QUEUE_IDS.get(device.product) ?? null,
      raised,
      deviceIds: [...ids],
    }));
  }
}
