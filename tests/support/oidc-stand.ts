/**
 * A real OpenID Connect provider on loopback (the npm package `oidc-provider`), and a browser without a window for it:
 * plain HTTP with a jar of cookies. PKCE is required; refresh tokens rotate.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import type { OidcConfig } from '../../server/access/access-config';

export const CALLBACK = 'http://127.0.0.1:4000/auth/callback';
export const AFTERWARDS = 'http://127.0.0.1:4000/sign-in';
/** Its dash must be encoded in the header, and is understood. */
export const CLIENT = { id: 'floorcast-web', secret: 'a-secret_with+signs/and=more-0123456789' };
export const PUBLIC_CLIENT_ID = 'floorcast-public';
/** Of programs on the person's own machine (RFC 8252, 7.3): its addresses are good at any port. */
export const ANY_PORT_CLIENT_ID = 'floorcast-any-port';

const PEOPLE = new Map([
  ['ada', { name: 'Ada Lovelace', email: 'ada@example.com', groups: ['Team Leads', 'Floor 2'] }],
  ['grace', { name: 'Grace Hopper', email: 'grace@example.com', groups: [] }],
]);

export interface OidcStand {
  readonly issuer: string;
  /** Settings for it: a client with a secret. */
  readonly config: OidcConfig;
  /** What tokens were given for, in order: `authorization_code`, `refresh_token`. */
  readonly grants: readonly string[];
  browser(): StandBrowser;
  /** Whom the next sign-in is of. */
  choose(person: string): void;
  /** From now on the person is not known there. */
  disable(person: string): void;
  stop(): Promise<void>;
}

export interface StandBrowser {
  /** Follows the address through signing in, as that person, to our callback. */
  signIn(location: string, person?: string): Promise<URL>;
  /** Follows the sign-out address, says yes, and gives where it ends. */
  signOut(location: string): Promise<string>;
  /** Whether the provider would ask who it is. */
  isAsked(location: string): Promise<boolean>;
}

/** `groupsIn`: whether groups stand in the ID token too, or at the userinfo endpoint only. */
export async function openOidcStand(groupsIn: 'id-token' | 'userinfo' = 'id-token'): Promise<OidcStand> {
  const restoreConsole = quietly();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on an address of its own: not a pipe.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gone = new Set<string>();
  const { default: ProviderClass } = await import('oidc-provider');
  const provider = new ProviderClass(issuer, await configuration(groupsIn, gone));
  const grants: string[] = [];
  provider.on('grant.success', ({ oidc }) => grants.push(String(oidc.params?.grant_type)));
  let person = 'ada';
  const choose = (who: string) => {
    person = who;
  };
  serve(server, provider, () => person);
  return {
    issuer,
    config: configFor(issuer),
    grants,
    browser: () => openBrowser(issuer, choose),
    choose,
    disable: (who) => void gone.add(who),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      restoreConsole();
    },
  };
}

export function configFor(issuer: string, more: Partial<OidcConfig> = {}): OidcConfig {
  return {
    ...{ mode: 'oidc', issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, label: 'Stand' },
    ...{ extraScopes: ['groups'], rolesClaim: 'groups', extraHosts: [], allowLoopback: true },
    ...more,
  };
}

async function configuration(groupsIn: 'id-token' | 'userinfo', gone: Set<string>): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const common = {
    redirect_uris: [CALLBACK],
    post_logout_redirect_uris: [AFTERWARDS],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code' as const],
  };
  return {
    clients: [
      { ...common, client_id: CLIENT.id, client_secret: CLIENT.secret },
      { ...common, client_id: PUBLIC_CLIENT_ID, token_endpoint_auth_method: 'none' },
      {
        ...{ ...common, client_id: ANY_PORT_CLIENT_ID, client_secret: CLIENT.secret },
        ...{ application_type: 'native', redirect_uris: [anyPort(CALLBACK)] },
        post_logout_redirect_uris: [anyPort(AFTERWARDS)],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'one', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['a key of the stand'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], email: ['email'], groups: ['groups'] },
    conformIdTokenClaims: groupsIn === 'userinfo',
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      RefreshToken: 3_600,
      Grant: 3_600,
      Session: 3_600,
      Interaction: 600,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async findAccount(_context, id) {
      const known = PEOPLE.get(id);
      if (known === undefined || gone.has(id)) return undefined;
      return { accountId: id, claims: async () => ({ sub: id, ...known }) };
    },
  };
}

function anyPort(address: string): string {
  const url = new URL(address);
  url.port = '';
  return url.href;
}

function serve(server: Server, provider: Provider, person: () => string): void {
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    interact(provider, request, response, person()).catch((thrown: unknown) => {
      response.writeHead(500).end(String(thrown));
    });
  });
}

/** Says who it is, and agrees to everything. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  person: string,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const merge = { mergeWithLastSubmission: true };
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: person } }, merge);
    return;
  }
  const grant = new provider.Grant({
    accountId: session?.accountId ?? person,
    clientId: String(params.client_id),
  });
  grant.addOIDCScope(String(params.scope));
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { consent: { grantId } }, merge);
}

function openBrowser(issuer: string, choose: (person: string) => void): StandBrowser {
  const jar = new Map<string, string>();
  async function go(address: string, form?: URLSearchParams): Promise<{ next: string | null; text: string }> {
    const cookie = Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ');
    const method = form === undefined ? 'GET' : 'POST';
    const response = await fetch(address, {
      ...{ method, redirect: 'manual', headers: { cookie } },
      ...(form === undefined ? {} : { body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = response.headers.get('location');
    return { next: location === null ? null : new URL(location, address).href, text: await response.text() };
  }
  async function follow(location: string, until: (address: string) => boolean): Promise<string> {
    let address = location;
    for (let hop = 0; hop < 12 && !until(address); hop += 1) {
      const { next, text } = await go(address);
      if (next === null) throw new Error(`${address} leads nowhere: ${text.slice(0, 500)}`);
      address = next;
    }
    return address;
  }
  return {
    async signIn(location, person = 'ada') {
      choose(person);
      return new URL(await follow(location, (address) => address.startsWith(CALLBACK)));
    },
    async signOut(location) {
      const { text } = await go(location);
      const secret = /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
      const form = new URLSearchParams({ xsrf: secret, logout: 'yes' });
      return (await go(`${issuer}/session/end/confirm`, form)).next ?? 'nowhere';
    },
    async isAsked(location) {
      const { next } = await go(location);
      return next?.startsWith(`${issuer}/interaction/`) ?? false;
    },
  };
}

/** The package tells at length that it is not set up for production. Gives the way back. */
function quietly(): () => void {
  const { warn, info } = console;
  const without = (say: typeof warn): typeof warn => {
    return (...words) => {
      if (!String(words[0]).includes('oidc-provider')) say(...words);
    };
  };
  console.warn = without(warn);
  console.info = without(info);
  return () => Object.assign(console, { warn, info });
}
