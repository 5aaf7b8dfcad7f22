/**
 * `POST /oauth/token`: client credentials, and for people the code of a sign-in and refresh tokens. Its errors have
 * OAuth's own shape. Source: platform facts, section 1, and the official SDK's ApiClient for people.
 */
import { sentinelClient } from '../faults/sentinels';
import { errorReply, genericProblem, type Reply } from './error-body';
import type { Granted, SignInDesk } from './sign-in-desk';
import type { TokenStore } from './tokens';

export interface LoginRequest {
  readonly authorization: string | undefined;
  /** The form, as text. */
  readonly body: string;
  /** Monotonic ms. */
  readonly now: number;
  readonly contextId: string;
}

export interface LoginParts {
  readonly tokens: TokenStore;
  readonly desk: SignInDesk;
}

export function login(parts: LoginParts, request: LoginRequest): Reply {
  const form = new URLSearchParams(request.body);
  const grant = form.get('grant_type');
  switch (grant) {
    case 'client_credentials':
      return clientGrant(parts.tokens, request);
    case 'authorization_code':
    case 'refresh_token':
      return personGrant(parts, request, form);
    case null:
      return oauthError('invalid_request', 'grant_type is missing');
    default:
      return oauthError('unsupported_grant_type', `grant_type is ${grant}`);
  }
}

function clientGrant(tokens: TokenStore, request: LoginRequest): Reply {
  const credentials = readBasic(request.authorization);
  if (credentials === null) return oauthError('invalid_client', 'client authentication is missing');
  const status = sentinelClient(credentials.id)?.loginStatus;
  if (status !== undefined) return errorReply(genericProblem(status), request.contextId);
  const issued = tokens.issue(credentials.id, credentials.secret, request.now);
  if (issued === null) return oauthError('invalid_client', 'authentication failed');
  const body = {
    access_token: issued.token.value,
    token_type: 'bearer',
    expires_in: issued.expiresInSeconds,
  };
  return { status: 200, body };
}

function personGrant({ tokens, desk }: LoginParts, request: LoginRequest, form: URLSearchParams): Reply {
  const clientId = clientOf(desk, request.authorization, form);
  if (clientId === null) return oauthError('invalid_client', 'authentication failed');
  const granted =
    form.get('grant_type') === 'refresh_token'
      ? desk.refresh(form.get('refresh_token') ?? '', clientId)
      : redeem(desk, clientId, form, request.now);
  if (!granted.ok) return oauthError(granted.error, 'the code or refresh token is not good');
  return personTokens(tokens, clientId, granted.value, request.now);
}

function redeem(desk: SignInDesk, clientId: string, form: URLSearchParams, now: number) {
  const shown = { clientId, redirectUri: form.get('redirect_uri'), verifier: form.get('code_verifier') };
  return desk.redeem(form.get('code') ?? '', shown, now);
}

function personTokens(tokens: TokenStore, clientId: string, granted: Granted, now: number): Reply {
  const { token, expiresInSeconds } = tokens.issueTo(clientId, granted.person.id, now);
  const body = {
    access_token: token.value,
    token_type: 'bearer',
    expires_in: expiresInSeconds,
    refresh_token: granted.refreshToken,
  };
  return { status: 200, body };
}

/** By its secret in the header, or, a public one, by its id in the form. */
function clientOf(desk: SignInDesk, authorization: string | undefined, form: URLSearchParams): string | null {
  const basic = readBasic(authorization);
  const client = desk.client(basic?.id ?? form.get('client_id') ?? '');
  return client !== undefined && client.secret === (basic?.secret ?? null) ? client.id : null;
}

function oauthError(error: string, description: string): Reply {
  return { status: 400, body: { error, description, error_description: description } };
}

/** Id and secret of an `Authorization: Basic …`; `null`: it is none. */
export function readBasic(header: string | undefined): { id: string; secret: string } | null {
  const match = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(header ?? '');
  if (match === null) return null;
  const text = Buffer.from(match[1] ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? null : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
