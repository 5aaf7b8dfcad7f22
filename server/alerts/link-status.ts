/** What the link to the broker says of itself, and why it is away, in plain words. */
import type { SourceState, SourceStatus } from '../../lib/contracts/source';
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';

export interface LinkStatus {
  now(): SourceStatus;
  /** A sign of life. */
  heard(): void;
  readonly heardAt: number | null;
  set(state: SourceState, message: string | null): void;
  subscribe(listener: () => void): () => void;
}

export function createLinkStatus(clock: Clock): LinkStatus {
  const listeners = new Set<() => void>();
  let status: SourceStatus = { state: 'connecting', since: clock.now(), message: null, lastHeardAt: null };
  return {
    now: () => status,
    heard() {
      status = { ...status, lastHeardAt: clock.now() };
    },
    get heardAt() {
      return status.lastHeardAt;
    },
    set(state, message) {
      if (status.state === state && status.message === message) return;
      const since = status.state === state ? status.since : clock.now();
      status = { ...status, state, since, message };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

const BY_CODE: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ['ECONNREFUSED', 'nobody answers at MQTT_URL'],
  ['ENOTFOUND', 'the host of MQTT_URL is not known'],
  ['EAI_AGAIN', 'the host of MQTT_URL cannot be looked up now'],
  ['ETIMEDOUT', 'the broker does not answer in time'],
  ['ECONNRESET', 'the broker closed the connection'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the broker’s certificate is signed by nobody known: set MQTT_CA'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'the broker’s certificate is signed by nobody known: set MQTT_CA'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the broker’s certificate is signed by nobody known: set MQTT_CA'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the broker’s certificate is for another host'],
  ['CERT_HAS_EXPIRED', 'the broker’s certificate has expired'],
  // Return codes of MQTT 3.1.1.
  [1, 'the broker does not speak MQTT 3.1.1'],
  [2, 'the broker refuses MQTT_CLIENT_ID'],
  [3, 'the broker is not available now'],
  [4, 'the broker refuses MQTT_USERNAME and MQTT_PASSWORD'],
  [5, 'the broker does not let this client in: look at its access list'],
]);

/** Why a connection failed, for the operator. */
export function brokerTrouble(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return BY_CODE.get(code) ?? messageOf(thrown);
}
