/**
 * Diagnostic sessions over REST. The table of access says who comes in; what he may run, on whose device, and what is
 * written down of it, the desk decides at each command. A session that is not his is not there for him.
 */

import type { z } from 'zod';
import { interactionIdSchema } from '../../lib/contracts/device';
import {
  type CommandResponse,
  type DiagnosticSession,
  type EndWish,
  type ExecuteWish,
  endSessionSchema,
  executeSchema,
  type InitiateWish,
  initiateSchema,
  type SessionResponse,
  type SessionsResponse,
} from '../../lib/contracts/diagnostics';
import { rolesOf } from '../access/principal';
import type { Actor, DiagnosticsDesk } from '../devices/diagnostics-desk';
import type { Clock } from '../runtime/clock';
import { httpProblemOf } from './desk-problem';
import type { DeviceCallers } from './device-callers';
import type { LiveStreams } from './live-stream';
import { wishIn } from './read-wish';
import { type HttpProblem, sendJson, sendProblem, sendText } from './reply';
import type { Exchange, Route } from './route';

export interface DiagnosticRoutesOptions {
  /** `null`: there is no link to appliances. */
  readonly desk: DiagnosticsDesk | null;
  readonly callers: DeviceCallers;
  readonly streams: Pick<LiveStreams, 'open'>;
  readonly clock: Pick<Clock, 'now'>;
}

type With = DiagnosticRoutesOptions & { readonly desk: DiagnosticsDesk };
type Answer = (options: With, exchange: Exchange) => void | Promise<void>;

const OFF: HttpProblem = {
  status: 404,
  code: 'source.off',
  message: 'there are no diagnostic sessions here: DEVICE_LINK_URL is not set',
};
const UNKNOWN: HttpProblem = {
  status: 404,
  code: 'diagnostics.unknown',
  message: 'there is no diagnostic session of that interaction, or it is not yours',
};

export function diagnosticRoutes(options: DiagnosticRoutesOptions): readonly Route[] {
  const route = (method: 'GET' | 'POST', path: string, answer: Answer): Route => ({
    method,
    path,
    answer: (exchange) =>
      options.desk === null
        ? sendProblem(exchange.response, OFF)
        : answer({ ...options, desk: options.desk }, exchange),
  });
  return [
    route('POST', '/v1/diagnostics/initiate', initiate),
    route('POST', '/v1/diagnostics/execute', execute),
    route('POST', '/v1/diagnostics/:id/end', end),
    route('GET', '/v1/diagnostics/:id', show),
    route('GET', '/v1/diagnostics/:id/stream', stream),
    route('GET', '/v1/diagnostics/:id/bundle', bundle),
    route('GET', '/api/v1/diagnostics', list),
  ];
}

async function initiate(options: With, exchange: Exchange): Promise<void> {
  const asked = await wishAndActor<InitiateWish>(options, exchange, initiateSchema);
  if (asked === null) return;
  const { wish, actor } = asked;
  const made = await options.desk.initiate(wish, actor);
  if (!made.ok) return sendProblem(exchange.response, httpProblemOf(made.error));
  const { session, isNew } = made.value;
  sendJson(exchange.response, sessionResponse(options, session, actor), isNew ? 201 : 200);
}

async function execute(options: With, exchange: Exchange): Promise<void> {
  const asked = await wishAndActor<ExecuteWish>(options, exchange, executeSchema);
  if (asked === null) return;
  const command = await options.desk.execute(asked.wish, asked.actor);
  if (!command.ok) return sendProblem(exchange.response, httpProblemOf(command.error));
  const answer = { serverTime: options.clock.now(), command: command.value };
  sendJson(exchange.response, answer satisfies CommandResponse, 202);
}

async function end(options: With, exchange: Exchange): Promise<void> {
  const interactionId = interactionIn(exchange);
  if (interactionId === null) return;
  const asked = await wishAndActor<EndWish>(options, exchange, endSessionSchema);
  if (asked === null) return;
  const { wish, actor } = asked;
  const ended = await options.desk.end(interactionId, wish, actor);
  if (!ended.ok) return sendProblem(exchange.response, httpProblemOf(ended.error));
  sendJson(exchange.response, sessionResponse(options, ended.value, actor));
}

async function show(options: With, exchange: Exchange): Promise<void> {
  const interactionId = interactionIn(exchange);
  if (interactionId === null) return;
  const viewer = await options.callers.viewerOf(exchange);
  const session = await options.desk.session(interactionId, viewer);
  if (session === null) return sendProblem(exchange.response, UNKNOWN);
  sendJson(exchange.response, sessionResponse(options, session, { ...viewer, roles: rolesOf(exchange.as) }));
}

async function stream(options: With, exchange: Exchange): Promise<void> {
  const interactionId = interactionIn(exchange);
  if (interactionId === null) return;
  const problem = await options.streams.open(interactionId, exchange);
  if (problem !== null) sendProblem(exchange.response, problem);
}

async function bundle({ desk, callers }: With, exchange: Exchange): Promise<void> {
  const interactionId = interactionIn(exchange);
  if (interactionId === null) return;
  const content = await desk.bundle(interactionId, await callers.viewerOf(exchange));
  if (content === null) return sendProblem(exchange.response, UNKNOWN);
  sendText(exchange.response, {
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(content, null, 2),
    // Letters, digits and dashes only: nothing to escape.
    headers: { 'content-disposition': `attachment; filename="diagnostics-${interactionId}.json"` },
  });
}

async function list({ desk, callers, clock }: With, exchange: Exchange): Promise<void> {
  const listed = await desk.list(await callers.viewerOf(exchange));
  sendJson(exchange.response, { serverTime: clock.now(), ...listed } satisfies SessionsResponse);
}

/** `null`: it was answered that there is no such session. */
function interactionIn({ ids, response }: Exchange): string | null {
  const id = interactionIdSchema.safeParse(ids.get('id'));
  if (id.success) return id.data;
  sendProblem(response, UNKNOWN);
  return null;
}

/** `null`: it was answered why not. */
async function wishAndActor<T>(
  { callers }: With,
  exchange: Exchange,
  schema: z.ZodType<T>,
): Promise<{ readonly wish: T; readonly actor: Actor } | null> {
  const wish = await wishIn(exchange, schema);
  if (wish === null) return null;
  const actor = await callers.actorOf(exchange);
  if (actor.ok) return { wish, actor: actor.value };
  sendProblem(exchange.response, actor.error);
  return null;
}

function sessionResponse(
  { desk, clock }: With,
  session: DiagnosticSession,
  { roles, genesysUserId }: Pick<Actor, 'roles' | 'genesysUserId'>,
): SessionResponse {
  return { serverTime: clock.now(), session, mayRun: [...desk.mayRun(session, roles, genesysUserId)] };
}
