/**
 * Where machines get their tokens: OAuth 2.0 client credentials (RFC 6749, 4.4). The client says who it is by HTTP
 * Basic or in the body; whether a client exists at all is not told. What is wrong is answered as RFC 6749, 5.2 has it.
 */
import type { ServerResponse } from 'node:http';
import { type Scope, scopeSchema, type TokenResponse } from '../../lib/contracts/access';
import { err, ok, type Result } from '../../lib/result';
import { type MachineTokens, TOKEN_LIFE_S } from '../access/machines/machine-tokens';
import type { KnownClient, Machines } from '../access/machines/machines';
import type { AuditLog } from '../audit/audit-log';
import type { Log } from '../runtime/log';
import { badClient, badRequest, clientIn, filled, type OauthProblem } from './oauth-token-client';
import { sendText } from './reply';
import type { Exchange, Route } from './route';

export interface OauthTokenRouteOptions {
  readonly machines: Machines;
  readonly tokens: MachineTokens;
  readonly audit: AuditLog;
  readonly log: Log;
}

const GRANT_TYPE = 'client_credentials';
/** RFC 6749, 5.1: also for caches of HTTP/1.0. */
const NO_CACHE = { 'cache-control': 'no-store', pragma: 'no-cache' };
const TYPE = 'application/json; charset=utf-8';

export function oauthTokenRoute(options: OauthTokenRouteOptions): Route {
  return {
    method: 'POST',
    path: '/oauth/token',
    pace: 'heavy',
    async answer(exchange) {
      const answer = await tokenFor(exchange, options);
      if (answer.ok) sendToken(exchange.response, answer.value);
      else sendOauthProblem(exchange.response, answer.error);
    },
  };
}

async function tokenFor(
  exchange: Exchange,
  options: OauthTokenRouteOptions,
): Promise<Result<TokenResponse, OauthProblem>> {
  const form = await exchange.form();
  if (!form.ok) {
    const { status, message, headers = {} } = form.error;
    return err({ status, error: 'invalid_request', description: message, headers });
  }
  const fields = filled(form.value);
  const grantType = fields.get('grant_type');
  if (grantType === undefined) return err(badRequest('grant_type is missing'));
  if (grantType !== GRANT_TYPE) {
    return err({ status: 400, error: 'unsupported_grant_type', description: `only ${GRANT_TYPE} here` });
  }
  const shown = clientIn(exchange.request.headers.authorization, fields);
  if (!shown.ok) {
    if (shown.error.error === 'invalid_client') noteBadClient(exchange, options, null);
    return shown;
  }
  const client = await options.machines.verify(shown.value.clientId, shown.value.secret);
  // Asked in both cases, so that both take as long.
  const isKnown = await options.machines.isKnown(shown.value.clientId);
  if (client === null) {
    noteBadClient(exchange, options, isKnown ? shown.value.clientId : null);
    return err(badClient(shown.value.way));
  }
  return grant(client, fields.get('scope'), { exchange, options });
}

async function grant(
  client: KnownClient,
  wanted: string | undefined,
  { exchange, options }: { exchange: Exchange; options: OauthTokenRouteOptions },
): Promise<Result<TokenResponse, OauthProblem>> {
  const scopes = wanted === undefined ? client.scopes : grantable(wanted, client.scopes);
  if (scopes === null) {
    noteBadScope(exchange, options, client);
    return err({
      status: 400,
      error: 'invalid_scope',
      description: 'the client does not have all of these scopes',
    });
  }
  const token = await options.tokens.issue(client, scopes);
  options.log.info('a machine got a token', { clientId: client.clientId, address: exchange.address });
  return ok({
    access_token: token,
    token_type: 'Bearer',
    expires_in: TOKEN_LIFE_S,
    scope: scopes.join(' '),
  });
}

/** The scopes asked for, where the client has all of them. */
function grantable(wanted: string, own: readonly Scope[]): readonly Scope[] | null {
  const scopes = new Set<Scope>();
  for (const name of wanted.split(' ')) {
    const scope = scopeSchema.safeParse(name);
    if (!scope.success || !own.includes(scope.data)) return null;
    scopes.add(scope.data);
  }
  return [...scopes];
}

/** A name that nobody has is not written down: each would be an entry of its own. */
function noteBadClient({ address }: Exchange, { audit }: OauthTokenRouteOptions, known: string | null): void {
  audit.refused({
    actor: 'anonymous',
    actorName: 'anonymous',
    action: 'token.refused',
    subject: known === null ? null : `machine:${known}`,
    outcome: 'refused',
    address,
    details: new Map([['reason', known === null ? 'client' : 'secret']]),
  });
}

function noteBadScope({ address }: Exchange, { audit }: OauthTokenRouteOptions, client: KnownClient): void {
  const actor = `machine:${client.clientId}`;
  audit.refused({
    actor,
    actorName: client.name,
    action: 'token.refused',
    subject: actor,
    outcome: 'refused',
    address,
    details: new Map([['reason', 'scope']]),
  });
}

function sendToken(response: ServerResponse, token: TokenResponse): void {
  sendText(response, { type: TYPE, body: JSON.stringify(token), headers: NO_CACHE });
}

function sendOauthProblem(response: ServerResponse, problem: OauthProblem): void {
  const { status, error, description, headers = {} } = problem;
  const body = JSON.stringify({ error, error_description: description });
  sendText(response, { status, type: TYPE, body, headers: { ...headers, ...NO_CACHE } });
}
