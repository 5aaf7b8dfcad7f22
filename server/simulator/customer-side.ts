/**
 * The customers' side of the simulator: who owns the devices, the device cloud, the appliances' links, and a gateway for
 * transcripts. Without devices there are neither cloud nor links, and every caller is unknown.
 */
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import {
  type ApplianceServer,
  type ApplianceTimes,
  createApplianceServer,
  USUAL_TIMES,
} from './appliances/appliance-server';
import { createDeviceCloud, type DeviceCloud } from './cloud/device-cloud';
import type { ConversationBook } from './conversations/conversation-book';
import { type ConversationControl, createConversationControl } from './conversations/conversation-control';
import { createMessageDesk, type MessageDesk } from './conversations/message-desk';
import type { DeviceDesk } from './devices/device-desk';
import type { DeviceFault } from './faults/fault';
import type { FaultSource } from './faults/fault-board';
import { DEVICE_CLIENT } from './options';
import type { Customer } from './world/customers';
import type { SimQueue } from './world/world';

export interface CustomerSideOptions {
  readonly devices: DeviceDesk | null;
  readonly customers: readonly Customer[];
  readonly conversations: ConversationBook;
  readonly queues: readonly SimQueue[];
  readonly seed: number;
  readonly times?: Partial<ApplianceTimes> | undefined;
  readonly tokenLifetimeSeconds: number;
  readonly faults: FaultSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface CustomerSide {
  /** `null`: there are no devices. */
  readonly cloud: DeviceCloud | null;
  readonly appliances: ApplianceServer | null;
  readonly customers: readonly Customer[];
  readonly calls: ConversationControl;
  readonly messages: MessageDesk;
  /** How many devices, links or clients were hit. */
  perform(fault: DeviceFault): number;
}

export function createCustomerSide(options: CustomerSideOptions): CustomerSide {
  const { devices, customers, clock, log, faults, seed } = options;
  const cloud = devices === null ? null : createCloud(options, devices);
  const appliances =
    devices === null || cloud === null
      ? null
      : createApplianceServer({
          ...{ ...USUAL_TIMES, ...options.times, seed, clock, log, faults },
          ...{ fleet: devices.fleet, reach: devices.reach, isGood: cloud.isGood },
        });
  return {
    ...{ cloud, appliances, customers },
    calls: createConversationControl({
      ...{ conversations: options.conversations, queues: options.queues, customers },
      isOnline: (index) => devices?.reach(index).online ?? false,
      now: () => clock.now(),
    }),
    messages: createMessageDesk(() => clock.now()),
    perform(fault) {
      switch (fault.kind) {
        case 'cutAppliances':
          return appliances?.cut(fault.deviceId) ?? 0;
        case 'revokeDeviceTokens':
          return cloud?.revoke() ?? 0;
        default:
          return devices?.perform(fault, clock.now()) ?? 0;
      }
    },
  };
}

function createCloud(options: CustomerSideOptions, { fleet, reach }: DeviceDesk): DeviceCloud {
  const { customers, clock, random, tokenLifetimeSeconds } = options;
  return createDeviceCloud({
    ...{ fleet, customers, random, tokenLifetimeSeconds, reach },
    clients: [DEVICE_CLIENT],
    now: () => clock.now(),
    monotonicNow: () => clock.monotonicNow(),
  });
}
