/**
 * A fault of devices as it is played in the live world: which devices lose their heartbeat, which queue their owners
 * call, and how high both go at a moment. Pure but for the randomness it is given.
 */
import type { Random } from '../../runtime/random';
import { HEARTBEAT } from './device-catalogue';
import type { FleetDevice } from './device-fleet';
import {
  alertsHeight,
  callsHeight,
  endsAfterMinutes,
  type FaultCourse,
  peakAfterMinutes,
} from './fault-course';
import type { CallSurge, SimQueue } from './world';

/** What is asked for; what is not said is drawn. */
export interface LiveFaultWish extends FaultCourse {
  readonly product?: string | undefined;
  readonly firmwareVersion?: string | undefined;
  readonly site?: string | undefined;
  readonly share: number;
  readonly alertsTimes: number;
  readonly callsTimes: number;
}

export interface LiveFault {
  readonly startedAt: number;
  readonly wish: LiveFaultWish;
  readonly sensorType: string;
  readonly devices: readonly FleetDevice[];
  /** Index of the queue that is called; `null`: none. */
  readonly queue: number | null;
}

const MINUTE_MS = 60_000;
/** Against the firmware that most devices have. */
const BIG_SHARE = 0.6;

/** `null`: no device is like that. */
export function planLiveFault(
  random: Random,
  fleet: readonly FleetDevice[],
  queues: readonly SimQueue[],
  wish: LiveFaultWish,
  startedAt: number,
): LiveFault | null {
  const queueOf = ({ product }: FleetDevice) => queues.findIndex(({ name }) => name === product.queueName);
  const asked = fleet.filter((device) => isLike(device, wish));
  const mapped = asked.filter((device) => queueOf(device) !== -1);
  const from = mapped.length > 0 ? mapped : asked;
  const example = drawExample(random, from);
  if (example === undefined) return null;
  const exact = { product: example.product.name, firmwareVersion: example.firmwareVersion, site: wish.site };
  const all = fleet.filter((device) => isLike(device, exact));
  const hit = all.filter(() => random() < wish.share);
  const queue = queueOf(example);
  return {
    startedAt,
    wish,
    sensorType: HEARTBEAT.sensorType,
    devices: hit.length > 0 ? hit : [example],
    queue: queue === -1 ? null : queue,
  };
}

/** Of a firmware that many have: of the rare ones nobody would see a flood. */
function drawExample(random: Random, devices: readonly FleetDevice[]): FleetDevice | undefined {
  const bodies = new Map<string, FleetDevice[]>();
  for (const device of devices) {
    const key = `${device.product.name} ${device.firmwareVersion}`;
    const body = bodies.get(key);
    if (body === undefined) bodies.set(key, [device]);
    else body.push(device);
  }
  const most = Math.max(0, ...Array.from(bodies.values(), (body) => body.length));
  const big = [...bodies.values()].filter((body) => body.length >= most * BIG_SHARE).flat();
  return big[Math.floor(random() * big.length)];
}

function isLike(
  device: FleetDevice,
  wish: Pick<LiveFaultWish, 'product' | 'firmwareVersion' | 'site'>,
): boolean {
  return (
    (wish.product === undefined || device.product.name === wish.product) &&
    (wish.firmwareVersion === undefined || device.firmwareVersion === wish.firmwareVersion) &&
    (wish.site === undefined || device.site === wish.site)
  );
}

/** 0..1, of the alerts beyond the first. */
export function alertsHeightAt({ startedAt, wish }: LiveFault, at: number): number {
  return alertsHeight(wish, (at - startedAt) / MINUTE_MS);
}

/** 0..1, of the calls above usual. */
export function callsHeightAt({ startedAt, wish }: LiveFault, at: number): number {
  return callsHeight(wish, (at - startedAt) / MINUTE_MS);
}

/** Epoch ms: when callers begin, when most of them call, when nothing of it is left. */
export function faultTimes({ startedAt, wish }: LiveFault) {
  return {
    callsFrom: startedAt + wish.lagMinutes * MINUTE_MS,
    callsPeakAt: startedAt + peakAfterMinutes(wish) * MINUTE_MS,
    endsAt: startedAt + endsAfterMinutes(wish) * MINUTE_MS,
  };
}

/** The callers who follow; `null`: nobody does. */
export function surgeOf(fault: LiveFault): CallSurge | null {
  const { queue, wish } = fault;
  if (queue === null || wish.callsTimes <= 1) return null;
  const { callsFrom, endsAt } = faultTimes(fault);
  const height = (at: number) => callsHeightAt(fault, at);
  return { queue, from: callsFrom, until: endsAt, times: wish.callsTimes, height };
}
