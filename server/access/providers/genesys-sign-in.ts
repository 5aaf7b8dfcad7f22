/**
 * People of a Genesys Cloud organisation: OAuth 2.0 authorization code with PKCE; there are no ID tokens, so who it is
 * is asked of the API with the token that just came from the login service. Only people of the one organisation that
 * was named are let in: an administrator of any other may authorize a client that he knows the id of, and would bring
 * role names of his own choosing.
 *
 * Established by the official SDK (purecloud-platform-client-v2 262, ApiClient.js): `{login}/oauth/authorize` with
 * `response_type=code`, `state`, `code_challenge` and `code_challenge_method=S256`; `{login}/oauth/token` with the code,
 * by `Basic id:secret` without any encoding, or without a secret by `client_id` and `code_verifier` in the form;
 * `grant_type=refresh_token` for clients with a secret; `{login}/logout?client_id&redirect_uri`; `GET /api/v2/users/me`
 * with repeated `expand`. By the developer center's page on the code grant a code is exchanged by the server alone.
 * Not established: whether the verifier counts for clients with a secret (it does no harm), whether refresh tokens
 * rotate (both work), and any revocation of refresh tokens (there is none here).
 */
import * as client from 'openid-client';
import { type Clock, systemClock } from '../../runtime/clock';
import { failure } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import { type SecretBytes, systemSecretBytes } from '../../runtime/secret-bytes';
import type { GenesysSignInConfig } from '../access-config';
import type { IdentityProvider, ProvidedIdentity, SignInFlow } from './identity-provider';
import { outgoingHosts } from './outgoing-hosts';
import { attempt, failureOfRefresh, failureOfStatus, ProviderProblem } from './provider-failures';
import { createProviderFetch } from './provider-fetch';
import { arrival, type Departure, depart, secretsOf, secretsOfClient } from './provider-flow';
import { type GenesysUser, readGenesysUser } from './provider-genesys-user';
import { createRotations, type Rotations } from './provider-rotations';

export interface GenesysSignInOptions {
  readonly config: GenesysSignInConfig;
  /** Where the browser comes back to; registered at the OAuth client. */
  readonly callbackUrl: () => string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly secretBytes?: SecretBytes;
}

/** Roles, groups and organisation are left out unless they are asked for. */
const WHO = '/api/v2/users/me?expand=authorization&expand=groups&expand=organization';

class GenesysSignIn implements IdentityProvider {
  readonly #options: GenesysSignInOptions;
  readonly #configuration: client.Configuration;
  readonly #rotations: Rotations = createRotations();

  constructor(options: GenesysSignInOptions) {
    this.#options = options;
    this.#configuration = configure(options);
  }

  begin(next: string) {
    const { callbackUrl, secretBytes = systemSecretBytes } = this.#options;
    return attempt<Departure>(() =>
      depart(this.#configuration, { redirect_uri: callbackUrl() }, { next, secretBytes }),
    );
  }

  finish(returned: URL, flow: SignInFlow) {
    return attempt<ProvidedIdentity>(async (confide) => {
      confide(
        ...secretsOfClient(this.#options.config),
        returned.searchParams.get('code'),
        ...secretsOf(flow),
      );
      const address = arrival(this.#options.callbackUrl(), returned);
      const checks = { expectedState: flow.state, pkceCodeVerifier: flow.codeVerifier };
      const tokens = await client.authorizationCodeGrant(this.#configuration, address, checks);
      confide(tokens.access_token, tokens.refresh_token);
      return this.#identity(tokens, await this.#who(tokens.access_token));
    });
  }

  refresh(refreshToken: string, subject: string) {
    return attempt<ProvidedIdentity>(async (confide) => {
      const newest = this.#rotations.newestOf(refreshToken);
      confide(...secretsOfClient(this.#options.config), refreshToken, newest);
      const tokens = await client.refreshTokenGrant(this.#configuration, newest);
      confide(tokens.access_token, tokens.refresh_token);
      const next = tokens.refresh_token ?? newest;
      if (next !== refreshToken) this.#rotations.rotated(refreshToken, next);
      const user = await this.#who(tokens.access_token);
      if (user.subject !== subject) throw refused('subject', 'Genesys Cloud answered for another person');
      this.#rotations.settled(refreshToken);
      return { ...this.#identity(tokens, user), refreshToken: next };
    }, failureOfRefresh);
  }

  async signOutLocation(_idToken: string | null, returnTo: string): Promise<string | null> {
    const { config } = this.#options;
    const location = new URL(`${config.loginUrl}/logout`);
    location.searchParams.set('client_id', config.clientId);
    location.searchParams.set('redirect_uri', returnTo);
    return location.href;
  }

  /** There is no way to: it ends by its own age, or with the person. */
  async revoke(_refreshToken: string): Promise<void> {}

  async #who(accessToken: string): Promise<GenesysUser> {
    const { apiUrl, organizationId } = this.#options.config;
    const address = new URL(`${apiUrl}${WHO}`);
    const response = await client.fetchProtectedResource(this.#configuration, accessToken, address, 'GET');
    if (response.status === 401 || response.status === 403) {
      throw refused('person.refused', `Genesys Cloud does not say who signed in: status ${response.status}`);
    }
    if (response.status !== 200) throw new ProviderProblem(failureOfStatus(response, 'asking who signed in'));
    const user = readGenesysUser(await response.text());
    if (user === null)
      throw new ProviderProblem(failure('retry', 'malformed', 'who signed in is unreadable'));
    if (user.organizationId !== organizationId) {
      const whose = user.organizationId ?? 'no organisation';
      throw refused('subject', `who signed in is of ${whose}, not of ${organizationId}`);
    }
    if (!user.isActive) throw refused('person.refused', 'who signed in is not active any more');
    if (!user.rolesAreTold) {
      this.#options.log.warn('the roles of who signed in are not told: scope authorization:readonly?');
    }
    return user;
  }

  #identity(tokens: client.TokenEndpointResponse, user: GenesysUser): ProvidedIdentity {
    const { loginUrl, organizationId } = this.#options.config;
    const { subject, name, email, roleNames } = user;
    return {
      issuer: `${loginUrl}/${organizationId}`,
      ...{ subject, name, email, roleNames },
      refreshToken: tokens.refresh_token ?? null,
      idToken: null,
      expiresInS: tokens.expires_in ?? null,
    };
  }
}

export function createGenesysSignIn(options: GenesysSignInOptions): IdentityProvider {
  return new GenesysSignIn(options);
}

function configure({ config, clock = systemClock }: GenesysSignInOptions): client.Configuration {
  const { loginUrl, apiUrl, clientId, clientSecret, allowLoopback } = config;
  const server = {
    issuer: loginUrl,
    authorization_endpoint: `${loginUrl}/oauth/authorize`,
    token_endpoint: `${loginUrl}/oauth/token`,
  };
  const auth = clientSecret === null ? client.None() : basic(clientId, clientSecret);
  const configuration = new client.Configuration(server, clientId, undefined, auth);
  const hosts = outgoingHosts([loginUrl, apiUrl], [], allowLoopback);
  configuration[client.customFetch] = createProviderFetch({ hosts, clock });
  // The fetch has a deadline of its own.
  configuration.timeout = 0;
  if (allowLoopback) client.allowInsecureRequests(configuration);
  return configuration;
}

/** As the SDK writes it: RFC 6749 would have dashes encoded, and every client id here has four. */
function basic(id: string, secret: string): client.ClientAuth {
  const credentials = Buffer.from(`${id}:${secret}`).toString('base64');
  return (_server, _client, _body, headers) => headers.set('authorization', `Basic ${credentials}`);
}

function refused(code: string, message: string): ProviderProblem {
  return new ProviderProblem(failure('fatal', code, message));
}
