/**
 * Devices and callers minute by minute, without sockets and without a clock: what a detector of faults is measured on.
 * A world without a fault is quiet, not still: days have a curve, counts are Poisson around a rate that wanders, devices
 * chatter, queues have peaks of their own. With a fault, one firmware of one product raises so many times its usual
 * alerts, and the callers of its queue follow after a lag. The same seed and options give the same world.
 */
import { must } from '../../../lib/assert';
import { seededRandom } from '../../runtime/random';
import { createDayCurve } from './day-curve';
import { HEARTBEAT, PRODUCTS } from './device-catalogue';
import { DEFAULT_ALERTS_PER_HOUR, type FleetDevice, planFleet } from './device-fleet';
import { between, poisson, weighted } from './distributions';
import { alertsHeight, callsHeight, drawCourse, type FaultCourse, peakAfterMinutes } from './fault-course';
import {
  addBurst,
  createWander,
  GatheredAlerts,
  type MinuteAlerts,
  queueIdOf,
  usualAlerts,
} from './minute-alerts';
import { type AlertBurst, drawTroubles, peakFactor } from './quiet-troubles';

export interface FaultWish {
  /** Minute in which the first alert above usual comes. */
  readonly atMinute: number;
  /** Default: one that is drawn, and that a queue is there for. */
  readonly product?: string;
  readonly firmwareVersion?: string;
  /** Share of that firmware's devices that have it. Default 0.7. */
  readonly share?: number;
  /** Alerts of the firmware's devices at their height, as a multiple of usual. Default 3. */
  readonly alertsTimes?: number;
  /** Offered calls of the queue at their peak, as a multiple of usual; 1: nobody calls. Default 3. */
  readonly callsTimes?: number;
  /** Drawn where nothing is said. */
  readonly course?: Partial<FaultCourse>;
}

export interface FaultWorldOptions {
  readonly hours: number;
  /** Epoch ms of minute 0. Default midnight UTC of a day in May. */
  readonly startsAt?: number;
  /** Default 1,200. */
  readonly devices?: number;
  /** Of the average device. Default 0.5. */
  readonly alertsPerHour?: number;
  /** Of the average queue at its day's peak. Default 150. */
  readonly callsPerHour?: number;
  /** False: no chatter, no peaks, only curves and noise. Default true. */
  readonly troubles?: boolean;
  readonly fault?: FaultWish;
}

export interface MinuteRow {
  readonly minute: number;
  /** Epoch ms at which the minute begins. */
  readonly at: number;
  /** Only those who raised any. */
  readonly alerts: readonly MinuteAlerts[];
  /** Calls offered in the minute, in the order of `queues`. */
  readonly offered: readonly number[];
}

/** What was injected, as the world knows it. Minutes count from the world's beginning. */
export interface InjectedWorldFault {
  readonly product: string;
  readonly firmwareVersion: string;
  readonly sensorType: string;
  readonly queueId: string;
  readonly devices: number;
  readonly alertsFromMinute: number;
  readonly callsFromMinute: number;
  readonly peakMinute: number;
}

export interface FaultWorld {
  readonly queues: readonly { readonly id: string; readonly name: string }[];
  readonly fleet: readonly FleetDevice[];
  readonly fault: InjectedWorldFault | null;
  /** Once through; asked again it begins anew, with the same rows. */
  rows(): Iterable<MinuteRow>;
}

const MINUTE_MS = 60_000;
const DEFAULT_START = Date.UTC(2026, 4, 12);
/** Queues and their traffic, which is not the same each day; the last three have no devices. */
const QUEUES: readonly (readonly [name: string, weight: number])[] = [
  ['Washers', 1.4],
  ['Ovens', 0.9],
  ['Fridges', 1.2],
  ['Dryers', 0.7],
  ['Dishwashers', 1.1],
  ['Smart Home', 1.1],
  ['Parts', 0.8],
  ['Billing', 1.1],
  ['Warranty', 0.9],
];
/** Devices are used by day too, but hum on at night: share of the curve that they follow. */
const ALERT_CURVE = 0.4;

export function createFaultWorld(seed: number, options: FaultWorldOptions): FaultWorld {
  const devices = options.devices ?? 1_200;
  const alertsPerHour = options.alertsPerHour ?? DEFAULT_ALERTS_PER_HOUR;
  const fleet = planFleet({ devices, seed, alertsPerHour });
  const queues = QUEUES.map(([name]) => ({ id: queueIdOf(name), name }));
  const planned = planFault(seed, fleet, options.fault);
  return {
    queues,
    fleet,
    fault: planned?.told ?? null,
    rows: () => play(seed, options, fleet, planned),
  };
}

interface PlannedFault {
  readonly told: InjectedWorldFault;
  readonly course: FaultCourse;
  readonly burst: AlertBurst;
  readonly queue: number;
  readonly callsTimes: number;
}

function planFault(
  seed: number,
  fleet: readonly FleetDevice[],
  wish: FaultWish | undefined,
): PlannedFault | null {
  if (wish === undefined) return null;
  const random = seededRandom(seed ^ 0xfa117);
  const mapped = PRODUCTS.filter((product) => product.queueName !== null);
  const wanted = mapped.find(({ name }) => name === wish.product);
  const product = wanted ?? must(mapped[Math.floor(random() * mapped.length)], 'a product with a queue');
  const { firmware } = product;
  const version = wish.firmwareVersion ?? weighted(random, firmware, firmware[0]?.[0] ?? '');
  const all = fleet.filter((one) => one.product === product && one.firmwareVersion === version);
  const share = wish.share ?? 0.7;
  const hit = all.filter(() => random() < share);
  const usual = all.reduce((sum, device) => sum + device.alertsPerHour, 0) / 60;
  const course = { ...drawCourse(random), ...wish.course };
  const queueName = product.queueName ?? '';
  const told = {
    product: product.name,
    firmwareVersion: version,
    sensorType: HEARTBEAT.sensorType,
    queueId: queueIdOf(queueName),
    devices: hit.length,
    alertsFromMinute: wish.atMinute,
    callsFromMinute: wish.atMinute + course.lagMinutes,
    peakMinute: wish.atMinute + peakAfterMinutes(course),
  };
  const perMinute = usual * ((wish.alertsTimes ?? 3) - 1);
  const burst = {
    fromMinute: wish.atMinute,
    minutes: 0,
    perMinute,
    devices: hit,
    sensorType: told.sensorType,
  };
  const queue = QUEUES.findIndex(([name]) => name === queueName);
  return { told, course, burst, queue, callsTimes: wish.callsTimes ?? 3 };
}

function* play(
  seed: number,
  options: FaultWorldOptions,
  fleet: readonly FleetDevice[],
  planned: PlannedFault | null,
): Generator<MinuteRow> {
  const random = seededRandom(seed ^ 0x0ddba11);
  const startsAt = options.startsAt ?? DEFAULT_START;
  const minutes = Math.round(options.hours * 60);
  const curve = createDayCurve('UTC');
  const calm = { bursts: [], peaks: [] };
  const { bursts, peaks } =
    options.troubles === false ? calm : drawTroubles(random, fleet, QUEUES.length, minutes);
  const perHour = options.callsPerHour ?? 150;
  const usual = usualAlerts(random, fleet);
  const rates = QUEUES.map(([, weight]) => (perHour / 60) * weight * between(random, 0.8, 1.2));
  const wanders = QUEUES.map(() => createWander(random));
  for (let minute = 0; minute < minutes; minute += 1) {
    const at = startsAt + minute * MINUTE_MS;
    const busy = curve(at);
    const gathered = new GatheredAlerts();
    usual(gathered, 1 - ALERT_CURVE + ALERT_CURVE * busy);
    for (const burst of bursts) {
      const isOn = minute >= burst.fromMinute && minute < burst.fromMinute + burst.minutes;
      if (isOn) addBurst(gathered, random, burst, 1);
    }
    if (planned !== null) {
      const since = minute - planned.burst.fromMinute;
      addBurst(gathered, random, planned.burst, alertsHeight(planned.course, since));
    }
    const offered = rates.map((rate, queue) => {
      const peaked = peaks.reduce(
        (factor, p) => (p.queue === queue ? factor * peakFactor(p, minute) : factor),
        1,
      );
      const followed = planned?.queue === queue ? followers(planned, minute) : 1;
      return poisson(random, rate * busy * peaked * followed * (wanders[queue]?.() ?? 1));
    });
    yield { minute, at, alerts: gathered.rows(), offered };
  }
}

function followers({ course, burst, callsTimes }: PlannedFault, minute: number): number {
  return 1 + (callsTimes - 1) * callsHeight(course, minute - burst.fromMinute);
}
