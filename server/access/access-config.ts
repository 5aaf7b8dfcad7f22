/** What the settings say of access; `config` makes it, `access` is made by it. */
import type { PersonRole } from '../../lib/contracts/access';

export interface OidcConfig {
  readonly mode: 'oidc';
  readonly issuer: string;
  readonly clientId: string;
  /** `null`: a public client, protected by PKCE alone. */
  readonly clientSecret: string | null;
  /** Beside `openid profile email`. */
  readonly extraScopes: readonly string[];
  /** Name of the claim that lists groups or roles; dots lead into objects. */
  readonly rolesClaim: string;
  /** The provider's name on the button. */
  readonly label: string;
  /** Hosts beside the issuer's own that its endpoints may be on. */
  readonly extraHosts: readonly string[];
  /** Plain `http:` to this machine. */
  readonly allowLoopback: boolean;
}

export interface GenesysSignInConfig {
  readonly mode: 'genesys';
  readonly apiUrl: string;
  readonly loginUrl: string;
  /** Whose people may come in. Anybody's administrator can authorize our client in his own organisation. */
  readonly organizationId: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly allowLoopback: boolean;
}

export type SignInConfig = OidcConfig | GenesysSignInConfig | { readonly mode: 'local' };

export type AccessConfig =
  /** No accounts: on loopback only. */
  | { readonly kind: 'open' }
  | {
      readonly kind: 'guarded';
      /** At least 32 characters; all keys are derived from it. */
      readonly secret: string;
      readonly signIn: SignInConfig;
      /** A provider's group or role → roles here. */
      readonly roleMapping: ReadonlyMap<string, readonly PersonRole[]>;
      /** Longest life of a session. */
      readonly sessionMs: number;
    };
