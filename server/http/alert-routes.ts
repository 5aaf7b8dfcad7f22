/**
 * Devices' alerts over REST: what is open, who took it, what was refused, what could not be handed on, the devices by
 * site, and which queue a device belongs to. Where no broker is configured each of them says so.
 */

import {
  type AcknowledgeWish,
  type AlertsFrame,
  type AlertsResponse,
  acknowledgeSchema,
  alertsQuerySchema,
  type DeliveriesResponse,
  type DevicesResponse,
  type RefusedResponse,
  retryDeliveriesSchema,
} from '../../lib/contracts/alert';
import { deviceRulesSchema } from '../../lib/contracts/settings';
import { nameOf } from '../access/principal';
import { doerOf, recordFirst } from '../access/session-audit';
import type { AlertDesk } from '../alerts/desk';
import type { AuditLog } from '../audit/audit-log';
import type { Clock } from '../runtime/clock';
import { orAuditProblem } from './audit-problem';
import { problemIn, wishIn } from './read-wish';
import { type HttpProblem, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface AlertRoutesOptions {
  /** `null`: no broker is configured. */
  readonly desk: AlertDesk | null;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

type Answer = (desk: AlertDesk, exchange: Exchange) => void | Promise<void>;

const OFF: HttpProblem = {
  status: 404,
  code: 'source.off',
  message: 'there are no devices here: MQTT_URL is not set',
};

export function alertRoutes({ desk, audit, clock }: AlertRoutesOptions): readonly Route[] {
  const serverTime = () => clock.now();
  const route = (method: 'GET' | 'POST', path: string, answer: Answer): Route => ({
    method,
    path,
    answer: (exchange) => (desk === null ? sendProblem(exchange.response, OFF) : answer(desk, exchange)),
  });
  return [
    route('GET', '/api/v1/alerts', (own, exchange) => list(own, exchange, serverTime())),
    route('GET', '/api/v1/alerts/groups', (own, { response }) =>
      sendJson(response, { serverTime: serverTime(), ...own.frame() } satisfies AlertsFrame),
    ),
    route('POST', '/api/v1/alerts/acknowledgements', acknowledge),
    route('GET', '/api/v1/alerts/refused', async (own, { response }) => {
      sendJson(response, { serverTime: serverTime(), ...(await own.refused()) } satisfies RefusedResponse);
    }),
    route('GET', '/api/v1/alert-deliveries', async (own, { response }) => {
      const { forwarding, dead } = await own.deliveries();
      sendJson(response, {
        serverTime: serverTime(),
        forwarding,
        dead: [...dead],
      } satisfies DeliveriesResponse);
    }),
    route('POST', '/api/v1/alert-deliveries/retries', (own, exchange) => retry(own, exchange, audit)),
    route('GET', '/api/v1/devices', async (own, { response, parameters }) => {
      const sites = await own.devices(parameters.get('site') ?? undefined);
      sendJson(response, { serverTime: serverTime(), sites } satisfies DevicesResponse);
    }),
    route('GET', '/api/v1/device-rules', (own, { response }) => sendJson(response, { rules: own.rules() })),
    route('POST', '/api/v1/device-rules', (own, exchange) => replaceRules(own, exchange, audit)),
  ];
}

async function list(desk: AlertDesk, { response, parameters }: Exchange, serverTime: number): Promise<void> {
  const parsed = alertsQuerySchema.safeParse(Object.fromEntries(parameters));
  if (!parsed.success) return sendProblem(response, problemIn('query', parsed.error));
  const { alerts, next } = await desk.find(parsed.data);
  sendJson(response, { serverTime, alerts: [...alerts], next } satisfies AlertsResponse);
}

async function acknowledge(desk: AlertDesk, exchange: Exchange): Promise<void> {
  const wish = await wishIn<AcknowledgeWish>(exchange, acknowledgeSchema);
  if (wish === null) return;
  sendJson(exchange.response, { acknowledged: await desk.acknowledge(wish, nameOf(exchange.as)) });
}

async function retry(desk: AlertDesk, exchange: Exchange, audit: AuditLog): Promise<void> {
  const wish = await wishIn(exchange, retryDeliveriesSchema);
  if (wish === null) return;
  const { response, as, address } = exchange;
  await orAuditProblem(response, async () => {
    await recordFirst(audit, doerOf(as, address), {
      action: 'alert-deliveries.retried',
      subject: 'alert-deliveries',
      details: [['count', wish.ids.length]],
    });
    sendJson(response, { queued: await desk.retry(wish.ids) });
  });
}

/** The whole list, in the order in which rules are tried. */
async function replaceRules(desk: AlertDesk, exchange: Exchange, audit: AuditLog): Promise<void> {
  const rules = await wishIn(exchange, deviceRulesSchema);
  if (rules === null) return;
  const { response, as, address } = exchange;
  await orAuditProblem(response, async () => {
    await recordFirst(audit, doerOf(as, address), {
      action: 'device-rules.changed',
      subject: 'device-rules',
      details: [
        ['before', desk.rules().length],
        ['after', rules.length],
      ],
    });
    await desk.setRules(rules);
    sendJson(response, { rules: desk.rules() });
  });
}
