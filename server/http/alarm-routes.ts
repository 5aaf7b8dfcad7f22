/**
 * Alarms over REST: what stands on a board, who took it, what is put out of sight for how long and why, and the
 * addresses that are told. Every change is recorded before it is made. Secrets of addresses are told to nobody.
 */
import { z } from 'zod';
import {
  type AlarmsResponse,
  acknowledgeAlarmsSchema,
  alarmKeySchema,
  type Shelf,
  saveWebhooksSchema,
  shelveSchema,
} from '../../lib/contracts/alarm';
import { boardIdSchema } from '../../lib/contracts/board';
import { nameOf } from '../access/principal';
import { type Deed, doerOf, recordFirst } from '../access/session-audit';
import type { AlarmDesk, ShelfProblem } from '../alarms/desk';
import type { AuditLog } from '../audit/audit-log';
import type { BoardProvider } from '../boards/board-provider';
import type { Clock } from '../runtime/clock';
import { orAuditProblem } from './audit-problem';
import { queryIn } from './read-query';
import { wishIn } from './read-wish';
import { type HttpProblem, SAFE_HEADERS, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface AlarmRoutesOptions {
  readonly desk: AlarmDesk;
  readonly boards: Pick<BoardProvider, 'list'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

const NO_BOARD: HttpProblem = { status: 404, code: 'board.unknown', message: 'there is no such board' };
const NO_ALARM: HttpProblem = { status: 404, code: 'alarm.unknown', message: 'there is no such alarm now' };
const NO_SHELF: HttpProblem = { status: 404, code: 'shelf.unknown', message: 'it is on no shelf' };
const SHELF_PROBLEMS: Readonly<Record<ShelfProblem, HttpProblem>> = {
  unknown: NO_ALARM,
  full: { status: 409, code: 'shelves.full', message: 'there are as many shelves as there may be' },
};
const CHANGED: HttpProblem = {
  status: 409,
  code: 'webhooks.changed',
  message: 'somebody else changed the webhooks meanwhile',
};

const boardQuery = z.strictObject({ boardId: boardIdSchema.optional() });
const keyQuery = z.strictObject({ key: alarmKeySchema });
/** Of keys and hosts, in an entry of the log. */
const MOST_CHARACTERS = 200;

export function alarmRoutes(options: AlarmRoutesOptions): readonly Route[] {
  const { desk } = options;
  const shelves = '/api/v1/alarms/shelves';
  const webhooks = '/api/v1/alarm-webhooks';
  const route = (
    method: Route['method'],
    path: string,
    answer: (options: AlarmRoutesOptions, exchange: Exchange) => void | Promise<void>,
  ): Route => ({ method, path, answer: (exchange) => answer(options, exchange) });
  return [
    route('GET', '/api/v1/alarms', list),
    route('POST', '/api/v1/alarms/acknowledgements', acknowledge),
    route('POST', shelves, shelve),
    route('DELETE', shelves, unshelve),
    { method: 'GET', path: webhooks, answer: ({ response }) => sendJson(response, desk.webhooks()) },
    route('POST', webhooks, saveWebhooks),
  ];
}

function list({ desk, boards, clock }: AlarmRoutesOptions, { response, parameters }: Exchange): void {
  const query = queryIn(parameters, boardQuery);
  if (!query.ok) {
    sendProblem(response, query.error);
    return;
  }
  const boardId = query.value.boardId ?? boards.list()[0]?.id ?? '';
  const frame = desk.frame(boardId);
  if (frame === null) {
    sendProblem(response, NO_BOARD);
    return;
  }
  const besides = { boardId, flooded: [...desk.flooded(boardId)], shelves: [...desk.shelves()] };
  sendJson(response, { serverTime: clock.now(), ...frame, ...besides } satisfies AlarmsResponse);
}

async function acknowledge({ desk, audit }: AlarmRoutesOptions, exchange: Exchange): Promise<void> {
  const wish = await wishIn(exchange, acknowledgeAlarmsSchema);
  if (wish === null) return;
  await orAuditProblem(exchange.response, async () => {
    const by = nameOf(exchange.as);
    const acknowledged = await desk.acknowledge({ ...wish, by }, (keys) =>
      record(audit, exchange, {
        action: 'alarms.acknowledged',
        subject: 'alarms',
        details: [
          ['count', keys.length],
          ['keys', keys.join(', ').slice(0, MOST_CHARACTERS)],
        ],
      }),
    );
    sendJson(exchange.response, { acknowledged });
  });
}

async function shelve({ desk, audit }: AlarmRoutesOptions, exchange: Exchange): Promise<void> {
  const wish = await wishIn(exchange, shelveSchema);
  if (wish === null) return;
  await orAuditProblem(exchange.response, async () => {
    const shelved = await desk.shelve(wish, nameOf(exchange.as), (shelf) =>
      record(audit, exchange, deedOf('alarm.shelved', shelf)),
    );
    if (shelved.ok) sendJson(exchange.response, shelved.value, 201);
    else sendProblem(exchange.response, SHELF_PROBLEMS[shelved.error]);
  });
}

async function unshelve({ desk, audit }: AlarmRoutesOptions, exchange: Exchange): Promise<void> {
  const { response, parameters } = exchange;
  const query = queryIn(parameters, keyQuery);
  if (!query.ok) return sendProblem(response, query.error);
  await orAuditProblem(response, async () => {
    const was = await desk.unshelve(query.value.key, (shelf) =>
      record(audit, exchange, deedOf('alarm.unshelved', shelf)),
    );
    if (was) response.writeHead(204, SAFE_HEADERS).end();
    else sendProblem(response, NO_SHELF);
  });
}

async function saveWebhooks({ desk, audit }: AlarmRoutesOptions, exchange: Exchange): Promise<void> {
  const wish = await wishIn(exchange, saveWebhooksSchema);
  if (wish === null) return;
  const { response } = exchange;
  await orAuditProblem(response, async () => {
    const saved = await desk.saveWebhooks(wish, ({ before, after, hosts }) =>
      record(audit, exchange, {
        action: 'alarm-webhooks.changed',
        subject: 'alarm-webhooks',
        details: [
          ['before', before],
          ['after', after],
          ['hosts', hosts.join(', ').slice(0, MOST_CHARACTERS)],
        ],
      }),
    );
    if (saved.ok) sendJson(response, saved.value);
    else if (saved.error.kind === 'changed') sendProblem(response, CHANGED);
    else sendProblem(response, { status: 400, code: 'webhook.refused', message: saved.error.message });
  });
}

function deedOf(action: string, { key, reason, since, until }: Shelf): Deed {
  const minutes = Math.round((until - since) / 60_000);
  return {
    action,
    subject: `alarm:${key}`,
    details: [
      ['reason', reason],
      ['minutes', minutes],
      ['until', until],
    ],
  };
}

function record(audit: AuditLog, { as, address }: Exchange, deed: Deed): Promise<void> {
  return recordFirst(audit, doerOf(as, address), deed);
}
