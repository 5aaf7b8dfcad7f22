/**
 * A provider of identities that repeats every secret it is sent or has made, in every writing, wherever it can: an
 * OpenID Connect provider and the login service of Genesys Cloud in one, each in the mode that it is in. Beside it a
 * platform that has no figures.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { canary } from '../../support/canaries';
import { WRITINGS } from '../../support/writings';
import { fail } from './echoing-platform';
import { type Host, openHost } from './hosts';

const FAILURES = ['400', '401', '429', '500', 'redirect', 'broken', 'html', 'of another shape', 'cut'];
const TOKEN_MODES = FAILURES.map((how) => `token ${how}`);
const WHO_MODES = ['400', '401', 'challenge', '403', '500', 'redirect', 'broken', 'html', 'cut'].map(
  (how) => `who ${how}`,
);
/** `sign-in`: it fails as people sign in; `refresh`, `revoke`: later, as it is asked about them. */
export const OIDC_MODES: readonly string[] = [
  ...[...TOKEN_MODES, ...WHO_MODES].map((how) => `sign-in ${how}`),
  ...['keys 500', 'keys broken', 'token for another', 'token of another sign-in', 'back'].map(
    (how) => `sign-in ${how}`,
  ),
  ...[...TOKEN_MODES, 'who 401', 'who challenge', 'token for another'].map((how) => `refresh ${how}`),
  ...['revoke 400', 'revoke 500', 'revoke redirect', 'discovery 500', 'discovery broken', 'good'],
];
export const GENESYS_MODES: readonly string[] = [
  ...[...TOKEN_MODES, ...WHO_MODES, 'who elsewhere', 'back'].map((how) => `sign-in ${how}`),
  ...[...TOKEN_MODES, 'who 401', 'who elsewhere'].map((how) => `refresh ${how}`),
  'good',
];

/** Secrets of its making. */
export const ISSUED = {
  code: canary('authorization code'),
  accessToken: canary('provider access token'),
  refreshToken: canary('provider refresh token'),
  /** Stands in the ID token. */
  idToken: canary('id token'),
};
export const ORGANIZATION = 'org-1';

export interface EchoingProvider extends Host {
  readonly elsewhere: Host;
  mode: string;
  /** How often it failed so. */
  failures(): number;
  /** The forms that it was sent. */
  readonly forms: readonly URLSearchParams[];
  /** With what a browser comes back that was sent there. */
  back(location: string): URLSearchParams;
  stop(): Promise<void>;
}

export async function openEchoingProvider(): Promise<EchoingProvider> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const elsewhere = await openHost((_, response) => response.end('{}'));
  const forms: URLSearchParams[] = [];
  let failures = 0;
  /** Of OpenID Connect, without which there are no ID tokens. */
  let nonce = '';
  /** Whom it is asked about by its tokens it was asked for a moment ago. */
  let when = 'sign-in';

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await bodyOf(request));
    const path = (request.url ?? '').replace(/\?.*/, '');
    if (form.get('grant_type') === 'client_credentials') return void response.writeHead(503).end();
    if (form.has('grant_type')) {
      forms.push(form);
      when = form.get('grant_type') === 'refresh_token' ? 'refresh' : 'sign-in';
    }
    const { mode } = provider;
    const how = howFor(mode, whatIs(path, when));
    if (how !== null) failures += 1;
    if (how === null || LIES.has(how)) return json(response, await good(path, how ?? ''));
    const echo = echoOf([...secretsIn(request), ...form.values(), ...issuedAt(mode)], failures);
    if (how === 'challenge') return challenge(response, echo);
    fail(response, how, { echo, elsewhere: elsewhere.url + path });
  }

  async function good(path: string, how: string): Promise<unknown> {
    const host = provider.url;
    switch (path) {
      case '/.well-known/openid-configuration':
        return documentOf(host);
      case '/keys':
        return { keys: [key] };
      case '/oauth/token':
        return {
          ...{ access_token: ISSUED.accessToken, token_type: 'Bearer', expires_in: 300 },
          refresh_token: ISSUED.refreshToken,
          ...(nonce === ''
            ? {}
            : {
                id_token: await idToken(privateKey, host, { nonce: when === 'refresh' ? null : nonce, how }),
              }),
        };
      case '/userinfo':
        return { sub: 'ada', name: 'Ada Lovelace', groups: ['Leads'] };
      case '/api/v2/users/me':
        return {
          ...{
            id: 'ada',
            name: 'Ada Lovelace',
            state: 'active',
            authorization: { roles: [{ id: 'r', name: 'Leads' }] },
          },
          organization: {
            id: how === 'elsewhere' ? whole(echoOf(issuedAt('refresh who'), failures), 900) : ORGANIZATION,
          },
        };
      default:
        return {};
    }
  }

  const host = await openHost((request, response) => {
    answer(request, response).catch((thrown: unknown) => response.writeHead(500).end(String(thrown)));
  });
  const provider: EchoingProvider = {
    ...host,
    ...{ elsewhere, mode: 'good', forms, failures: () => failures },
    back(location) {
      const asked = new URL(location).searchParams;
      nonce = asked.get('nonce') ?? '';
      const state = asked.get('state') ?? '';
      if (provider.mode !== 'sign-in back') return new URLSearchParams({ code: ISSUED.code, state });
      failures += 1;
      const echo = whole(echoOf([state, ...(nonce === '' ? [] : [nonce])], failures), 1_000);
      return new URLSearchParams({ error: echo, error_description: echo, error_uri: echo, state });
    },
    async stop() {
      await host.stop();
      await elsewhere.stop();
    },
  };
  return provider;
}

/** Good answers in form, which say something that is not so. */
const LIES = new Set(['of another sign-in', 'for another', 'elsewhere']);

/** How what is asked for fails in that mode; `null`: it does not. */
function howFor(mode: string, what: string): string | null {
  return mode.startsWith(`${what} `) ? mode.slice(what.length + 1) : null;
}

/** `sign-in token`, `refresh who`, `revoke`, `discovery`: the name that modes have for it. */
function whatIs(path: string, when: string): string {
  switch (path) {
    case '/oauth/token':
      return `${when} token`;
    case '/userinfo':
    case '/api/v2/users/me':
      return `${when} who`;
    case '/keys':
      return 'sign-in keys';
    case '/revoke':
      return 'revoke';
    case '/.well-known/openid-configuration':
      return 'discovery';
    default:
      return 'other';
  }
}

function documentOf(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/userinfo`,
    end_session_endpoint: `${issuer}/end`,
    revocation_endpoint: `${issuer}/revoke`,
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function idToken(
  key: CryptoKey,
  issuer: string,
  { nonce, how }: { nonce: string | null; how: string },
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    ...{ iss: issuer, aud: 'floorcast', sub: 'ada', iat: now, exp: now + 300, secret: ISSUED.idToken },
    ...(nonce === null ? {} : { nonce: how === 'of another sign-in' ? `${nonce}x` : nonce }),
    ...(how === 'for another' ? { aud: ISSUED.idToken, sub: ISSUED.accessToken } : {}),
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);
}

/** What it has issued to whom it answers, beside what he sends. */
function issuedAt(mode: string): readonly string[] {
  const { code, accessToken, refreshToken } = ISSUED;
  if (mode.startsWith('sign-in who')) return [code, accessToken, refreshToken];
  return mode.startsWith('refresh who') ? [accessToken, refreshToken] : [];
}

/** What the request brought to say who it is. */
function secretsIn({ headers }: IncomingMessage): string[] {
  const [, credentials = ''] = (headers.authorization ?? '').split(' ');
  const [, password = ''] = Buffer.from(credentials, 'base64').toString().split(':');
  return [credentials, password].filter((secret) => secret !== '');
}

/** All of them in every writing; a message is cut, so that each time another one comes first. */
function echoOf(secrets: readonly string[], turn: number): string {
  const at = turn % Math.max(1, secrets.length);
  const turned = [...secrets.slice(at), ...secrets.slice(0, at)];
  const writings = [...WRITINGS.slice(turn % WRITINGS.length), ...WRITINGS];
  return turned.flatMap((secret) => [secret, ...writings.map(({ write }) => write(secret))]).join(' ');
}

/** As RFC 6750, 3 has it; what would end the text in its quotation marks cannot stand there. */
function challenge(response: ServerResponse, echo: string): void {
  const words = echo.split(' ').filter((word) => /^[!#-[\]-~]+$/.test(word));
  const said = `error="invalid_token", error_description="${words.slice(0, 30).join(' ')}"`;
  response.writeHead(401, { 'www-authenticate': `Bearer realm="x", ${said}` }).end();
}

/** Cut between two words: what somebody else cut in two nobody can know again. */
function whole(text: string, most: number): string {
  return text.slice(0, text.lastIndexOf(' ', most));
}

function json(response: ServerResponse, content: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
