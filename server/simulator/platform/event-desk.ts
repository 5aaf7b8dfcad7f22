/**
 * Where events from outside come in: the platform's webhook integration, and a gateway that wants a bearer token. Both
 * take a JSON object of at most 8 KB whose keys are camelCase, and answer 202 with an invocation id; what they have
 * taken is kept for people and tests to read. Source: platform facts, section 7.
 */
import { GATEWAY_PATH } from './control-paths';
import { badRequest, errorReply, genericProblem, type Problem, type Reply } from './error-body';
import type { HttpCall } from './http-server';
import type { TokenCheck } from './tokens';

const WEBHOOK_PATH = /^\/api\/v2\/integrations\/webhooks\/([\w.~-]{1,200})\/events$/;
const MAX_EVENT_BYTES = 8_192;
const KEPT = 20_000;
const CAMEL_CASE = /^[a-z][A-Za-z0-9]*$/;
/** Deeper than any event is meant to be. */
const MAX_DEPTH = 32;

export interface TakenEvent {
  readonly invocationId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly via: 'webhook' | 'gateway';
  /** Of the webhook's address. */
  readonly tokenId: string | null;
  readonly body: unknown;
}

export interface EventTruth {
  readonly taken: number;
  readonly refused: number;
  /** The last ones, oldest first. */
  readonly events: readonly TakenEvent[];
}

export interface EventDesk {
  /** `null`: the path is none of its. */
  answer(call: HttpCall): Reply | null;
  truth(limit: number): EventTruth;
}

export interface EventDeskOptions {
  now(): number;
  check(authorization: string | undefined): TokenCheck;
  uuid(): string;
}

export function createEventDesk(options: EventDeskOptions): EventDesk {
  const events: TakenEvent[] = [];
  let [taken, refused] = [0, 0];

  function refuse(problem: Problem): Reply {
    refused += 1;
    return errorReply(problem, options.uuid());
  }
  function take(call: HttpCall, via: TakenEvent['via'], tokenId: string | null): Reply {
    if (call.method !== 'POST') return refuse(genericProblem(405));
    const check = via === 'gateway' ? options.check(call.authorization) : null;
    if (check?.ok === false) return refuse(check.problem);
    const event = readEvent(call.body, via);
    if ('problem' in event) return refuse(badRequest(event.problem));
    const invocationId = options.uuid();
    taken += 1;
    events.push({ invocationId, at: options.now(), via, tokenId, body: event.body });
    if (events.length > 2 * KEPT) events.splice(0, events.length - KEPT);
    return { status: 202, body: { invocationId } };
  }
  return {
    answer(call) {
      if (call.path === GATEWAY_PATH) return take(call, 'gateway', null);
      const webhook = WEBHOOK_PATH.exec(call.path);
      return webhook === null ? null : take(call, 'webhook', webhook[1] ?? null);
    },
    truth: (limit) => ({ taken, refused, events: events.slice(-Math.min(limit, KEPT)) }),
  };
}

function readEvent(
  text: string,
  via: TakenEvent['via'],
): { readonly body: unknown } | { readonly problem: string } {
  if (Buffer.byteLength(text) > MAX_EVENT_BYTES) return { problem: `more than ${MAX_EVENT_BYTES} bytes` };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // JSON.parse throws nothing but SyntaxError.
    return { problem: 'the body is not valid JSON' };
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { problem: 'not a JSON object' };
  const wrong = wrongKey(body, MAX_DEPTH);
  if (wrong !== null) return { problem: `the key ${JSON.stringify(wrong.slice(0, 100))} is not camelCase` };
  if (via === 'gateway' && !isNamed(body)) return { problem: 'not like {"name": "…", "data": {…}}' };
  return { body };
}

/** The first key, at any depth, that is not camelCase; what is too deep counts as one. */
function wrongKey(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth === 0) return '…';
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value) && !CAMEL_CASE.test(key)) return key;
    const wrong = wrongKey(inner, depth - 1);
    if (wrong !== null) return wrong;
  }
  return null;
}

function isNamed(body: object): boolean {
  if (!('name' in body && 'data' in body)) return false;
  const { name, data } = body;
  return (
    typeof name === 'string' &&
    name !== '' &&
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data)
  );
}
