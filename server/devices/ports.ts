/**
 * What the devices' rooms need of the world, given from outside: the platform's conversations, the customer API, the
 * link to an appliance, and where a session's transcript goes. Every answer is a value with a time-out behind it;
 * nothing here rejects.
 */

import type { MetricKey, MetricWindow } from '../../lib/contracts/diagnostics';
import type { Result } from '../../lib/result';
import type { Failure } from '../runtime/errors';

/** A conversation of the platform, as far as devices go. */
export interface Interaction {
  readonly id: string;
  /** Users of the platform who take part as agents, now or before. */
  readonly agentUserIds: readonly string[];
  /** E.164 where the platform tells it. */
  readonly customerAni: string | null;
  /** Attributes of the customer's participant, e.g. `account`. */
  readonly customerAttributes: ReadonlyMap<string, string>;
  /** Whose attributes a transcript is written into. */
  readonly customerParticipantId: string | null;
  readonly queueId: string | null;
  readonly isOver: boolean;
}

export interface InteractionDirectory {
  /** `null`: there is none. */
  find(interactionId: string): Promise<Result<Interaction | null, Failure>>;
  /** Merged into what is there. Failure `retryAfterMs` tells how long the platform wants to be left alone. */
  setAttributes(
    interaction: Pick<Interaction, 'id' | 'customerParticipantId'>,
    attributes: ReadonlyMap<string, string>,
  ): Promise<Result<void, Failure>>;
  /** Roles that the platform (role or custom attribute, by configuration) gives a user: `senior_tech`, … */
  rolesOf(userId: string): Promise<Result<readonly string[], Failure>>;
}

export interface KnownCustomer {
  readonly customerId: string;
  readonly account: string | null;
  readonly devices: readonly { readonly deviceId: string; readonly product: string | null }[];
}

export interface CustomerDirectory {
  /** Those who have that account, number or device; none is an empty list. */
  find(
    by: { readonly account: string } | { readonly ani: string } | { readonly deviceId: string },
  ): Promise<Result<readonly KnownCustomer[], Failure>>;
}

/** What an appliance says, parsed and bounded. `at`: by our clock, when it came. */
export type ApplianceMessage =
  | { readonly kind: 'heartbeat'; readonly at: number }
  | { readonly kind: 'metrics'; readonly at: number; readonly values: ReadonlyMap<MetricKey, number> }
  | { readonly kind: 'received' | 'running'; readonly at: number; readonly commandId: string }
  | {
      readonly kind: 'result';
      readonly at: number;
      readonly commandId: string;
      readonly ok: boolean;
      readonly result: Readonly<Record<string, unknown>>;
      readonly error: string | null;
    }
  /** Answer to `ask`: what it knows of a command; `unknown`: it never had it. */
  | {
      readonly kind: 'known';
      readonly at: number;
      readonly commandId: string;
      readonly state: 'unknown' | 'received' | 'running' | 'done' | 'failed';
      readonly result: Readonly<Record<string, unknown>>;
      readonly error: string | null;
    };

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'up' }
  /** Silent for 15 s, or cut: it comes back by itself, with back-off. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** Refused for good: token, certificate, or it speaks something else. Comes back only by `retry`. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface LinkListener {
  onState(state: LinkState): void;
  onMessage(message: ApplianceMessage): void;
}

/** One link to one appliance. Opens by itself; sends nothing while it is not up. */
export interface ApplianceLink {
  readonly state: LinkState;
  /** False: it is not up, and nothing was sent. */
  send(command: { readonly id: string; readonly command: string; readonly params: object }): boolean;
  /** What became of a command that was sent before; the answer is a `known` message. */
  ask(commandId: string): boolean;
  /** Now, instead of after its wait. */
  retry(): void;
  close(): void;
}

export type OpenApplianceLink = (deviceId: string, listener: LinkListener) => ApplianceLink;

export interface Transcript {
  /** A notice or how a command ended: one message; queued, sent in order, never merged away. Never waits. */
  say(interactionId: string, text: string, at: number): void;
  /**
   * A closed window of one metric, each of them, as it closes: the transcript gathers them and makes one message of
   * them a window of its own (`windowMs`), with from when to when.
   */
  measured(interactionId: string, window: MetricWindow): void;
  /** How long a window of the transcript is now: 5,000, longer where the platform asks for less. For the status. */
  windowMs(interactionId: string): number;
  status(interactionId: string): {
    readonly state: 'off' | 'live' | 'slow' | 'failing';
    readonly backlog: number;
    readonly lastSentAt: number | null;
  };
  /** Told when a state became another one; backlog and times are there for who looks. */
  subscribe(listener: (interactionId: string) => void): () => void;
  /** The session is over: what waits is still sent. */
  end(interactionId: string): void;
  stop(): Promise<void>;
}
