/**
 * The way of a browser to a provider and back, the same for all of them: state, nonce and PKCE are made anew for every
 * sign-in, and the answer is read at our own address whatever the request's was.
 */
import * as client from 'openid-client';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { SignInFlow } from './identity-provider';

/** 256 bits: 43 characters, the shortest verifier that RFC 7636 (4.1) allows. */
const BYTES = 32;

export interface Departure {
  readonly location: string;
  readonly flow: SignInFlow;
}

/** With a `scope` it is OpenID Connect, which binds the ID token to this sign-in by a nonce. */
export async function depart(
  configuration: client.Configuration,
  parameters: { readonly redirect_uri: string; readonly scope?: string },
  { next, secretBytes }: { readonly next: string; readonly secretBytes: SecretBytes },
): Promise<Departure> {
  const fresh = () => secretBytes(BYTES).toString('base64url');
  const flow: SignInFlow = { state: fresh(), nonce: fresh(), codeVerifier: fresh(), next };
  const location = client.buildAuthorizationUrl(configuration, {
    ...(parameters.scope === undefined ? {} : { nonce: flow.nonce }),
    ...parameters,
    state: flow.state,
    code_challenge: await client.calculatePKCECodeChallenge(flow.codeVerifier),
    code_challenge_method: 'S256',
  });
  return { location: location.href, flow };
}

/** Our address with what came back: behind a proxy the request's own may be another. */
export function arrival(callbackUrl: string, returned: URL): URL {
  const here = new URL(callbackUrl);
  here.search = returned.search;
  return here;
}

/** What of a sign-in nobody may read in a message. */
export function secretsOf({ state, nonce, codeVerifier }: SignInFlow): readonly string[] {
  return [state, nonce, codeVerifier];
}

interface Client {
  readonly clientId: string;
  readonly clientSecret: string | null;
}

/** The client's secret as it is, and as its header says it: plain, and encoded as RFC 6749, 2.3.1 has it. */
export function secretsOfClient({ clientId, clientSecret }: Client): readonly string[] {
  if (clientSecret === null) return [];
  const encoded = [inForm(clientId), inForm(clientSecret)] as const;
  const headers = [[clientId, clientSecret], encoded].map((pair) =>
    Buffer.from(pair.join(':')).toString('base64'),
  );
  return [clientSecret, encoded[1], ...headers];
}

function inForm(text: string): string {
  return encodeURIComponent(text)
    .replace(/[-_.!~*'()]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
