/** Signing in at a real OpenID Connect provider. */
import type { OidcConfig } from '../../../server/access/access-config';
import type {
  IdentityProvider,
  ProvidedIdentity,
  SignInFlow,
} from '../../../server/access/providers/identity-provider';
import { createOidcProvider } from '../../../server/access/providers/oidc-provider';
import { silentLog } from '../../../server/runtime/log';
import { CALLBACK, type OidcStand, type StandBrowser } from '../../support/oidc-stand';

export const ADA = {
  subject: 'ada',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  roleNames: ['Team Leads', 'Floor 2'],
};

export interface Back {
  readonly returned: URL;
  readonly flow: SignInFlow;
}

export function providerOf(stand: OidcStand, more: Partial<OidcConfig> = {}): IdentityProvider {
  return createOidcProvider({
    ...{ config: { ...stand.config, ...more }, callbackUrl: () => CALLBACK, log: silentLog },
  });
}

/** Through the provider and back, in that browser. */
export async function comeBack(
  provider: IdentityProvider,
  browser: StandBrowser,
  person = 'ada',
): Promise<Back> {
  const begun = await provider.begin('/boards');
  if (!begun.ok) throw new Error(begun.error.message);
  return { returned: await browser.signIn(begun.value.location, person), flow: begun.value.flow };
}

export async function signIn(
  provider: IdentityProvider,
  browser: StandBrowser,
  person = 'ada',
): Promise<ProvidedIdentity & { readonly refreshToken: string }> {
  const { returned, flow } = await comeBack(provider, browser, person);
  const finished = await provider.finish(returned, flow);
  if (!finished.ok) throw new Error(`${finished.error.code}: ${finished.error.message}`);
  const { refreshToken } = finished.value;
  if (refreshToken === null) throw new Error('no refresh token');
  return { ...finished.value, refreshToken };
}
