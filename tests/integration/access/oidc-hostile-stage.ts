/** Signing in at a provider that lies. */
import { must } from '../../../lib/assert';
import type { Result } from '../../../lib/result';
import type { OidcConfig } from '../../../server/access/access-config';
import type { IdentityProvider, ProvidedIdentity } from '../../../server/access/providers/identity-provider';
import { createOidcProvider } from '../../../server/access/providers/oidc-provider';
import type { Failure } from '../../../server/runtime/errors';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { type HostileOidc, type Lies, openHostileOidc } from '../../support/oidc-hostile';
import { CALLBACK, configFor } from '../../support/oidc-stand';

export interface HostileStage {
  readonly hostile: HostileOidc;
  readonly clock: FakeClock;
  /** A fresh one, which knows nothing yet. */
  provider(more?: Partial<OidcConfig>): IdentityProvider;
  signIn(lies: Lies, more?: Partial<OidcConfig>): Promise<Result<ProvidedIdentity, Failure>>;
  /** Signs in honestly; the lies begin with the refresh. */
  refresh(lies: Lies, subject?: string): Promise<Result<ProvidedIdentity, Failure>>;
}

export async function setHostileStage(): Promise<HostileStage> {
  const hostile = await openHostileOidc();
  const clock = new FakeClock();
  const provider = (more: Partial<OidcConfig> = {}) =>
    createOidcProvider({
      ...{ config: configFor(hostile.issuer, more), clock, log: silentLog },
      callbackUrl: () => CALLBACK,
    });
  async function goThrough(own: IdentityProvider): Promise<Result<ProvidedIdentity, Failure>> {
    const begun = await own.begin('/');
    if (!begun.ok) return begun;
    return own.finish(hostile.back(begun.value.location), begun.value.flow);
  }
  return {
    ...{ hostile, clock, provider },
    signIn(lies, more) {
      hostile.lies = lies;
      return goThrough(provider(more));
    },
    async refresh(lies, subject = 'ada') {
      hostile.lies = {};
      const own = provider();
      const signedIn = await goThrough(own);
      if (!signedIn.ok) throw new Error(signedIn.error.message);
      hostile.lies = lies;
      return own.refresh(must(signedIn.value.refreshToken, 'a refresh token'), subject);
    },
  };
}

export const REFUSED = { ok: false, error: { kind: 'fatal' } } as const;
export const LATER = { ok: false, error: { kind: 'retry' } } as const;
