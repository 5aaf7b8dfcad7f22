/**
 * The customer's device over REST: its state for an Architect flow and for the agent's widget, and the token by which
 * the widget is known in a frame of another site. What is not known is an answer too, with its reason: a flow that
 * waits for a caller gets one in any case.
 */
import type { AgentToken } from '../../lib/contracts/access';
import { deviceStatusQuerySchema, interactionIdSchema } from '../../lib/contracts/device';
import type { AgentTokens } from '../access/agents/agent-tokens';
import type { TelemetryDesk } from '../devices/telemetry-desk';
import type { DeviceCallers } from './device-callers';
import { queryIn } from './read-query';
import { type HttpProblem, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface DeviceRoutesOptions {
  readonly telemetry: Pick<TelemetryDesk, 'status' | 'ofInteraction'>;
  readonly callers: DeviceCallers;
  readonly agentTokens: Pick<AgentTokens, 'issue'>;
}

const UNKNOWN_INTERACTION: HttpProblem = {
  status: 404,
  code: 'interaction.unknown',
  message: 'there is no such conversation, or it is not yours',
};
const NO_INTERACTION: HttpProblem = {
  status: 400,
  code: 'query.invalid',
  message: 'conversationId: letters, digits and - only',
};
const NEEDLESS: HttpProblem = {
  status: 409,
  code: 'token.needless',
  message: 'this server has no accounts: no token is needed',
};

export function deviceRoutes(options: DeviceRoutesOptions): readonly Route[] {
  return [
    { method: 'GET', path: '/v1/device/status', answer: (exchange) => sendStatus(options, exchange) },
    { method: 'GET', path: '/api/v1/agent/device', answer: (exchange) => sendDevice(options, exchange) },
    {
      method: 'POST',
      path: '/api/v1/agent/token',
      pace: 'heavy',
      answer: (exchange) => sendToken(options, exchange),
    },
  ];
}

async function sendStatus({ telemetry }: DeviceRoutesOptions, exchange: Exchange): Promise<void> {
  const query = queryIn(exchange.parameters, deviceStatusQuerySchema);
  if (!query.ok) return sendProblem(exchange.response, query.error);
  sendJson(exchange.response, await telemetry.status(query.value));
}

async function sendDevice({ telemetry, callers }: DeviceRoutesOptions, exchange: Exchange): Promise<void> {
  const { response, parameters } = exchange;
  const given = parameters.getAll('conversationId');
  const interactionId = interactionIdSchema.safeParse(given[0]);
  if (!interactionId.success || given.length > 1) return sendProblem(response, NO_INTERACTION);
  const viewer = await callers.viewerOf(exchange);
  const device = await telemetry.ofInteraction(interactionId.data, viewer);
  if (device === null) sendProblem(response, UNKNOWN_INTERACTION);
  else sendJson(response, device);
}

async function sendToken({ agentTokens }: DeviceRoutesOptions, { as, response }: Exchange): Promise<void> {
  if (as.kind !== 'person') return sendProblem(response, NEEDLESS);
  sendJson(response, (await agentTokens.issue(as)) satisfies AgentToken);
}
