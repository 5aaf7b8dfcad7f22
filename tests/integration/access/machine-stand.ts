/** The whole of access and REST on a real server, with an administrator who came by a one-time link. */
import {
  type NewSecret,
  newSecretSchema,
  type Scope,
  tokenResponseSchema,
} from '../../../lib/contracts/access';
import { openAccess } from '../../../server/access/access';
import { accessRoutes } from '../../../server/http/access-routes';
import { createLog } from '../../../server/runtime/log';
import { systemSecretBytes } from '../../../server/runtime/secret-bytes';
import { FakeClock } from '../../support/fake-clock';
import { openHttp } from '../../support/http-stand';
import { MemoryStore } from '../../support/memory-store';
import { NotedAudit } from '../../support/noted-audit';

export const SECRET = 'a secret of the tests, long enough to be one';
const FORM = 'application/x-www-form-urlencoded';
const HOUR_MS = 3_600_000;

export interface Client {
  readonly id: string;
  readonly secret: string;
  readonly secretId: string;
}

/** `store`: shared with another stand, as nodes share one. */
export async function openMachines(
  options: {
    readonly store?: MemoryStore;
    readonly secret?: string;
    readonly trustedProxies?: readonly string[];
  } = {},
) {
  const { store = new MemoryStore(), secret = SECRET, trustedProxies = [] } = options;
  const clock = new FakeClock();
  const audit = new NotedAudit();
  const lines: string[] = [];
  const log = createLog('trace', (line) => lines.push(line));
  const parts = { store, audit, clock, log, boardExists: () => true };
  const access = await openAccess({
    ...parts,
    config: {
      kind: 'guarded',
      secret,
      signIn: { mode: 'local' },
      roleMapping: new Map(),
      sessionMs: 12 * HOUR_MS,
    },
    secretBytes: systemSecretBytes,
    baseUrl: () => 'https://wall.test',
    isConnected: () => false,
  });
  const routes = accessRoutes({ ...parts, access });
  const http = await openHttp({ gate: access.gate, routes, audit, clock, log, trustedProxies });
  return { ...http, ...parts, audit, access, lines };
}
export type MachineStand = Awaited<ReturnType<typeof openMachines>>;

/** Signs in as administrator by a one-time link; gives his session's cookie. */
export async function signedIn({ access, url }: MachineStand): Promise<string> {
  const token = new URL(await access.oneTimeLink()).hash.slice('#once='.length);
  const answer = await post(url, '/auth/once', { json: { token } });
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** What asks as an administrator. */
export async function administrator(stand: MachineStand) {
  const { url } = stand;
  const cookie = await signedIn(stand);
  return (method: string, path: string, json?: unknown) =>
    fetch(url + path, {
      method,
      headers: { cookie, origin: url, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
}
export type Administrator = Awaited<ReturnType<typeof administrator>>;

/** A machine as the administrator makes it by REST. */
export async function madeMachine(admin: Administrator, scopes: readonly Scope[]): Promise<Client> {
  return clientOf(await admin('POST', '/api/v1/machines', { name: 'Data action', scopes }));
}

export async function clientOf(answer: Response): Promise<Client> {
  const { clientId, secret, machine }: NewSecret = newSecretSchema.parse(await answer.json());
  return { id: clientId, secret, secretId: machine.secrets.at(-1)?.id ?? '' };
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

interface Sent {
  readonly json?: unknown;
  /** As it stands in the body. */
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function post(url: string, path: string, { json, form, headers = {} }: Sent): Promise<Response> {
  const type = json === undefined ? FORM : 'application/json';
  const body = json === undefined ? (form ?? '') : JSON.stringify(json);
  return fetch(url + path, { method: 'POST', body, headers: { 'content-type': type, ...headers } });
}

export function askToken(url: string, { id, secret }: Client, more = ''): Promise<Response> {
  const headers = { authorization: basic(id, secret) };
  return post(url, '/oauth/token', { form: `grant_type=client_credentials${more}`, headers });
}

/** Throws where it gets none. */
export async function tokenOf(url: string, client: Client, more = ''): Promise<string> {
  return tokenResponseSchema.parse(await (await askToken(url, client, more)).json()).access_token;
}

export function ask(url: string, path: string, token: string, more: Readonly<Record<string, string>> = {}) {
  return fetch(url + path, { headers: { authorization: `Bearer ${token}`, ...more } });
}
