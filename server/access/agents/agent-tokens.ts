/**
 * Tokens of the agent's widget: a frame of another site gets none of our cookies. A token of 15 minutes names the
 * session that it was made for and nothing else: it ends with that session at once, whoever has it is that person with
 * the roles of that moment, and it opens only the rows of the access table that are marked for it.
 */
import { z } from 'zod';
import { accessIdSchema } from '../../../lib/contracts/access';
import type { Clock } from '../../runtime/clock';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { CredentialKind } from '../gate';
import type { PersonPrincipal } from '../principal';
import type { Sessions } from '../sessions/sessions';
import { createSignedTokens, type SignedToken } from '../signed-token';

export const AGENT_TOKEN_LIFE_S = 15 * 60;
const TYPE = 'agent+jwt';
const AUDIENCE = 'floorcast-widget';

const claimsSchema = z.object({
  /** The session. */
  sub: accessIdSchema,
  jti: accessIdSchema,
  iat: z.number().int(),
  exp: z.number().int(),
});

export interface AgentTokensOptions {
  readonly sessions: Pick<Sessions, 'holder'>;
  /** 32 bytes or more, used for nothing else. */
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
}

export interface AgentTokens extends CredentialKind<PersonPrincipal> {
  /** One more for his session, also where he came by such a token himself. */
  issue(person: PersonPrincipal): Promise<SignedToken>;
}

export function createAgentTokens({ sessions, ...options }: AgentTokensOptions): AgentTokens {
  const signed = createSignedTokens({
    ...{ type: TYPE, audience: AUDIENCE, lifeS: AGENT_TOKEN_LIFE_S, claims: claimsSchema },
    ...options,
  });

  async function holder(sessionId: string, tokenExpiresAt: number): Promise<PersonPrincipal | null> {
    const person = await sessions.holder(sessionId);
    return person && { ...person, tokenExpiresAt };
  }

  return {
    issue: ({ sessionId }) => signed.sign(sessionId, {}),
    async find(presented) {
      const claims = await signed.read(presented);
      return claims && holder(claims.sub, claims.exp * 1_000);
    },
    async standing({ sessionId, tokenExpiresAt = 0 }) {
      return options.clock.now() >= tokenExpiresAt ? null : holder(sessionId, tokenExpiresAt);
    },
    // The sessions themselves tell the gate of what ends.
    onChanged: () => () => {},
  };
}
