/**
 * A provider that lies: a small OpenID Connect provider made by hand, of which a test replaces any part. Without being
 * told so it is honest.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { CALLBACK, CLIENT } from './oidc-stand';

export type Json = Record<string, unknown>;
type Handle = (request: IncomingMessage, response: ServerResponse) => void;

export interface Lies {
  /** The document of discovery, made of the honest one. */
  document?: (honest: Json) => unknown;
  /** The ID token's claims, made of the honest ones. */
  claims?: (honest: JWTPayload) => JWTPayload;
  /** The ID token, made of its claims. */
  sign?: (claims: JWTPayload) => string | Promise<string>;
  /** What the token endpoint answers, made of the honest answer. */
  token?: (honest: Json) => unknown;
  /** The same where the grant is a refresh. */
  refreshed?: (honest: Json) => unknown;
  userinfo?: (honest: Json) => unknown;
  keys?: (honest: readonly JWK[]) => unknown;
  /** Answers a path in its own way: `/token`. */
  handle?: ReadonlyMap<string, Handle>;
}

export interface HostileOidc {
  readonly issuer: string;
  lies: Lies;
  /** `GET /token`, in the order of their coming. */
  readonly requests: string[];
  /** The grants' forms, in their order. */
  readonly forms: URLSearchParams[];
  /** The public key as text, which some take for a secret. */
  readonly publicKeyText: string;
  /** Signs as the provider does; `algorithm` of RS256 (the default), PS256, ES256, EdDSA. */
  sign(claims: JWTPayload, algorithm?: string): Promise<string>;
  /** The browser's way back, at once. */
  back(location: string): URL;
  stop(): Promise<void>;
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'RS384'] as const;

export async function openHostileOidc(): Promise<HostileOidc> {
  const pairs = new Map<string, CryptoKey>();
  const jwks: JWK[] = [];
  let publicKeyText = '';
  for (const alg of ALGORITHMS) {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    pairs.set(alg, privateKey);
    jwks.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' });
    if (alg === 'RS256') publicKeyText = await exportSPKI(publicKey);
  }
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on an address of its own: not a pipe.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const nonces = new Map<string, string>();

  const hostile: HostileOidc = {
    issuer,
    ...{ lies: {}, requests: [], forms: [], publicKeyText },
    async sign(claims, algorithm = 'RS256') {
      const key = pairs.get(algorithm);
      if (key === undefined) throw new Error(`no key for ${algorithm}`);
      return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: algorithm }).sign(key);
    },
    back(location) {
      const asked = new URL(location).searchParams;
      const code = `code-${nonces.size + 1}`;
      nonces.set(code, asked.get('nonce') ?? '');
      return new URL(`${CALLBACK}?${new URLSearchParams({ code, state: asked.get('state') ?? '' })}`);
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };

  async function tokens(form: URLSearchParams): Promise<unknown> {
    const { lies } = hostile;
    const isRefresh = form.get('grant_type') === 'refresh_token';
    const now = Math.floor(Date.now() / 1_000);
    const nonce = nonces.get(form.get('code') ?? '');
    const honest: JWTPayload = {
      ...{ iss: issuer, aud: CLIENT.id, sub: 'ada', iat: now, exp: now + 300 },
      ...{ name: 'Ada Lovelace', email: 'ada@example.com', groups: ['Team Leads'] },
      ...(nonce === undefined ? {} : { nonce }),
    };
    const claims = lies.claims?.(honest) ?? honest;
    const answer = {
      ...{ access_token: 'access', token_type: 'Bearer', expires_in: 300 },
      refresh_token: `refresh-${hostile.forms.length}`,
      id_token: await (lies.sign ?? hostile.sign)(claims),
    };
    const lie = isRefresh ? (lies.refreshed ?? lies.token) : lies.token;
    return lie === undefined ? answer : lie(answer);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    hostile.requests.push(`${request.method} ${path}`);
    const own = hostile.lies.handle?.get(path);
    if (own !== undefined) return own(request, response);
    const form = new URLSearchParams(await bodyOf(request));
    switch (path) {
      case '/.well-known/openid-configuration':
        return json(response, hostile.lies.document?.(documentOf(issuer)) ?? documentOf(issuer));
      case '/keys':
        return json(response, { keys: hostile.lies.keys?.(jwks) ?? jwks });
      case '/token':
        hostile.forms.push(form);
        return json(response, await tokens(form));
      case '/userinfo': {
        const honest = { sub: 'ada', name: 'Ada Lovelace', groups: ['Team Leads'] };
        return json(response, hostile.lies.userinfo?.(honest) ?? honest);
      }
      case '/revoke':
        response.writeHead(200).end();
        return;
      default:
        response.writeHead(404).end();
    }
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((thrown: unknown) => response.writeHead(500).end(String(thrown)));
  });
  return hostile;
}

function documentOf(issuer: string): Json {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/userinfo`,
    end_session_endpoint: `${issuer}/end`,
    revocation_endpoint: `${issuer}/revoke`,
    id_token_signing_alg_values_supported: [...ALGORITHMS, 'HS256', 'none'],
  };
}

/** Text goes out as it is: `__proto__` can be written no other way. */
export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
