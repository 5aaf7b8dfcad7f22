/**
 * The live fleet: its broker, what its devices do, their faults and the callers that follow, and the books of it. What
 * devices have to tell is kept until somebody listens for the first time. A warmed-up world is in the middle of a fault
 * of its seed; else the first begins when somebody listens: who has just started looking sees one in the first minute.
 */
import { seededRandom } from '../../runtime/random';
import type { FleetFault } from '../faults/fault';
import { createDayCurve } from '../world/day-curve';
import { createDeviceBooks, type DeviceFigures, type PublishedAlert } from '../world/device-books';
import { PRODUCTS } from '../world/device-catalogue';
import { type FleetDevice, planFleet } from '../world/device-fleet';
import { createDeviceLife, type Reach } from '../world/device-life';
import type { DeviceMessage } from '../world/device-message';
import { between } from '../world/distributions';
import { planEarlyFault } from '../world/early-fault';
import { faultTimes, type LiveFault, type LiveFaultWish, planLiveFault, surgeOf } from '../world/live-fault';
import type { CallSurge, SimQueue, World } from '../world/world';
import { startBroker } from './embedded-broker';

export interface DeviceDeskOptions {
  readonly world: World;
  readonly devices: number;
  readonly seed: number;
  readonly host: string;
  readonly port: number;
  /** Epoch ms. */
  readonly now: number;
  readonly timeZone: string;
  /** How long the devices have been at work when it starts. */
  readonly pastMinutes: number;
  /** False: only faults that are asked for. */
  readonly ownFaults: boolean;
  /** It begins in the middle of one, whose callers the world has been told of (`earlySurges`). */
  readonly hasEarlyFault: boolean;
  /** Client id of a listener whose session the broker knows already. */
  readonly keptFor?: string | undefined;
}

/** One rule of the device-to-queue mapping, as Floorcast's settings write it. */
export interface SimDeviceRule {
  readonly product: string;
  readonly queueId: string;
}

export interface DevicesTruth extends DeviceFigures {
  readonly devices: number;
  /** Messages that nobody has listened for yet. */
  readonly held: number;
  /** Messages that the broker has not taken yet; the figures are of those that it has. */
  readonly waiting: number;
  readonly queues: readonly ({ readonly queueId: string } & DeviceFigures)[];
  readonly faults: readonly DeviceFaultTruth[];
}

export interface DeviceFaultTruth {
  readonly product: string | null;
  readonly firmwareVersion: string | null;
  readonly sensorType: string;
  readonly devices: number;
  readonly queueId: string | null;
  readonly startedAt: number;
  readonly callsFrom: number;
  readonly callsPeakAt: number;
  readonly endsAt: number;
}

export interface DeviceDesk {
  /** `mqtt://127.0.0.1:PORT`. */
  readonly url: string;
  readonly rules: readonly SimDeviceRule[];
  readonly fleet: readonly FleetDevice[];
  /** Whether the device with that index can be reached. */
  reach(index: number): Reach;
  /** All that happens up to `now`. */
  step(now: number): void;
  /** How many devices or connections were hit. */
  perform(fault: FleetFault, now: number): number;
  truth(): DevicesTruth;
  alerts(): readonly PublishedAlert[];
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
const MAX_HELD = 20_000;
const MAX_FAULTS_TOLD = 50;
const FIRST_FAULT_MS = 15_000;
/** Where one has begun before. */
const NEXT_FAULT_MS = 10 * MINUTE_MS;
/** Quick enough to be watched: the flood at once, callers in a minute or two, their peak a few minutes later. */
export const WATCHABLE: LiveFaultWish = {
  ...{ riseMinutes: 0.5, plateauMinutes: 12, lagMinutes: 1.5, callsRiseMinutes: 4, halfLifeMinutes: 4 },
  ...{ share: 0.75, alertsTimes: 12, callsTimes: 3 },
};

/** The callers of the fault that such devices are in the middle of. */
export function earlySurges(
  { devices, seed, now }: Pick<DeviceDeskOptions, 'devices' | 'seed' | 'now'>,
  queues: readonly SimQueue[],
): readonly CallSurge[] {
  const fault = planEarlyFault(planFleet({ devices, seed }), { seed, now, queues });
  const surge = fault === null ? null : surgeOf(fault);
  return surge === null ? [] : [surge];
}

export async function startDevices(options: DeviceDeskOptions): Promise<DeviceDesk> {
  const { world } = options;
  const random = seededRandom(options.seed ^ 0xde51ce);
  const fleet = planFleet({ devices: options.devices, seed: options.seed });
  const books = createDeviceBooks(fleet);
  const faults: LiveFault[] = [];
  let held: DeviceMessage[] | null = [];
  let now = options.now;
  let nextFaultAt = Number.POSITIVE_INFINITY;
  let heardSomebody = false;
  const broker = await startBroker(options, () => {
    heardSomebody = true;
  });
  const publish = (message: DeviceMessage) => broker.publish(message, () => books.published(message));
  const life = createDeviceLife({
    fleet,
    random,
    curve: createDayCurve(options.timeZone),
    run: options.now.toString(36),
    send(message) {
      if (held === null || message.retain) publish(message);
      else hold(held, message);
    },
  });
  const rules = rulesOf(world.queues);
  const queueIdOf = new Map(
    PRODUCTS.map((p) => [p, rules.find((rule) => rule.product === p.pattern)?.queueId]),
  );

  function play(fault: LiveFault): number {
    life.begin(fault);
    faults.push(fault);
    if (faults.length > MAX_FAULTS_TOLD) faults.shift();
    return fault.devices.length;
  }
  function begin(wish: LiveFaultWish, at: number): number {
    const fault = planLiveFault(random, fleet, world.queues, wish, at);
    if (fault === null) return 0;
    const surge = surgeOf(fault);
    if (surge !== null) world.surge(surge);
    return play(fault);
  }
  function open(): void {
    const past = held ?? [];
    held = null;
    for (const message of past) publish(message);
    if (options.ownFaults) nextFaultAt = now + (faults.length > 0 ? NEXT_FAULT_MS : FIRST_FAULT_MS);
  }
  function step(to: number): void {
    now = to;
    if (heardSomebody && held !== null) open();
    if (now >= nextFaultAt) {
      begin(WATCHABLE, now);
      nextFaultAt = now + between(random, 25, 50) * MINUTE_MS;
    }
    life.advanceTo(now);
  }

  life.open(options.now - options.pastMinutes * MINUTE_MS);
  const early = options.hasEarlyFault ? planEarlyFault(fleet, { ...options, queues: world.queues }) : null;
  if (early !== null) play(early);
  step(options.now);
  return {
    url: `mqtt://${options.host}:${broker.port}`,
    rules,
    fleet,
    reach: life.reach,
    step,
    perform(fault, at) {
      switch (fault.kind) {
        case 'deviceFault':
          return begin(fault, at);
        case 'alertBurst':
          life.burst(fault.count, fault.level, at);
          return fleet.length;
        case 'cutBroker':
          return broker.cut();
        case 'loseDevice': {
          const device = fleet.find(({ deviceId }) => deviceId === fault.deviceId);
          return device !== undefined && life.lose(device.index, fault.forMs, at) ? 1 : 0;
        }
      }
    },
    truth: () => ({
      devices: fleet.length,
      held: held?.length ?? 0,
      waiting: broker.waitingCount,
      ...books.figures(),
      queues: rules.map(({ queueId }) => ({
        queueId,
        ...books.figures(({ product }) => queueIdOf.get(product) === queueId),
      })),
      faults: faults.map((fault) => faultTruth(fault, world.queues)),
    }),
    alerts: books.alerts,
    stop: broker.stop,
  };
}

function hold(held: DeviceMessage[], message: DeviceMessage): void {
  held.push(message);
  if (held.length > MAX_HELD) held.shift();
}

/** Patterns of products, to the queue of that name, where there is one. */
function rulesOf(queues: readonly SimQueue[]): readonly SimDeviceRule[] {
  const patterns = new Map(PRODUCTS.map(({ pattern, queueName }) => [pattern, queueName]));
  return [...patterns].flatMap(([product, queueName]) => {
    const queue = queues.find(({ name }) => name === queueName);
    return queue === undefined ? [] : [{ product, queueId: queue.id }];
  });
}

function faultTruth(fault: LiveFault, queues: readonly SimQueue[]): DeviceFaultTruth {
  const [example] = fault.devices;
  return {
    product: example?.product.name ?? null,
    firmwareVersion: example?.firmwareVersion ?? null,
    sensorType: fault.sensorType,
    devices: fault.devices.length,
    queueId: fault.queue === null ? null : (queues[fault.queue]?.id ?? null),
    startedAt: fault.startedAt,
    ...faultTimes(fault),
  };
}
