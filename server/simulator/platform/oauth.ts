/** `POST /oauth/token`, client credentials only. Its errors have OAuth's own shape. Source: platform facts, section 1. */
import { sentinelClient } from '../faults/sentinels';
import { errorReply, genericProblem, type Reply } from './error-body';
import type { TokenStore } from './tokens';

export interface LoginRequest {
  readonly authorization: string | undefined;
  /** The form, as text. */
  readonly body: string;
  /** Monotonic ms. */
  readonly now: number;
  readonly contextId: string;
}

export function login(tokens: TokenStore, request: LoginRequest): Reply {
  const form = new URLSearchParams(request.body);
  const grant = form.get('grant_type');
  if (grant !== 'client_credentials') {
    return oauthError(
      grant === null ? 'invalid_request' : 'unsupported_grant_type',
      `grant_type is ${grant ?? 'missing'}`,
    );
  }
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

function oauthError(error: string, description: string): Reply {
  return { status: 400, body: { error, description, error_description: description } };
}

function readBasic(header: string | undefined): { id: string; secret: string } | null {
  const match = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(header ?? '');
  if (match === null) return null;
  const text = Buffer.from(match[1] ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? null : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
