/**
 * OAuth client credentials: who may log in, which tokens live, and the three ways a token is refused.
 * Source: platform facts, section 1. Times are monotonic ms: a jump of the wall clock expires no token.
 */
import type { Random } from '../../runtime/random';
import { sentinelClient } from '../faults/sentinels';
import type { Problem } from './error-body';
import type { RateWindow } from './rate-limit';

export interface SimClient {
  readonly id: string;
  readonly secret: string;
}

export interface Token {
  readonly value: string;
  readonly clientId: string;
  /** Who signed in; `null`: the client itself. */
  readonly userId: string | null;
  readonly expiresAt: number;
  revoked: boolean;
  rate: RateWindow | null;
}

export type TokenCheck =
  | { readonly ok: true; readonly token: Token }
  | { readonly ok: false; readonly problem: Problem };

export interface IssuedToken {
  readonly token: Token;
  readonly expiresInSeconds: number;
}

export interface TokenStore {
  /** A new token for these credentials; `null` where id or secret are wrong. */
  issue(clientId: string, secret: string, now: number): IssuedToken | null;
  /** A new token for a person who signed in. */
  issueTo(clientId: string, userId: string, now: number): IssuedToken;
  /** Reads an Authorization header. */
  check(authorization: string | undefined, now: number): TokenCheck;
  /** Revokes the living tokens of one client, or of all; gives the clients that lost one. */
  revoke(clientId: string | null): readonly string[];
  /** Forgets tokens that expired a day ago. */
  sweep(now: number): void;
}

const KEEP_EXPIRED_MS = 86_400_000;

export function createTokenStore(
  clients: readonly SimClient[],
  lifetimeSeconds: number,
  random: Random,
): TokenStore {
  const secrets = new Map(clients.map((client) => [client.id, client.secret]));
  const tokens = new Map<string, Token>();
  function make(holder: Pick<Token, 'clientId' | 'userId'>, seconds: number, now: number): IssuedToken {
    const expiresAt = now + seconds * 1_000;
    const token: Token = { value: randomText(random, 86), ...holder, expiresAt, revoked: false, rate: null };
    tokens.set(token.value, token);
    // The platform says one second less than the setting: the way to the client takes time.
    return { token, expiresInSeconds: Math.max(0, seconds - 1) };
  }
  return {
    issue(clientId, secret, now) {
      const sentinel = sentinelClient(clientId);
      const expected = sentinel?.secret ?? secrets.get(clientId);
      if (expected === undefined || expected !== secret) return null;
      return make({ clientId, userId: null }, sentinel?.tokenLifetimeSeconds ?? lifetimeSeconds, now);
    },
    issueTo: (clientId, userId, now) => make({ clientId, userId }, lifetimeSeconds, now),
    check(authorization, now) {
      const match = /^bearer\s+(\S+)$/i.exec(authorization ?? '');
      if (match === null)
        return refused('authentication.required', 'No authentication bearer token specified.');
      const token = tokens.get(match[1] ?? '');
      if (token === undefined || token.revoked)
        return refused('bad.credentials', 'Invalid login credentials.');
      if (now >= token.expiresAt)
        return refused('credentials.expired', 'The supplied credentials have expired.');
      return { ok: true, token };
    },
    revoke(clientId) {
      const hit = new Set<string>();
      for (const token of tokens.values()) {
        if (token.revoked || (clientId !== null && token.clientId !== clientId)) continue;
        token.revoked = true;
        hit.add(token.clientId);
      }
      return [...hit];
    },
    sweep(now) {
      for (const token of tokens.values()) {
        if (token.expiresAt + KEEP_EXPIRED_MS < now) tokens.delete(token.value);
      }
    },
  };
}

function refused(code: string, message: string): TokenCheck {
  return { ok: false, problem: { status: 401, code, message } };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Text of the alphabet of tokens. */
export function randomText(random: Random, length: number): string {
  let text = '';
  for (let at = 0; at < length; at += 1) text += ALPHABET.charAt(Math.floor(random() * ALPHABET.length));
  return text;
}

/** A UUID (version 4 in form) from the given randomness. */
export function randomUuid(random: Random): string {
  const hex = (length: number) => {
    let text = '';
    while (text.length < length)
      text += Math.floor(random() * 65_536)
        .toString(16)
        .padStart(4, '0');
    return text.slice(0, length);
  };
  const variant = '89ab'.charAt(Math.floor(random() * 4));
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}
