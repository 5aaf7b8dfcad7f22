/**
 * Finds out where a provider's endpoints are when they are first needed, once for all who wait, and again after some
 * hours. Away: nobody can sign in, and everything else goes on. Away when it is time to look again: what was known
 * stays good.
 */
import * as client from 'openid-client';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import type { OidcConfig } from '../access-config';
import type { OutgoingHosts } from './outgoing-hosts';
import { failureOf } from './provider-failures';
import { readMetadata } from './provider-metadata';

export interface DiscoveryOptions {
  readonly config: OidcConfig;
  readonly hosts: OutgoingHosts;
  readonly fetch: client.CustomFetch;
  readonly clock: Clock;
  readonly log: Log;
}

export const KNOWN_FOR_MS = 4 * 3_600_000;
const AGAIN_AFTER_MS = 60_000;
/** Between our clock and the provider's. */
const CLOCK_TOLERANCE_S = 30;

interface Known {
  readonly configuration: client.Configuration;
  /** Monotonic ms. */
  readonly until: number;
}

/** Rejects as `failureOf` reads it. */
export function createDiscovery(options: DiscoveryOptions): () => Promise<client.Configuration> {
  const { clock } = options;
  let known: Known | null = null;
  let pending: Promise<client.Configuration> | null = null;

  async function look(): Promise<client.Configuration> {
    try {
      const configuration = await discover(options);
      known = { configuration, until: clock.monotonicNow() + KNOWN_FOR_MS };
      return configuration;
    } catch (thrown) {
      return stillGood(thrown);
    } finally {
      pending = null;
    }
  }

  function stillGood(thrown: unknown): client.Configuration {
    const { kind, code, message } = failureOf(thrown);
    if (known === null || kind !== 'retry') throw thrown;
    options.log.warn('the sign-in provider cannot be looked up anew', { code, message });
    known = { ...known, until: clock.monotonicNow() + AGAIN_AFTER_MS };
    return known.configuration;
  }

  return () => {
    if (known !== null && clock.monotonicNow() < known.until) return Promise.resolve(known.configuration);
    pending ??= look();
    return pending;
  };
}

async function discover({ config, hosts, fetch }: DiscoveryOptions): Promise<client.Configuration> {
  const { issuer, clientId, allowLoopback } = config;
  const execute = allowLoopback ? [client.allowInsecureRequests] : [];
  const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
    [client.customFetch]: fetch,
    execute,
  });
  const metadata = readMetadata(found.serverMetadata(), issuer, hosts);
  return configure({ metadata, config, fetch });
}

interface Parts {
  readonly metadata: client.ServerMetadata;
  readonly config: OidcConfig;
  readonly fetch: client.CustomFetch;
}

function configure({ metadata, config, fetch }: Parts): client.Configuration {
  const about = { [client.clockTolerance]: CLOCK_TOLERANCE_S };
  const configuration = new client.Configuration(metadata, config.clientId, about, authOf(metadata, config));
  configuration[client.customFetch] = fetch;
  // The fetch has a deadline of its own.
  configuration.timeout = 0;
  if (config.allowLoopback) client.allowInsecureRequests(configuration);
  // Signatures count, not only the way that a token came: the library trusts TLS alone otherwise.
  client.enableNonRepudiationChecks(configuration);
  return configuration;
}

/** In the header, as OpenID Connect Core (9) has it where nothing else is said; in the form where that is not offered. */
function authOf(metadata: client.ServerMetadata, { clientSecret }: OidcConfig): client.ClientAuth {
  if (clientSecret === null) return client.None();
  const offered = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return offered.includes('client_secret_basic')
    ? client.ClientSecretBasic(clientSecret)
    : client.ClientSecretPost(clientSecret);
}
