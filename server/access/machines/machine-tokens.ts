/**
 * Tokens of machines: JWTs (RFC 9068) of 60 minutes, signed by HMAC-SHA256 with our own key and read with that one
 * algorithm. A good signature is not enough: the client and the very secret that the token was got with must still be
 * there, so a token ends as soon as either is removed. Tokens of another Floorcast have another key.
 */
import { type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { assert } from '../../../lib/assert';
import { accessIdSchema, SCOPES, type Scope } from '../../../lib/contracts/access';
import type { Clock } from '../../runtime/clock';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { CredentialKind } from '../gate';
import type { MachinePrincipal } from '../principal';
import type { KnownClient, Machines } from './machines';

export const TOKEN_LIFE_S = 60 * 60;
const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const ISSUER = 'floorcast';
const AUDIENCE = 'floorcast-api';
/** Ours have some 500 characters: what is longer is not even parsed. */
const MAX_CHARACTERS = 4_096;
const MIN_KEY_BYTES = 32;
const JTI_BYTES = 16;
/** How far the clock of another node of ours may be ahead. */
const SKEW_S = 60;

const claimsSchema = z.object({
  sub: accessIdSchema,
  client_id: accessIdSchema,
  sid: accessIdSchema,
  jti: accessIdSchema,
  scope: z.string().max(200),
  iat: z.number().int(),
  exp: z.number().int(),
});
type Claims = z.infer<typeof claimsSchema>;

export interface MachineTokensOptions {
  readonly machines: Machines;
  /** 32 bytes or more, used for nothing else. */
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
}

export interface MachineTokens extends CredentialKind<MachinePrincipal> {
  /** A token for these scopes, which must be the client's own. */
  issue(client: KnownClient, scopes: readonly Scope[]): Promise<string>;
}

export function createMachineTokens(options: MachineTokensOptions): MachineTokens {
  const { machines, key, clock, secretBytes } = options;
  assert(key.length >= MIN_KEY_BYTES, 'the key of machine tokens has 32 bytes');

  async function issue(client: KnownClient, scopes: readonly Scope[]): Promise<string> {
    assert(
      scopes.every((scope) => client.scopes.includes(scope)),
      'a token has no scope that its client has not',
    );
    const issuedAt = Math.floor(clock.now() / 1_000);
    return new SignJWT({
      client_id: client.clientId,
      sid: client.secretId,
      scope: scopes.join(' '),
    })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(client.clientId)
      .setJti(secretBytes(JTI_BYTES).toString('base64url'))
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_LIFE_S)
      .sign(key);
  }

  async function find(presented: string): Promise<MachinePrincipal | null> {
    const claims = await readClaims(presented, key, clock.now());
    if (claims === null) return null;
    const client = await machines.holder(claims.sub, claims.sid);
    return client && principalOf(client, scopesIn(claims.scope), claims.exp * 1_000);
  }

  async function standing(principal: MachinePrincipal): Promise<MachinePrincipal | null> {
    if (clock.now() >= principal.expiresAt) return null;
    const client = await machines.holder(principal.clientId, principal.secretId);
    return client && principalOf(client, principal.scopes, principal.expiresAt);
  }

  return { issue, find, standing, onChanged: (listener) => machines.onChanged(listener) };
}

/** `null`: not a token that this server signed, or not for now. */
async function readClaims(token: string, key: Uint8Array, now: number): Promise<Claims | null> {
  if (token.length > MAX_CHARACTERS || !isPlainlyWritten(token)) return null;
  try {
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: new Date(now),
    });
    const parsed = claimsSchema.safeParse(payload);
    if (!parsed.success || !isHeaderOurs(protectedHeader)) return null;
    const { sub, client_id } = parsed.data;
    return sub === client_id && isLifeOurs(parsed.data, now) ? parsed.data : null;
  } catch {
    // jose throws for whatever is wrong with a token; which it was is of no interest.
    return null;
  }
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
function isLifeOurs({ iat, exp }: Claims, now: number): boolean {
  return iat <= now / 1_000 + SKEW_S && exp > iat && exp - iat <= TOKEN_LIFE_S;
}

function scopesIn(text: string): readonly Scope[] {
  const named = new Set(text.split(' '));
  return SCOPES.filter((scope) => named.has(scope));
}

function principalOf(client: KnownClient, scopes: readonly Scope[], expiresAt: number): MachinePrincipal {
  const { clientId, name, secretId } = client;
  const left = scopes.filter((scope) => client.scopes.includes(scope));
  return { kind: 'machine', clientId, name, secretId, expiresAt, scopes: left };
}
