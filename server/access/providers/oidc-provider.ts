/**
 * People of any OpenID Connect provider: authorization code with PKCE, by openid-client. An ID token counts when its
 * signature, issuer, audience, nonce and times are right; what it does not hold is asked of the userinfo endpoint, for
 * the same subject. Whatever the provider answers comes back as a value.
 */
import * as client from 'openid-client';
import { type Clock, systemClock } from '../../runtime/clock';
import { failure } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import { type SecretBytes, systemSecretBytes } from '../../runtime/secret-bytes';
import type { OidcConfig } from '../access-config';
import type { IdentityProvider, ProvidedIdentity, SignInFlow } from './identity-provider';
import { outgoingHosts } from './outgoing-hosts';
import { claimAt, roleNamesOf, textClaim } from './provider-claims';
import { createDiscovery } from './provider-discovery';
import { attempt, failureOfRefresh, ProviderProblem } from './provider-failures';
import { createProviderFetch } from './provider-fetch';
import { arrival, type Departure, depart, secretsOf, secretsOfClient } from './provider-flow';
import { createRotations, type Rotations } from './provider-rotations';

export interface OidcProviderOptions {
  readonly config: OidcConfig;
  /** Where the browser comes back to. */
  readonly callbackUrl: () => string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly secretBytes?: SecretBytes;
}

/** OpenID Connect Core (2) ends a subject there. */
const MAX_SUBJECT = 255;
const MAX_TEXT = 1_000;
/** Longer tokens are none that anybody stores for us, or sends us back. */
const MAX_TOKEN = 16_384;
/** A longer one makes an address that servers refuse; without it the provider asks the person. */
const MAX_HINT = 4_000;

type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

class OidcProvider implements IdentityProvider {
  readonly #options: OidcProviderOptions;
  readonly #discover: () => Promise<client.Configuration>;
  readonly #rotations: Rotations = createRotations();

  constructor(options: OidcProviderOptions) {
    this.#options = options;
    const { config, log, clock = systemClock } = options;
    const hosts = outgoingHosts([config.issuer], config.extraHosts, config.allowLoopback);
    const fetch = createProviderFetch({ hosts, clock });
    this.#discover = createDiscovery({ config, hosts, fetch, clock, log });
  }

  begin(next: string) {
    const { config, callbackUrl, secretBytes = systemSecretBytes } = this.#options;
    return attempt<Departure>(async () => {
      const configuration = await this.#discover();
      const scope = ['openid', 'profile', 'email', ...config.extraScopes].join(' ');
      return depart(configuration, { redirect_uri: callbackUrl(), scope }, { next, secretBytes });
    });
  }

  finish(returned: URL, flow: SignInFlow) {
    return attempt<ProvidedIdentity>(async (confide) => {
      confide(
        ...secretsOfClient(this.#options.config),
        returned.searchParams.get('code'),
        ...secretsOf(flow),
      );
      const configuration = await this.#discover();
      const tokens = await client.authorizationCodeGrant(
        configuration,
        arrival(this.#options.callbackUrl(), returned),
        {
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          pkceCodeVerifier: flow.codeVerifier,
          idTokenExpected: true,
        },
      );
      confide(tokens.access_token, tokens.refresh_token);
      const subject = textClaim(tokens.claims(), 'sub', MAX_SUBJECT);
      if (subject === null) throw notThem('the ID token names nobody');
      return this.#identity(configuration, tokens, subject);
    });
  }

  refresh(refreshToken: string, subject: string) {
    return attempt<ProvidedIdentity>(async (confide) => {
      const newest = this.#rotations.newestOf(refreshToken);
      confide(...secretsOfClient(this.#options.config), refreshToken, newest);
      const configuration = await this.#discover();
      const tokens = await client.refreshTokenGrant(configuration, newest);
      confide(tokens.access_token, tokens.refresh_token);
      const next = boundedToken(tokens.refresh_token) ?? newest;
      if (next !== refreshToken) this.#rotations.rotated(refreshToken, next);
      const claims = tokens.claims();
      if (claims !== undefined && claims.sub !== subject) throw notThem('the new ID token is of another');
      const identity = await this.#identity(configuration, tokens, subject);
      this.#rotations.settled(refreshToken);
      return { ...identity, refreshToken: next };
    }, failureOfRefresh);
  }

  async signOutLocation(idToken: string | null, returnTo: string): Promise<string | null> {
    const location = await attempt(async () => {
      const configuration = await this.#discover();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      const hint = idToken !== null && idToken.length <= MAX_HINT ? { id_token_hint: idToken } : {};
      const parameters = { ...hint, post_logout_redirect_uri: returnTo };
      return client.buildEndSessionUrl(configuration, parameters).href;
    });
    return location.ok ? location.value : null;
  }

  async revoke(refreshToken: string): Promise<void> {
    const revoked = await attempt(async (confide) => {
      const configuration = await this.#discover();
      if (configuration.serverMetadata().revocation_endpoint === undefined) return;
      const token = this.#rotations.newestOf(refreshToken);
      confide(...secretsOfClient(this.#options.config), refreshToken, token);
      await client.tokenRevocation(configuration, token, { token_type_hint: 'refresh_token' });
      this.#rotations.settled(refreshToken);
    });
    if (revoked.ok) return;
    const { code, message } = revoked.error;
    this.#options.log.info('a refresh token could not be given back', { code, message });
  }

  /** What the ID token says, and where it does not name roles or person, the userinfo endpoint. */
  async #identity(
    configuration: client.Configuration,
    tokens: Tokens,
    subject: string,
  ): Promise<ProvidedIdentity> {
    const { rolesClaim } = this.#options.config;
    const { issuer, userinfo_endpoint: userinfo } = configuration.serverMetadata();
    const claims = tokens.claims();
    const lacks = claimAt(claims, rolesClaim) === undefined || nameIn(claims) === null;
    if (claims === undefined && userinfo === undefined) throw notThem('the provider does not say who it is');
    const info =
      lacks && userinfo !== undefined
        ? await client.fetchUserInfo(configuration, tokens.access_token, subject)
        : undefined;
    return {
      issuer,
      subject,
      name: nameIn(claims) ?? nameIn(info) ?? subject,
      email: textClaim(claims, 'email', MAX_TEXT) ?? textClaim(info, 'email', MAX_TEXT),
      roleNames: roleNamesOf(claimAt(claims, rolesClaim) ?? claimAt(info, rolesClaim)),
      refreshToken: boundedToken(tokens.refresh_token),
      idToken: boundedToken(tokens.id_token),
      expiresInS: tokens.expires_in ?? null,
    };
  }
}

export function createOidcProvider(options: OidcProviderOptions): IdentityProvider {
  return new OidcProvider(options);
}

function nameIn(claims: unknown): string | null {
  const names = ['name', 'preferred_username', 'email'];
  return names.map((name) => textClaim(claims, name, MAX_TEXT)).find((name) => name !== null) ?? null;
}

function boundedToken(token: string | undefined): string | null {
  return token !== undefined && token.length <= MAX_TOKEN ? token : null;
}

function notThem(message: string): ProviderProblem {
  return new ProviderProblem(failure('fatal', 'subject', message));
}
