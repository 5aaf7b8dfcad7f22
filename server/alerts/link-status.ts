/** What the link to the broker says of itself, and why it is away, in plain words. */
import type { SourceState, SourceStatus } from '../../lib/contracts/source';
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';

export interface LinkStatus {
  now(): SourceStatus;
  /** A sign of life; nobody is told of it. */
  heard(): void;
  /** Epoch ms of the last one. */
  readonly heardAt: number | null;
  set(state: SourceState, message: string | null): void;
  /** Told when state or message are others. */
  subscribe(listener: () => void): () => void;
}

export function createLinkStatus(clock: Clock): LinkStatus {
  const listeners = new Set<() => void>();
  let status: Omit<SourceStatus, 'lastHeardAt'> = { state: 'connecting', since: clock.now(), message: null };
  let heardAt: number | null = null;
  return {
    now: () => ({ ...status, lastHeardAt: heardAt }),
    heard() {
      heardAt = clock.now();
    },
    get heardAt() {
      return heardAt;
    },
    set(state, message) {
      if (status.state === state && status.message === message) return;
      const since = status.state === state ? status.since : clock.now();
      status = { state, since, message };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

export const UNSTORED = 'alerts cannot be stored; the broker keeps them';
export const TOO_LATE = 'the broker does not answer in time';
export const CLOSED = 'the broker closed the connection';
export const CLOSED_AT_ONCE = `${CLOSED} at once: is another client there with the same MQTT_CLIENT_ID?`;

const UNKNOWN_SIGNER = 'the broker’s certificate is signed by nobody known: set MQTT_CA';
const NO_CLIENT_CERTIFICATE = 'the broker wants a certificate: set MQTT_CERTIFICATE and MQTT_KEY';
const REFUSED_CERTIFICATE = 'the broker does not take our certificate: look at MQTT_CERTIFICATE';
const NO_TLS = 'the broker speaks no TLS at MQTT_URL, or none that is known here';
const UNREADABLE = 'MQTT_CA, MQTT_CERTIFICATE or MQTT_KEY is no PEM text that can be read';

const BY_CODE: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ['ECONNREFUSED', 'nobody answers at MQTT_URL'],
  ['ENOTFOUND', 'the host of MQTT_URL is not known'],
  ['EAI_AGAIN', 'the host of MQTT_URL cannot be looked up now'],
  ['EHOSTUNREACH', 'there is no way to the host of MQTT_URL'],
  ['ENETUNREACH', 'there is no way to the host of MQTT_URL'],
  ['ETIMEDOUT', TOO_LATE],
  ['ECONNRESET', CLOSED],
  ['EPIPE', CLOSED],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_SIGNER],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_SIGNER],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_SIGNER],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_SIGNER],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_SIGNER],
  ['CERT_SIGNATURE_FAILURE', UNKNOWN_SIGNER],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the broker’s certificate is for another host'],
  ['CERT_HAS_EXPIRED', 'the broker’s certificate has expired'],
  ['CERT_NOT_YET_VALID', 'the broker’s certificate is not valid yet'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_TLS],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', NO_TLS],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', NO_CLIENT_CERTIFICATE],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', NO_CLIENT_CERTIFICATE],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', REFUSED_CERTIFICATE],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', REFUSED_CERTIFICATE],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', REFUSED_CERTIFICATE],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', REFUSED_CERTIFICATE],
  ['ERR_OSSL_PEM_NO_START_LINE', UNREADABLE],
  ['ERR_OSSL_PEM_BAD_END_LINE', UNREADABLE],
  ['ERR_OSSL_PEM_BAD_BASE64_DECODE', UNREADABLE],
  ['ERR_OSSL_UNSUPPORTED', UNREADABLE],
  ['ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'MQTT_KEY is not the key of MQTT_CERTIFICATE'],
  // Return codes of MQTT 3.1.1. Mosquitto answers a wrong password with 5.
  [1, 'the broker does not speak MQTT 3.1.1'],
  [2, 'the broker refuses MQTT_CLIENT_ID'],
  [3, 'the broker is not available now'],
  [4, 'the broker refuses MQTT_USERNAME and MQTT_PASSWORD'],
  [
    5,
    'the broker does not let this client in: look at MQTT_USERNAME, MQTT_PASSWORD and the broker’s access list',
  ],
]);

/** What the library says in words only. */
const BY_MESSAGE: ReadonlyMap<string, string> = new Map([
  ['connack timeout', TOO_LATE],
  ['Keepalive timeout', 'the broker has been silent for too long'],
]);

/** Why a connection failed, for the operator. */
export function brokerTrouble(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  const message = messageOf(thrown);
  const known = BY_CODE.get(code) ?? BY_MESSAGE.get(message);
  if (known !== undefined) return known;
  // Some have a code and no words: several addresses of one host, all of which failed.
  return `the link to the broker failed: ${message === '' ? String(code) : message}`;
}

/** What the broker made of the topics; `null`: all is well. */
export function grantTrouble(refused: readonly string[], unsure: readonly string[]): string | null {
  const parts = [
    refused.length === 0 ? [] : `the broker refuses ${refused.join(', ')}: look at its access list`,
    unsure.length === 0 ? [] : `the broker does not repeat what is lost on ${unsure.join(', ')} (QoS 0)`,
  ].flat();
  return parts.length === 0 ? null : parts.join('; ');
}
