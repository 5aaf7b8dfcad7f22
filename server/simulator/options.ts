/** What the simulator is started with. Everything but the port, the clock, the randomness and the log has a default. */
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import type { ApplianceTimes } from './appliances/appliance-server';
import type { SignInClient } from './platform/sign-in-desk';
import type { SimClient } from './platform/tokens';
import type { CallRecord } from './world/call-records';

export interface MadeUpWorldOptions {
  readonly kind: 'made-up';
  readonly queues: number;
  readonly seed: number;
  /** The day since local midnight has already happened. */
  readonly warmUp: boolean;
  /** Interactions a queue and hour at the day's peak, on average; by default fewer the more queues there are. */
  readonly callsPerHour?: number;
}

export interface ReplayWorldOptions {
  readonly kind: 'replay';
  readonly records: readonly CallRecord[];
  /** 1: as fast as it was; 600: a day in 2.4 minutes. */
  readonly speed: number;
  /** Answered within this counts as met. Default 20 s. */
  readonly serviceLevelTargetMs?: number;
  /** Fraction to reach. Default 0.8. */
  readonly serviceLevelPercentage?: number;
  /** False: held until `POST /simulator/replay/start`. */
  readonly autoStart: boolean;
}

/** Devices of a made-up world, and the MQTT broker that they report to. */
export interface DeviceOptions {
  /** Of the broker; 0: any free one. */
  readonly port: number;
  readonly devices: number;
  /**
   * How long they have been at work already, and have kept what they had to tell. Default 15; 150 where the world is
   * warmed up and has faults of its own.
   */
  readonly pastMinutes?: number;
  /** Seeded faults of their own: one some 20 minutes old in a warmed-up world, more from when somebody listens. Default true. */
  readonly ownFaults?: boolean;
  /** Client id of a listener who has been there before: the broker knows its session. */
  readonly keptFor?: string;
  /** How often appliances measure and beat, on their links. Default 10 Hz and 5 s. */
  readonly applianceTimes?: Partial<ApplianceTimes>;
  /** Of tokens of the device cloud. Default an hour. */
  readonly tokenLifetimeSeconds?: number;
}

export interface SimulatorLimits {
  readonly requestsPerMinute: number;
  readonly topicsPerChannel: number;
  readonly channelsPerClient: number;
  readonly heartbeatMs: number;
  readonly channelLifetimeMs: number;
}

export interface SimulatorOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly host?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly world: MadeUpWorldOptions | ReplayWorldOptions;
  /** Absent: no broker and no devices. */
  readonly devices?: DeviceOptions;
  readonly clients?: readonly SimClient[];
  /** With which people sign in. */
  readonly signInClients?: readonly SignInClient[];
  readonly tokenLifetimeSeconds?: number;
  readonly limits?: Partial<SimulatorLimits>;
  /** IANA zone of the world's days. Default UTC. */
  readonly timeZone?: string;
  /** Permissions that no client has, e.g. `analytics:queueObservation:view`: REST and topics that need them refuse. */
  readonly missingPermissions?: readonly string[];
  /** Ids of queues whose topics are refused. */
  readonly forbiddenQueueIds?: readonly string[];
}

/** Of the device cloud, a company of its own. */
export const DEVICE_CLIENT: SimClient = { id: 'floorcast-devices', secret: 'floorcast-devices-secret' };
export const DEMO_CLIENT: SimClient = { id: 'floorcast-demo', secret: 'floorcast-demo-secret' };

/** One with a secret, one for PKCE alone. */
export const SIGN_IN_CLIENTS: readonly SignInClient[] = [
  { id: 'floorcast-sign-in', secret: 'floorcast-sign-in-secret' },
  { id: 'floorcast-sign-in-public', secret: null },
];

export const DEFAULT_LIMITS: SimulatorLimits = {
  requestsPerMinute: 300,
  topicsPerChannel: 1_000,
  channelsPerClient: 20,
  heartbeatMs: 30_000,
  channelLifetimeMs: 24 * 3_600_000,
};

export const DEFAULT_TOKEN_LIFETIME_SECONDS = 86_400;
export const DEVICE_TOKEN_LIFETIME_SECONDS = 3_600;
/** How often the world moves on: what changes is on its way within this time. */
export const WORLD_TICK_MS = 25;
export const DEFAULT_DEVICES = 400;
