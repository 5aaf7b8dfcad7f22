/**
 * Tokens that we sign ourselves: JWTs, by HMAC-SHA256 with a key of our own, read with that one algorithm, one type,
 * one audience and one way of being written. What a token of another kind, another key or another Floorcast says
 * counts for nothing here. A good signature is not enough for anybody: whoever reads one asks whether it still holds.
 */
import { type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import type { z } from 'zod';
import { assert } from '../../lib/assert';
import type { Clock } from '../runtime/clock';
import type { SecretBytes } from '../runtime/secret-bytes';

const ALGORITHM = 'HS256';
const ISSUER = 'floorcast';
/** Ours have some 500 characters: what is longer is not even parsed. */
const MAX_CHARACTERS = 4_096;
const MIN_KEY_BYTES = 32;
const JTI_BYTES = 16;
/** How far the clock of another node of ours may be ahead. */
const SKEW_S = 60;

/** Claims that every token has, in seconds since the epoch. */
export interface Lifetime {
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
}

export interface TokenKindOptions<C extends Lifetime> {
  /** `typ` of the header; no two kinds have the same. */
  readonly type: string;
  readonly audience: string;
  readonly lifeS: number;
  /** All that is read of a payload. */
  readonly claims: z.ZodType<C>;
  /** 32 bytes or more, used for nothing else. */
  readonly key: Uint8Array;
  readonly clock: Pick<Clock, 'now'>;
  readonly secretBytes: SecretBytes;
}

export interface SignedTokens<C extends Lifetime> {
  /** `more`: claims beside those that every token has. */
  sign(subject: string, more: Readonly<Record<string, string>>): Promise<SignedToken>;
  /** `null`: not a token of this kind that this server signed, or not for now. */
  read(token: string): Promise<C | null>;
}

export interface SignedToken {
  readonly token: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export function createSignedTokens<C extends Lifetime>(options: TokenKindOptions<C>): SignedTokens<C> {
  const { type, audience, lifeS, key, clock, secretBytes } = options;
  assert(key.length >= MIN_KEY_BYTES, 'a key of tokens has 32 bytes');

  async function sign(subject: string, more: Readonly<Record<string, string>>): Promise<SignedToken> {
    const issuedAt = Math.floor(clock.now() / 1_000);
    const token = await new SignJWT(more)
      .setProtectedHeader({ alg: ALGORITHM, typ: type })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(subject)
      .setJti(secretBytes(JTI_BYTES).toString('base64url'))
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifeS)
      .sign(key);
    return { token, expiresAt: (issuedAt + lifeS) * 1_000 };
  }

  async function read(token: string): Promise<C | null> {
    if (token.length > MAX_CHARACTERS || !isPlainlyWritten(token)) return null;
    const now = clock.now();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        typ: type,
        issuer: ISSUER,
        audience,
        currentDate: new Date(now),
      });
      const parsed = options.claims.safeParse(payload);
      if (!parsed.success || !isHeaderOurs(protectedHeader)) return null;
      return isLifeOurs(parsed.data, now, lifeS) ? parsed.data : null;
    } catch {
      // jose throws for whatever is wrong with a token; which it was is of no interest.
      return null;
    }
  }

  return { sign, read };
}

/** One token, one text: jose overlooks blanks, and the last bits of a part that stand for nothing. */
function isPlainlyWritten(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

/** jose has looked at the two; ours name no key and no extension. */
function isHeaderOurs(header: Partial<JWTHeaderParameters>): boolean {
  return Object.keys(header).sort().join() === 'alg,typ';
}

/** jose has looked at `exp`; whether it began already and is no longer than ours is left. */
function isLifeOurs({ iat, exp }: Lifetime, now: number, lifeS: number): boolean {
  return iat <= now / 1_000 + SKEW_S && exp > iat && exp - iat <= lifeS;
}
