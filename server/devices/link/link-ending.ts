/**
 * Why a link ended, and whether it comes back by itself, decided in one place. Reasons are one plain sentence for the
 * operator; nothing that the other side wrote is in them.
 */
import type { Failure } from '../../runtime/errors';

export interface Ending {
  /** Trying again changes nothing: a person must act, and say so. */
  readonly isFinal: boolean;
  readonly reason: string;
  /** Ms that it is to be left alone at least. */
  readonly floorMs: number;
}

export const HANDSHAKE_TIMEOUT_MS = 5_000;
export const HEARTBEAT_LIMIT_MS = 15_000;
/** Longer than that nobody asks a person on the telephone to wait. */
const MAX_FLOOR_MS = 60_000;
const FLOOD_FLOOR_MS = 10_000;

export const SILENT = back('the device gave no sign of life for 15 s');
export const TOO_SLOW = back('the device did not answer in 5 s');
export const NOT_READING = back('the device does not read what is sent to it');
export const FLOODING = back('the device sends far more than it should', FLOOD_FLOOR_MS);
export const UNOPENED = final('no link to such an address can be opened');

function back(reason: string, floorMs = 0): Ending {
  return { isFinal: false, reason, floorMs: Math.min(floorMs, MAX_FLOOR_MS) };
}

function final(reason: string): Ending {
  return { isFinal: true, reason, floorMs: 0 };
}

/** No link, for a device whose name makes no address. */
export function endingOfAddress(reason: string): Ending {
  return final(reason);
}

/** No token, no link. */
export function endingOfToken({ kind, message, retryAfterMs }: Failure): Ending {
  return kind === 'fatal' || kind === 'reauth' ? final(message) : back(message, retryAfterMs);
}

/** The handshake got an HTTP status other than 101. */
export function endingOfStatus(status: number, retryAfterMs: number): Ending {
  if (status >= 500 || RETRIED.has(status)) return back(`the link answered ${status}`, retryAfterMs);
  const known = REFUSALS.get(status);
  if (known !== undefined) return final(`${known} (${status})`);
  if (status >= 300 && status < 400) return final(`refused to follow a redirect of the link (${status})`);
  return final(`the link answered ${status} where it should have opened`);
}

const RETRIED = new Set([408, 425, 429]);
const REFUSALS = new Map([
  [401, 'the link refuses our token'],
  [403, 'the link does not let us in to this device'],
  [404, 'the link knows no such device'],
]);

/** The other side closed it, with a code of RFC 6455; 1005, 1006: without one. */
export function endingOfClose(code: number): Ending {
  if (BREACH_CODES.has(code)) return final(`the device will not go on with us (${code})`);
  if (code === 1005 || code === 1006) return back('the connection to the device was cut');
  return back(`the device closed the connection (${code})`);
}

/** Protocol error, unsupported data, invalid text, policy, too large, missing extension. */
const BREACH_CODES = new Set([1002, 1003, 1007, 1008, 1009, 1010]);

/** The socket failed, while it opened or later. */
export function endingOfError(error: Error & { readonly code?: unknown }): Ending {
  const code = typeof error.code === 'string' ? error.code : '';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return final('the device sent a message of more than 64 kB');
  // Of the WebSocket protocol, of HTTP, or words of the library's about an answer to the handshake.
  if (/^(WS_ERR|HPE)_/.test(code) || /^(Invalid|Server sent) /.test(error.message)) {
    return final('the device speaks something else, or breaks the protocol');
  }
  if (NOT_TRUSTED.has(code)) return final(`the certificate of the link is not to be trusted (${code})`);
  return back(UNREACHABLE.get(code) ?? 'the connection to the device failed');
}

const NOT_TRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

const UNREACHABLE = new Map([
  ['ECONNREFUSED', 'nobody answers at DEVICE_LINK_URL'],
  ['ENOTFOUND', 'the host of DEVICE_LINK_URL is not known'],
  ['EAI_AGAIN', 'the host of DEVICE_LINK_URL cannot be looked up now'],
  ['EHOSTUNREACH', 'there is no way to the host of DEVICE_LINK_URL'],
  ['ENETUNREACH', 'there is no way to the host of DEVICE_LINK_URL'],
  ['ETIMEDOUT', 'the connection to the device timed out'],
  ['ECONNRESET', 'the connection to the device was cut'],
  ['EPIPE', 'the connection to the device was cut'],
]);
