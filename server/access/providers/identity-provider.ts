/**
 * The port of whoever knows people: an OpenID Connect provider or Genesys Cloud. Authorization code with PKCE; what it
 * answers is checked before it is believed. Every call has a time-out; a redirect or a foreign host is refused.
 */
import type { Result } from '../../../lib/result';
import type { Failure } from '../../runtime/errors';

/** What must be the same when the browser comes back; kept in its sealed cookie. */
export interface SignInFlow {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Path on this server to go to afterwards. */
  readonly next: string;
}

export interface ProvidedIdentity {
  /** Issuer and subject together name a person for ever; a name or an address does not. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  /** Groups and roles as the provider names them. */
  readonly roleNames: readonly string[];
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  /** Until the provider wants to be asked again; `null`: it did not say. */
  readonly expiresInS: number | null;
}

export interface IdentityProvider {
  /** Begins: where to send the browser, and what to remember. */
  begin(next: string): Promise<Result<{ readonly location: string; readonly flow: SignInFlow }, Failure>>;
  /** `returned`: the whole address that the browser came back to. Failure `fatal`: not to be believed. */
  finish(returned: URL, flow: SignInFlow): Promise<Result<ProvidedIdentity, Failure>>;
  /** Asks whether the person still stands, and for a fresh token. `fatal`: no longer; `retry`: not known now. */
  refresh(refreshToken: string, subject: string): Promise<Result<ProvidedIdentity, Failure>>;
  /** Where the browser goes to sign out there too; `null`: the provider has no such page. */
  signOutLocation(idToken: string | null, returnTo: string): Promise<string | null>;
  /** Gives a refresh token back. Never throws. */
  revoke(refreshToken: string): Promise<void>;
}
