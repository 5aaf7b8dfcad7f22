/**
 * Tokens of machines: JWTs (RFC 9068) of 60 minutes. A good signature is not enough: the client and the very secret
 * that the token was got with must still be there, so a token ends as soon as either is removed.
 */
import { z } from 'zod';
import { assert } from '../../../lib/assert';
import { accessIdSchema, SCOPES, type Scope } from '../../../lib/contracts/access';
import type { Clock } from '../../runtime/clock';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { CredentialKind } from '../gate';
import type { MachinePrincipal } from '../principal';
import { createSignedTokens } from '../signed-token';
import type { KnownClient, Machines } from './machines';

export const TOKEN_LIFE_S = 60 * 60;
const TYPE = 'at+jwt';
const AUDIENCE = 'floorcast-api';

const claimsSchema = z.object({
  sub: accessIdSchema,
  client_id: accessIdSchema,
  sid: accessIdSchema,
  jti: accessIdSchema,
  scope: z.string().max(200),
  iat: z.number().int(),
  exp: z.number().int(),
});

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
  const signed = createSignedTokens({
    ...{ type: TYPE, audience: AUDIENCE, lifeS: TOKEN_LIFE_S, claims: claimsSchema },
    ...{ key, clock, secretBytes },
  });

  async function issue(client: KnownClient, scopes: readonly Scope[]): Promise<string> {
    assert(
      scopes.every((scope) => client.scopes.includes(scope)),
      'a token has no scope that its client has not',
    );
    const { clientId, secretId } = client;
    const more = { client_id: clientId, sid: secretId, scope: scopes.join(' ') };
    return (await signed.sign(clientId, more)).token;
  }

  async function find(presented: string): Promise<MachinePrincipal | null> {
    const claims = await signed.read(presented);
    if (claims === null || claims.sub !== claims.client_id) return null;
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

function scopesIn(text: string): readonly Scope[] {
  const named = new Set(text.split(' '));
  return SCOPES.filter((scope) => named.has(scope));
}

function principalOf(client: KnownClient, scopes: readonly Scope[], expiresAt: number): MachinePrincipal {
  const { clientId, name, secretId } = client;
  const left = scopes.filter((scope) => client.scopes.includes(scope));
  return { kind: 'machine', clientId, name, secretId, expiresAt, scopes: left };
}
