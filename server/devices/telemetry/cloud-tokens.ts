/**
 * Tokens of the server's own identity at the customer's APIs. One source serves them all (device cloud, customers,
 * link to appliances): a token is asked for once.
 */
import type { Clock } from '../../runtime/clock';
import type { Http } from '../../runtime/http';
import { createTokenSource, type TokenSource } from '../../runtime/token-source';

export interface CloudTokensOptions {
  readonly client: { readonly tokenUrl: string; readonly clientId: string; readonly clientSecret: string };
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 500;

export function createCloudTokens({ client, ...ground }: CloudTokensOptions): TokenSource {
  const { tokenUrl, clientId, clientSecret } = client;
  return createTokenSource({
    ...ground,
    ...{ loginUrl: new URL(tokenUrl).origin, tokenUrl, timeoutMs: TIMEOUT_MS },
    client: { id: clientId, secret: clientSecret },
    what: 'asking for a token of the device cloud',
    settings: 'DEVICE_CLIENT_ID, DEVICE_CLIENT_SECRET and DEVICE_TOKEN_URL',
  });
}
