/**
 * The port through which REST, pages and sockets learn who asks, and hear of it when somebody's standing ends.
 * Never throws for what a client sent: credentials that are none, expired, revoked or forged are nobody's.
 */
import type { Identity, Principal } from './principal';

export interface Credentials {
  /** The `Cookie` header. */
  readonly cookie: string | undefined;
  /** The `Authorization` header, or `Bearer <token>` made of a socket's handshake. Where it is there, cookies don't count. */
  readonly authorization: string | undefined;
}

/** Whose standing ended or changed; `null` in a field: whoever it is. */
export type Ended =
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'person'; readonly personId: string }
  | { readonly kind: 'screen'; readonly screenId: string }
  | { readonly kind: 'machine'; readonly clientId: string };

export interface Gate {
  identify(credentials: Credentials): Promise<Identity>;
  /** The same principal as it stands now (roles, board, name); `null` when its standing has ended. */
  standing(principal: Principal): Promise<Principal | null>;
  /** Told at once of a revocation or a change made in this process: ask `standing` anew. Returns the way out. */
  onChanged(listener: (changed: Ended) => void): () => void;
}

/** One way of being somebody: what a client presents, and what it is worth now. */
export interface CredentialKind<P extends Principal> {
  /** Who presents this; `null` for what is none, expired, revoked or forged. Constant time where it compares. */
  find(presented: string): Promise<P | null>;
  standing(principal: P): Promise<P | null>;
  onChanged(listener: (changed: Ended) => void): () => void;
}
