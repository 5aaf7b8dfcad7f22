/**
 * The fleet at work: a seeded discrete-event simulation of what its devices report, told the time from outside. A
 * device raises at its own rate, by day more than at night; what it raises clears after a while. Now and then one is
 * lost and comes back, with what it has kept meanwhile; now and then a message comes twice, or broken.
 */
import type { Random } from '../../runtime/random';
import type { DayCurve } from './day-curve';
import { HEARTBEAT, type Sensor } from './device-catalogue';
import type { FleetDevice } from './device-fleet';
import {
  alertMessage,
  type DeviceLevel,
  type DeviceMessage,
  malformedMessage,
  type Reading,
  statusMessage,
} from './device-message';
import { between, exponential, logNormal, weighted } from './distributions';
import { createEventHeap } from './event-heap';
import { alertsHeightAt, type LiveFault } from './live-fault';

export interface DeviceLifeOptions {
  readonly fleet: readonly FleetDevice[];
  readonly random: Random;
  readonly curve: DayCurve;
  /** Makes alert ids of this run unlike those of another. */
  readonly run: string;
  send(message: DeviceMessage): void;
}

/** Whether it can be reached, and since when. */
export interface Reach {
  readonly online: boolean;
  readonly since: number;
}

export interface DeviceLife {
  /** The devices come online, and begin. */
  open(at: number): void;
  /** Sends all that happens up to `now`, in order. */
  advanceTo(now: number): void;
  begin(fault: LiveFault): void;
  /** So many alerts at once, one after the other over the fleet; they clear after some minutes. */
  burst(count: number, level: DeviceLevel, at: number): void;
  /** Of the device with that index in the fleet. */
  reach(index: number): Reach;
  /** It is lost for so long; `false`: it is already, or there is none. */
  lose(index: number, forMs: number, at: number): boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LEVELS: readonly (readonly [DeviceLevel, number])[] = [
  ['info', 0.45],
  ['warning', 0.4],
  ['critical', 0.15],
];
/** Devices hum on at night: share of the day's curve that they follow. */
const CURVE_SHARE = 0.4;
const CLEARS_AFTER_MS = 8 * MINUTE_MS;
const CLEAR_SPREAD = 0.8;
/** A device that says `threshold_exceeded: false` instead of `normal`. */
const BY_THRESHOLD = 0.3;
const TWICE = 0.02;
const ROUTINE_MS = 15 * MINUTE_MS;
const MALFORMED_EVERY_MS = 8 * MINUTE_MS;
/** Of one device. */
const LOST_EVERY_MS = 20 * HOUR_MS;
const LOST_FOR_MS = 6 * MINUTE_MS;
/** What a device without a connection keeps; older ones are lost. */
const KEPT_OFFLINE = 20;

interface Living {
  readonly device: FleetDevice;
  online: boolean;
  since: number;
  /** Sensors with an active alert; `fault`: only the fault's end clears it. */
  readonly active: Map<string, 'usual' | 'fault'>;
  readonly kept: DeviceMessage[];
  routine: number;
}

export function createDeviceLife(options: DeviceLifeOptions): DeviceLife {
  const { fleet, random, curve } = options;
  const heap = createEventHeap();
  const lives = fleet.map(
    (device): Living => ({
      device,
      online: true,
      since: 0,
      active: new Map(),
      kept: [],
      routine: device.index,
    }),
  );
  let nextAlert = 1;
  const anyone = () => lives[Math.floor(random() * lives.length)];

  function tell(life: Living, message: DeviceMessage): void {
    if (life.online) options.send(message);
    else {
      life.kept.push(message);
      if (life.kept.length > KEPT_OFFLINE) life.kept.shift();
    }
  }
  function report(life: Living, reading: Omit<Reading, 'alertId'>): void {
    const raises = reading.level !== 'normal' && reading.exceeded;
    const alertId = raises && life.device.habits.ownIds ? `${options.run}-${nextAlert}` : null;
    if (raises) nextAlert += 1;
    const message = alertMessage(life.device, { ...reading, alertId });
    tell(life, message);
    // The device did not see the acknowledgement, and sends the same again.
    if (raises && random() < TWICE)
      heap.plan(reading.at + between(random, 200, 4_000), () => tell(life, message));
  }
  function raise(life: Living, sensor: Sensor, level: DeviceLevel, at: number): void {
    life.active.set(sensor.sensorType, 'usual');
    report(life, { ...reading(sensor), level, exceeded: true, at });
    const clearsAt = at + logNormal(random, CLEARS_AFTER_MS, CLEAR_SPREAD);
    heap.plan(clearsAt, (when) => {
      if (life.active.get(sensor.sensorType) === 'usual') clear(life, sensor, level, when);
    });
  }
  function clear(life: Living, sensor: Sensor, level: DeviceLevel, at: number): void {
    life.active.delete(sensor.sensorType);
    const byThreshold = random() < BY_THRESHOLD;
    report(life, { ...calm(sensor), level: byThreshold ? level : 'normal', exceeded: false, at });
  }
  function reading({ sensorType, range: [low, high] }: Sensor) {
    return { sensorType, value: Math.round(between(random, low, high) * 10) / 10 };
  }
  function calm({ sensorType, range: [low] }: Sensor) {
    return { sensorType, value: Math.round(low * between(random, 0.3, 0.9) * 10) / 10 };
  }

  /** Drawn at the peak's rate, and raised as often as the hour is busy. */
  function planUsual(life: Living, at: number): void {
    const gapMs = exponential(random, HOUR_MS / life.device.alertsPerHour);
    heap.plan(at + gapMs, (when) => {
      planUsual(life, when);
      if (random() > 1 - CURVE_SHARE + CURVE_SHARE * curve(when)) return;
      const { sensors } = life.device.product;
      const sensor = weighted(
        random,
        sensors.map((one) => [one, one.weight] as const),
        HEARTBEAT,
      );
      if (!life.active.has(sensor.sensorType)) raise(life, sensor, weighted(random, LEVELS, 'info'), when);
    });
  }
  /** Tells that all is well with one of its sensors after the other, also of what it had raised before it was started. */
  function planRoutine(life: Living, at: number): void {
    heap.plan(at + exponential(random, ROUTINE_MS), (when) => {
      planRoutine(life, when);
      const { sensors } = life.device.product;
      life.routine += 1;
      const sensor = sensors[life.routine % sensors.length] ?? HEARTBEAT;
      if (life.active.has(sensor.sensorType)) return;
      report(life, { ...calm(sensor), level: 'normal', exceeded: false, at: when });
    });
  }
  function planLoss(at: number): void {
    heap.plan(at + exponential(random, LOST_EVERY_MS / lives.length), (when) => {
      planLoss(when);
      const life = anyone();
      if (life?.online !== true) return;
      lose(life, logNormal(random, LOST_FOR_MS, CLEAR_SPREAD), when);
    });
  }
  function lose(life: Living, forMs: number, at: number): void {
    options.send(statusMessage(life.device, false, at));
    life.online = false;
    life.since = at;
    heap.plan(at + forMs, (back) => {
      life.online = true;
      life.since = back;
      options.send(statusMessage(life.device, true, back));
      for (const message of life.kept.splice(0)) options.send(message);
    });
  }
  function planMalformed(at: number): void {
    heap.plan(at + exponential(random, MALFORMED_EVERY_MS), (when) => {
      planMalformed(when);
      const life = anyone();
      if (life?.online === true) options.send(malformedMessage(life.device, when, random));
    });
  }

  function planRepeats(life: Living, fault: LiveFault, at: number, endsAt: number): void {
    const perHour = life.device.alertsPerHour * fault.wish.alertsTimes;
    heap.plan(at + exponential(random, HOUR_MS / perHour), (when) => {
      if (when >= endsAt) return;
      if (random() < alertsHeightAt(fault, when)) raiseFault(life, when);
      planRepeats(life, fault, when, endsAt);
    });
  }
  function raiseFault(life: Living, at: number): void {
    life.active.set(HEARTBEAT.sensorType, 'fault');
    report(life, { ...reading(HEARTBEAT), level: 'critical', exceeded: true, at });
  }

  return {
    open(at) {
      if (lives.length === 0) return;
      for (const life of lives) {
        options.send(statusMessage(life.device, true, at));
        life.since = at;
        planUsual(life, at);
        planRoutine(life, at);
      }
      planLoss(at);
      planMalformed(at);
    },
    advanceTo(now) {
      for (let event = heap.takeDue(now); event !== null; event = heap.takeDue(now)) event.run(event.at);
    },
    begin(fault) {
      const { wish, startedAt } = fault;
      const fallsAt = startedAt + (wish.riseMinutes + wish.plateauMinutes) * MINUTE_MS;
      for (const { index } of fault.devices) {
        const life = lives[index];
        if (life === undefined) continue;
        const endsAt = fallsAt + exponential(random, wish.halfLifeMinutes * MINUTE_MS);
        heap.plan(startedAt + random() * wish.riseMinutes * MINUTE_MS, (when) => {
          raiseFault(life, when);
          planRepeats(life, fault, when, endsAt);
        });
        heap.plan(endsAt, (when) => clear(life, HEARTBEAT, 'critical', when));
      }
    },
    reach(index) {
      const { online, since } = lives[index] ?? { online: false, since: 0 };
      return { online, since };
    },
    lose(index, forMs, at) {
      const life = lives[index];
      if (life?.online !== true) return false;
      lose(life, forMs, at);
      return true;
    },
    burst(count, level, at) {
      for (let n = 0; n < count; n += 1) {
        const life = lives[n % lives.length];
        const { sensors } = life?.device.product ?? { sensors: [] };
        const sensor = sensors[Math.floor(n / lives.length) % sensors.length] ?? HEARTBEAT;
        // No two at the same moment of the same device: without an id of its own the time tells alerts apart.
        const when = at + Math.floor(n / lives.length);
        if (life !== undefined) heap.plan(when, (due) => raise(life, sensor, level, due));
      }
    },
  };
}
