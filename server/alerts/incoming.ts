/**
 * What comes in from the broker: messages as they are on the wire, and what the schema made of them. Types only; the
 * parsing is `parse-message`, the taking `intake`.
 */
import type { AlertLevel, RefusalReason } from '../../lib/contracts/alert';

/** One PUBLISH. `payload` is not looked at before `parse-message`. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Epoch ms, this server's clock. */
  readonly receivedAt: number;
  readonly retained: boolean;
}

/** What a device says of itself beside what it reports; `null`: not said. */
export interface DeviceTraits {
  readonly deviceId: string;
  readonly product: string | null;
  readonly firmwareVersion: string | null;
  readonly site: string | null;
}

/** A message that raises an alert. */
export interface RaisedAlert extends DeviceTraits {
  readonly kind: 'raised';
  /** Base64url of a hash: of device and `alert_id` where given, else of device, sensor and timestamp. The same for every delivery. */
  readonly id: string;
  readonly sensorType: string;
  readonly level: AlertLevel;
  readonly readingValue: number | string | boolean | null;
  /** As the device wrote it, epoch ms. */
  readonly deviceTime: number;
  /** `deviceTime` where it is believable, else `receivedAt`. */
  readonly raisedAt: number;
  readonly receivedAt: number;
  /** `null`: believable. */
  readonly clockSkewMs: number | null;
  /** Fields that nobody knows, as one JSON string; `null`: none. */
  readonly extra: string | null;
}

/** A message that clears what the device's sensor had raised up to then. */
export interface ClearedAlert extends DeviceTraits {
  readonly kind: 'cleared';
  readonly sensorType: string;
  readonly by: 'normal' | 'threshold';
  readonly deviceTime: number;
  readonly clearedAt: number;
  readonly receivedAt: number;
  readonly clockSkewMs: number | null;
}

/** A device came or went. */
export interface PresenceNoted {
  readonly kind: 'presence';
  readonly deviceId: string;
  /** `unknown`: its retained status was deleted, so nobody says any more. */
  readonly connection: 'online' | 'offline' | 'unknown';
  readonly receivedAt: number;
  readonly retained: boolean;
}

export interface RefusedIncoming {
  readonly kind: 'refused';
  readonly topic: string;
  readonly reason: RefusalReason;
  /** One sentence. */
  readonly detail: string;
  readonly bytes: number;
  readonly text: string;
  readonly receivedAt: number;
}

export type Incoming = RaisedAlert | ClearedAlert | PresenceNoted | RefusedIncoming;

/**
 * Takes messages in their order. When it resolves, all of it is on the disk, and may be acknowledged; when it rejects,
 * nothing is, and they must come again. Callers wait for one before they give the next.
 */
export type Intake = (messages: readonly BrokerMessage[]) => Promise<void>;
