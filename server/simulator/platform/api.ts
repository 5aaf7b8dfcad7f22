/**
 * An API call from the token to the handler: who asks, inside the rate limit, allowed, understood. Every refusal has the
 * platform's error body and, once the token is known, the rate headers. Source: platform facts, sections 1 and 5.
 */
import type { Clock } from '../../runtime/clock';
import { sentinelClient } from '../faults/sentinels';
import { badRequest, errorReply, genericProblem, missingPermissions, type Reply } from './error-body';
import type { HttpCall } from './http-server';
import { countRequest, rateHeaders } from './rate-limit';
import { matchRoute, type Route } from './router';
import type { Token, TokenStore } from './tokens';

export interface ApiOptions {
  readonly routes: readonly Route[];
  readonly tokens: TokenStore;
  readonly clock: Clock;
  readonly requestsPerMinute: number;
  readonly missingPermissions: ReadonlySet<string>;
  contextId(): string;
}

export function answerApi(options: ApiOptions, call: HttpCall): Reply {
  const { clock, contextId } = options;
  const check = options.tokens.check(call.authorization, clock.monotonicNow());
  if (!check.ok) return errorReply(check.problem, contextId());
  const { token } = check;
  const sentinel = sentinelClient(token.clientId);
  const limit = sentinel?.requestsPerMinute ?? options.requestsPerMinute;
  const rate = countRequest(token.rate, clock.monotonicNow(), limit);
  token.rate = rate.window;
  const headers = rateHeaders(rate, limit);
  if (!rate.allowed) return withHeaders(tooMany(limit, rate.resetSeconds, contextId()), headers);
  if (sentinel?.forbidden === true && call.path !== '/api/v2/tokens/me') {
    return withHeaders(
      errorReply(missingPermissions(['analytics:queueObservation:view']), contextId()),
      headers,
    );
  }
  return withHeaders(route(options, call, token), headers);
}

function route(options: ApiOptions, call: HttpCall, token: Token): Reply {
  const fail = (status: number) => errorReply(genericProblem(status), options.contextId());
  const match = matchRoute(options.routes, call.method, call.path);
  if (match.kind === 'nothing') return fail(404);
  if (match.kind === 'wrongMethod') return withHeaders(fail(405), { Allow: match.allowed.join(', ') });
  const { permission } = match.route;
  if (permission !== undefined && options.missingPermissions.has(permission)) {
    return errorReply(missingPermissions([permission]), options.contextId());
  }
  const body = parseBody(call.body);
  if (body === null)
    return errorReply(badRequest('The request body is not valid JSON.'), options.contextId());
  return match.route.handle({
    token,
    params: match.params,
    query: call.query,
    body: body.value,
    now: options.clock.now(),
  });
}

function parseBody(text: string): { readonly value: unknown } | null {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

function tooMany(limit: number, resetSeconds: number, contextId: string): Reply {
  const message = `Rate limit exceeded the maximum [${limit}] requests within [60] seconds. Retry in [${resetSeconds}] seconds.`;
  const params = { limit: String(limit), retryAfterSeconds: String(resetSeconds) };
  const headers = { 'Retry-After': String(resetSeconds) };
  return errorReply({ status: 429, code: 'too.many.requests', message, params, headers }, contextId);
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}
