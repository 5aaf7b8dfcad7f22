/**
 * The made-up fleet before anything happens to it: which devices there are, of which product, firmware and site, and
 * how often each of them raises an alert. The same options give the same fleet. Pure.
 */
import { type Random, seededRandom } from '../../runtime/random';
import { PRODUCTS, type Product, SITES } from './device-catalogue';
import { logNormal, weighted } from './distributions';

/** How a device writes: names in snake_case or camelCase, fields of its own, a clock that is off by so much. */
export interface DeviceHabits {
  readonly naming: 'snake' | 'camel';
  readonly extraFields: boolean;
  /** Sends an `alert_id` of its own. */
  readonly ownIds: boolean;
  /** How far its clock is ahead (> 0) or behind; 0 for nearly all. */
  readonly clockSkewMs: number;
}

export interface FleetDevice {
  readonly index: number;
  readonly deviceId: string;
  readonly product: Product;
  readonly firmwareVersion: string;
  readonly site: string;
  /** Usual alerts an hour, over the whole day. */
  readonly alertsPerHour: number;
  readonly habits: DeviceHabits;
}

export interface FleetOptions {
  readonly devices: number;
  readonly seed: number;
  /** Of the average device. */
  readonly alertsPerHour?: number;
}

export const DEFAULT_ALERTS_PER_HOUR = 0.5;
/** Some devices are much chattier than others: standard deviation of the logarithm of their rates. */
const RATE_SPREAD = 0.6;
const CAMEL_SHARE = 0.25;
const EXTRA_SHARE = 0.2;
const OWN_ID_SHARE = 0.6;
const SKEWED_SHARE = 0.02;
const SKEWS_MS: readonly number[] = [-7 * 86_400_000, -3_600_000, 7_200_000, 400 * 86_400_000];

export function planFleet(options: FleetOptions): readonly FleetDevice[] {
  const random = seededRandom(options.seed ^ 0xf1ee7);
  const mean = options.alertsPerHour ?? DEFAULT_ALERTS_PER_HOUR;
  const products = PRODUCTS.map((product) => [product, product.weight] as const);
  const [first] = PRODUCTS;
  if (first === undefined) throw new Error('invariant: there are products');
  const counts = new Map<string, number>();
  return Array.from({ length: options.devices }, (_, index) => {
    const product = weighted(random, products, first);
    const serial = (counts.get(product.name) ?? 0) + 1;
    counts.set(product.name, serial);
    return {
      index,
      deviceId: `${product.name.toLowerCase().replaceAll(' ', '-')}-${String(serial).padStart(4, '0')}`,
      product,
      firmwareVersion: weighted(random, product.firmware, product.firmware[0]?.[0] ?? '1.0'),
      site: weighted(random, SITES, SITES[0]?.[0] ?? ''),
      alertsPerHour: logNormal(random, mean, RATE_SPREAD),
      habits: drawHabits(random),
    };
  });
}

function drawHabits(random: Random): DeviceHabits {
  return {
    naming: random() < CAMEL_SHARE ? 'camel' : 'snake',
    extraFields: random() < EXTRA_SHARE,
    ownIds: random() < OWN_ID_SHARE,
    clockSkewMs: random() < SKEWED_SHARE ? (SKEWS_MS[Math.floor(random() * SKEWS_MS.length)] ?? 0) : 0,
  };
}
