/**
 * The states, events and effects of a notification channel, as data. Times are monotonic ms. Every effect that has a
 * result carries the number of its attempt, and the result brings it back.
 */
import type { Failure } from '../runtime/errors';

export interface ChannelAddress {
  readonly id: string;
  readonly connectUri: string;
  /** Monotonic ms of the last renewal, and how long one lasts. */
  readonly renewedAt: number;
  readonly lifeMs: number;
}

/** A topic that the platform does not let this client have. */
export interface RejectedTopic {
  readonly topic: string;
  readonly missingPermissions: readonly string[];
  readonly reason: string | null;
}

/** What every state knows. */
export interface Common {
  /** What this channel is to carry. */
  readonly topics: readonly string[];
  /** The last number given to an attempt. */
  readonly attempt: number;
  /** Failures in a row: the place in the list of delays. */
  readonly failures: number;
}

/** The subscriptions of an open channel. */
export interface Sync {
  /** The list that the platform confirmed last. */
  readonly applied: readonly string[];
  readonly putting: { readonly attempt: number; readonly topics: readonly string[] } | null;
  /** Not before this (monotonic) after a refusal. */
  readonly notBefore: number;
}

export interface Idle extends Common {
  readonly state: 'idle';
}
export interface Stopped extends Common {
  readonly state: 'stopped';
}
export interface Creating extends Common {
  readonly state: 'creating';
}
export interface Subscribing extends Common {
  readonly state: 'subscribing';
  readonly channel: ChannelAddress;
  readonly putting: readonly string[];
}
export interface Connecting extends Common {
  readonly state: 'connecting';
  readonly channel: ChannelAddress;
  readonly applied: readonly string[];
}
export interface Live extends Common {
  readonly state: 'live';
  readonly channel: ChannelAddress;
  readonly socket: number;
  readonly liveSince: number;
  readonly pinged: boolean;
  readonly sync: Sync;
}
export interface Switching extends Common {
  readonly state: 'switching';
  readonly channel: ChannelAddress;
  /** `null`: closed already, as the server does when the second connects. */
  readonly socket: number | null;
  readonly successor: number;
  readonly liveSince: number;
  readonly sync: Sync;
}
export interface Waiting extends Common {
  readonly state: 'waiting';
  readonly resume: Resumption;
}
/** Where to take it up again. */
export type Resumption =
  | { readonly step: 'create' }
  | { readonly step: 'subscribe'; readonly channel: ChannelAddress }
  | { readonly step: 'connect'; readonly channel: ChannelAddress; readonly applied: readonly string[] };

export type ChannelState = Idle | Stopped | Creating | Subscribing | Connecting | Live | Switching | Waiting;

interface At {
  /** Monotonic ms. */
  readonly at: number;
}
interface Of extends At {
  readonly attempt: number;
}
export type ChannelEvent =
  | ({ readonly kind: 'start' } & At)
  | ({ readonly kind: 'stop' } & At)
  | ({ readonly kind: 'topicsChanged'; readonly topics: readonly string[] } & At)
  | ({
      readonly kind: 'channelCreated';
      readonly id: string;
      readonly connectUri: string;
      readonly lifeMs: number;
    } & Of)
  | ({ readonly kind: 'topicsPut'; readonly rejected: readonly RejectedTopic[] } & Of)
  | ({ readonly kind: 'requestFailed'; readonly failure: Failure } & Of)
  | ({ readonly kind: 'socketOpened' } & Of)
  /** The handshake was answered by an HTTP status other than 101. */
  | ({ readonly kind: 'socketRefused'; readonly status: number } & Of)
  /** Closed, or never came to be. */
  | ({ readonly kind: 'socketClosed' } & Of)
  | ({ readonly kind: 'closingAnnounced' } & Of)
  | ({ readonly kind: 'subscriptionsLost' } & Of)
  | ({ readonly kind: 'waitOver' } & Of)
  /** `heardAt`: the last frame of any kind (monotonic). Frames do not come one by one: they are too many. */
  | ({ readonly kind: 'ticked'; readonly heardAt: number } & At);

export type ChannelFault = 'evicted' | 'silent' | 'channelGone';
export type ChannelEffect =
  | { readonly kind: 'createChannel'; readonly attempt: number }
  | {
      readonly kind: 'putTopics';
      readonly attempt: number;
      readonly channelId: string;
      readonly topics: readonly string[];
    }
  | { readonly kind: 'openSocket'; readonly attempt: number; readonly connectUri: string }
  | { readonly kind: 'closeSocket'; readonly attempt: number }
  | { readonly kind: 'sendPing'; readonly attempt: number }
  /** `failures` is the place in the list of delays; the delay is drawn by the shell. */
  | { readonly kind: 'wait'; readonly attempt: number; readonly failures: number; readonly floorMs: number }
  /** `seamless`: the link was never lost, but something may have slipped through the change of sockets. */
  | { readonly kind: 'reportLive'; readonly seamless: boolean }
  | { readonly kind: 'reportLost' }
  | {
      readonly kind: 'reportSubscribed';
      readonly topics: readonly string[];
      readonly rejected: readonly RejectedTopic[];
    }
  | { readonly kind: 'reportFault'; readonly fault: ChannelFault }
  | { readonly kind: 'reportFailure'; readonly failure: Failure };
