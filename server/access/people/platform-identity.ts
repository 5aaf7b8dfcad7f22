/**
 * Who somebody is at Genesys Cloud, as far as his sign-in told: the id of the platform's user where people sign in
 * there, and the address that the provider gave. Asked at each use: what is kept of a person may change.
 */
import type { SignInConfig } from '../access-config';
import type { Principal } from '../principal';
import type { People } from './people';

export interface PlatformIdentity {
  /** `null`: not a person of the platform, or people sign in elsewhere. */
  readonly genesysUserId: string | null;
  readonly email: string | null;
}

export type PlatformIdentities = (principal: Principal) => Promise<PlatformIdentity>;

export interface PlatformIdentitiesOptions {
  readonly people: Pick<People, 'find'>;
  readonly signIn: SignInConfig | { readonly mode: 'none' };
}

const NOBODY: PlatformIdentity = { genesysUserId: null, email: null };

export function createPlatformIdentities({ people, signIn }: PlatformIdentitiesOptions): PlatformIdentities {
  // As the sign-in writes it. Who came another way, by a one-time link or before the settings changed, is no user there.
  const issuer = signIn.mode === 'genesys' ? `${signIn.loginUrl}/${signIn.organizationId}` : null;
  return async (principal) => {
    if (principal.kind !== 'person') return NOBODY;
    const person = await people.find(principal.personId);
    if (person === null) return NOBODY;
    return { genesysUserId: person.issuer === issuer ? person.subject : null, email: person.email };
  };
}
