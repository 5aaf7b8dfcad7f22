/**
 * What happens in a day in which nothing is wrong: a device that chatters, a site whose line is gone for a moment, a
 * product that is used more, a queue that is called for reasons of its own. None of it follows from any other. Pure.
 */
import type { Random } from '../../runtime/random';
import type { FleetDevice } from './device-fleet';
import { between, poisson } from './distributions';

/** More alerts than usual of those devices, by so many a minute in all. */
export interface AlertBurst {
  readonly fromMinute: number;
  readonly minutes: number;
  readonly perMinute: number;
  readonly devices: readonly FleetDevice[];
  /** `null`: whatever they measure. */
  readonly sensorType: string | null;
}

/** So many times the usual calls at its height, rising and falling evenly. */
export interface CallPeak {
  readonly queue: number;
  readonly fromMinute: number;
  readonly minutes: number;
  readonly times: number;
}

export interface QuietTroubles {
  readonly bursts: readonly AlertBurst[];
  readonly peaks: readonly CallPeak[];
}

/** A day, on average. */
const CHATTERS = 8;
const SITE_BLIPS = 2;
const BUSY_PRODUCTS = 1;
const CALL_PEAKS = 3;

export function drawTroubles(
  random: Random,
  fleet: readonly FleetDevice[],
  queues: number,
  minutes: number,
): QuietTroubles {
  const days = minutes / 1_440;
  const some = <T>(mean: number, draw: (fromMinute: number) => T) =>
    Array.from({ length: poisson(random, mean * days) }, () => draw(Math.floor(random() * minutes)));
  const one = () => fleet[Math.floor(random() * fleet.length)];
  const bursts = [
    ...some(CHATTERS, (from) => chatter(random, from, one())),
    ...some(SITE_BLIPS, (from) => siteBlip(random, from, fleet, one())),
    ...some(BUSY_PRODUCTS, (from) => busyProduct(random, from, fleet, one())),
  ];
  const peaks = some(CALL_PEAKS, (fromMinute) => ({
    queue: Math.floor(random() * queues),
    fromMinute,
    minutes: Math.round(between(random, 15, 60)),
    times: between(random, 1.4, 2.5),
  }));
  return { bursts, peaks };
}

/** A loose contact: one device, a few alerts a minute. */
function chatter(random: Random, fromMinute: number, device: FleetDevice | undefined): AlertBurst {
  const minutes = Math.round(between(random, 3, 10));
  const devices = device === undefined ? [] : [device];
  return { fromMinute, minutes, perMinute: between(random, 0.5, 2), devices, sensorType: null };
}

/** A fifth of the devices of a site lose their heartbeat for a moment. */
function siteBlip(
  random: Random,
  fromMinute: number,
  fleet: readonly FleetDevice[],
  like: FleetDevice | undefined,
): AlertBurst {
  const devices = fleet.filter((device) => device.site === like?.site && random() < 0.2);
  const minutes = 3;
  return { fromMinute, minutes, perMinute: devices.length / minutes, devices, sensorType: 'heartbeat' };
}

/** Hot weather, a holiday: half as many again of what a product usually says. */
function busyProduct(
  random: Random,
  fromMinute: number,
  fleet: readonly FleetDevice[],
  like: FleetDevice | undefined,
): AlertBurst {
  const devices = fleet.filter((device) => device.product === like?.product);
  const usual = devices.reduce((sum, device) => sum + device.alertsPerHour, 0) / 60;
  const minutes = Math.round(between(random, 20, 60));
  const perMinute = usual * between(random, 0.3, 0.6);
  return { fromMinute, minutes, perMinute, devices, sensorType: null };
}

/** 1 outside of it; at its middle `times`. */
export function peakFactor(peak: CallPeak, minute: number): number {
  const since = minute - peak.fromMinute;
  if (since < 0 || since >= peak.minutes) return 1;
  const height = 1 - Math.abs((2 * since) / peak.minutes - 1);
  return 1 + (peak.times - 1) * height;
}
