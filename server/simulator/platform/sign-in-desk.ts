/**
 * Signing people in, as OAuth's authorization code: who may ask for a code, what a code and a refresh token are good
 * for, and once. Times are monotonic ms. Bounded: the oldest code or token makes room.
 */
import { createHash } from 'node:crypto';
import { err, ok, type Result } from '../../../lib/result';
import type { Random } from '../../runtime/random';
import type { FaultSource } from '../faults/fault-board';
import { LEAVER_MARK, PEOPLE, type SimPerson } from './organisation';
import { randomText } from './tokens';

export interface SignInClient {
  readonly id: string;
  /** `null`: a public client, which must use PKCE. */
  readonly secret: string | null;
}

/** What a browser asks for at `/oauth/authorize`. */
export interface CodeWish {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string | null;
}

export interface Granted {
  readonly person: SimPerson;
  readonly refreshToken: string;
}

export interface SignInDesk {
  client(id: string): SignInClient | undefined;
  person(id: string): SimPerson | undefined;
  isDisabled(userId: string): boolean;
  code(wish: CodeWish, person: SimPerson, now: number): string;
  /** An error of OAuth where the code is not good; whatever comes of it, it was used. */
  redeem(code: string, shown: Redemption, now: number): Result<Granted, string>;
  refresh(token: string, clientId: string): Result<Granted, string>;
}

export interface Redemption {
  readonly clientId: string;
  readonly redirectUri: string | null;
  readonly verifier: string | null;
}

const CODE_MS = 5 * 60_000;
const MAX_HELD = 1_000;

export function createSignInDesk(
  clients: readonly SignInClient[],
  random: Random,
  faults: Pick<FaultSource, 'strike'>,
): SignInDesk {
  const clientById = new Map(clients.map((client) => [client.id, client]));
  const personById = new Map(PEOPLE.map((person) => [person.id, person]));
  const codes = new Map<string, CodeWish & { person: SimPerson; expiresAt: number }>();
  const refreshTokens = new Map<string, { clientId: string; person: SimPerson }>();

  function isDisabled(userId: string): boolean {
    return faults.strike('userDisabled', (fault) => fault.userId === userId) !== null;
  }
  function grant(clientId: string, person: SimPerson): Result<Granted, string> {
    const refreshToken = randomText(random, 86);
    hold(refreshTokens, refreshToken, { clientId, person });
    return ok({ person, refreshToken });
  }
  return {
    client: (id) => clientById.get(id),
    person: (id) => personById.get(id),
    isDisabled,
    code(wish, person, now) {
      const code = randomText(random, 43);
      hold(codes, code, { ...wish, person, expiresAt: now + CODE_MS });
      return code;
    },
    redeem(code, shown, now) {
      const held = codes.get(code);
      codes.delete(code);
      const isGood =
        held !== undefined &&
        now < held.expiresAt &&
        held.clientId === shown.clientId &&
        held.redirectUri === shown.redirectUri &&
        fits(held.challenge, shown.verifier) &&
        !isDisabled(held.person.id);
      return isGood ? grant(held.clientId, held.person) : err('invalid_grant');
    },
    refresh(token, clientId) {
      const held = refreshTokens.get(token);
      if (held === undefined || held.clientId !== clientId) return err('invalid_grant');
      refreshTokens.delete(token);
      const { person } = held;
      if (person.name.includes(LEAVER_MARK) || isDisabled(person.id)) return err('invalid_grant');
      return grant(clientId, person);
    },
  };
}

/** S256 (RFC 7636, 4.6); without a challenge there is nothing to show. */
function fits(challenge: string | null, verifier: string | null): boolean {
  if (challenge === null) return verifier === null;
  return verifier !== null && createHash('sha256').update(verifier).digest('base64url') === challenge;
}

function hold<V>(held: Map<string, V>, key: string, value: V): void {
  held.set(key, value);
  const [oldest] = held.keys();
  if (held.size > MAX_HELD && oldest !== undefined) held.delete(oldest);
}
