/**
 * Who may open a socket, and how much a client may say. Pure. Browsers do not keep a foreign page from opening a
 * WebSocket to us (CORS does not cover it): the Origin header, which a page cannot forge, is what tells. Connections
 * are counted in all and by the client's address, those that have no seat yet once more and more strictly: but for
 * clients that are known already, for whom places are kept that no stranger gets.
 */
import { fullBucket, type TokenBucket, take } from '../runtime/token-bucket';

export type Admission = { readonly ok: true } | { readonly ok: false; readonly reason: RefusedReason };
/** `full`: too many in all; `address`: too many from there; `waiting`: too many that have no seat yet. */
export type RefusedReason = 'origin' | 'full' | 'address' | 'waiting';

/** As many as are there now; those of the address are of one address. */
export interface Load {
  readonly connections: number;
  readonly perAddress: number;
  /** Not yet joined, or closing. */
  readonly waiting: number;
  readonly waitingPerAddress: number;
}

/** As many as may be there. */
export interface Limits extends Load {
  /** Beyond `waiting`, and whatever their address: for clients that are known. */
  readonly waitingKnown: number;
}

export interface Newcomer {
  readonly origin: string | undefined;
  /** By what its request brought, before it says anything. */
  readonly isKnown: boolean;
}

export interface AdmissionRules {
  /** Exactly as a browser sends them: scheme, host, and a port that is not the scheme's own. */
  readonly allowedOrigins: readonly string[];
  /** Whether clients that send no Origin (never a browser) may come. */
  readonly allowAbsentOrigin: boolean;
  readonly limits: Limits;
}

export function admit({ origin, isKnown }: Newcomer, load: Load, rules: AdmissionRules): Admission {
  const isOurs = origin === undefined ? rules.allowAbsentOrigin : rules.allowedOrigins.includes(origin);
  const reason = isOurs ? fullReason(isKnown, load, rules.limits) : 'origin';
  return reason === null ? { ok: true } : { ok: false, reason };
}

function fullReason(isKnown: boolean, load: Load, limits: Limits): RefusedReason | null {
  if (load.connections >= limits.connections) return 'full';
  if (load.perAddress >= limits.perAddress) return 'address';
  const isCrowded = isKnown
    ? load.waiting >= limits.waiting + limits.waitingKnown
    : load.waiting >= limits.waiting || load.waitingPerAddress >= limits.waitingPerAddress;
  return isCrowded ? 'waiting' : null;
}

/** What the client is told; nothing of other clients. */
export function refusedWords(reason: RefusedReason, limits: Limits): string {
  switch (reason) {
    case 'origin':
      return 'this origin may not connect';
    case 'full':
      return `too many connections: ${limits.connections} at most`;
    case 'address':
      return `too many connections from this address: ${limits.perAddress} at most`;
    case 'waiting':
      return 'too many connections at once: try again';
  }
}

/** A screen says `resync` now and then, answers a ping every 2 s, and joins once: below this. */
const MESSAGES_AT_ONCE = 20;
const MESSAGES_A_SECOND = 2;

export function messageAllowance(now: number): TokenBucket {
  return fullBucket(MESSAGES_AT_ONCE, MESSAGES_A_SECOND, now);
}

/** What is left after one message; `null` when the client has said too much. */
export function spendMessage(bucket: TokenBucket, now: number): TokenBucket | null {
  return take(bucket, now);
}

/** Socket.IO's packets with binary attachments (types 5 and 6), or an attachment: our contract has none. */
export function isBinary(data: unknown): boolean {
  return typeof data !== 'string' || data.startsWith('5') || data.startsWith('6');
}
