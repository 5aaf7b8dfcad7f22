/**
 * Machines and their secrets, for administrators. A secret is in the one answer to its making and nowhere else; every
 * change is recorded before it is made.
 */
import type { ServerResponse } from 'node:http';
import { createMachineSchema, type MachinesResponse, SCOPES } from '../../lib/contracts/access';
import type { Machines } from '../access/machines/machines';
import { doerOf } from '../access/session-audit';
import { orAuditProblem } from './audit-problem';
import { type HttpProblem, SAFE_HEADERS, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

const NO_MACHINE: HttpProblem = {
  status: 404,
  code: 'machine.unknown',
  message: 'there is no such machine',
};
const NO_SECRET: HttpProblem = {
  status: 404,
  code: 'machine.secret-unknown',
  message: 'there is no such secret',
};
const TWO_SECRETS: HttpProblem = {
  status: 409,
  code: 'machine.secrets-full',
  message: 'it has two secrets already: remove the one that is not used any more first',
};
const FULL: HttpProblem = {
  status: 409,
  code: 'machines.full',
  message: 'there are as many machines as there may be: remove one first',
};
const BAD_MACHINE: HttpProblem = {
  status: 400,
  code: 'body.invalid',
  message: `the body is {"name": "…", "scopes": […]} with scopes of ${SCOPES.join(', ')}`,
};

export function machineRoutes(machines: Machines): readonly Route[] {
  const machine = '/api/v1/machines/:id';
  const heavy = { pace: 'heavy' } as const;
  return [
    { method: 'GET', path: '/api/v1/machines', answer: (exchange) => list(machines, exchange) },
    { ...heavy, method: 'POST', path: '/api/v1/machines', answer: (exchange) => create(machines, exchange) },
    { method: 'DELETE', path: machine, answer: (exchange) => remove(machines, exchange) },
    { ...heavy, method: 'POST', path: `${machine}/secrets`, answer: (exchange) => add(machines, exchange) },
    {
      method: 'DELETE',
      path: `${machine}/secrets/:secretId`,
      answer: (exchange) => removeSecret(machines, exchange),
    },
  ];
}

async function list(machines: Machines, { response }: Exchange): Promise<void> {
  sendJson(response, { machines: [...(await machines.list())] } satisfies MachinesResponse);
}

async function create(machines: Machines, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  const body = await exchange.json();
  if (!body.ok) return sendProblem(response, body.error);
  const wish = createMachineSchema.safeParse(body.value);
  if (!wish.success) return sendProblem(response, BAD_MACHINE);
  await orAuditProblem(response, async () => {
    const made = await machines.create(wish.data, doerIn(exchange));
    if (made.ok) sendJson(response, made.value, 201);
    else sendProblem(response, FULL);
  });
}

async function remove(machines: Machines, exchange: Exchange): Promise<void> {
  const { response, ids } = exchange;
  await orAuditProblem(response, async () => {
    const isRemoved = await machines.remove(ids.get('id') ?? '', doerIn(exchange));
    if (isRemoved) sendNothing(response);
    else sendProblem(response, NO_MACHINE);
  });
}

async function add(machines: Machines, exchange: Exchange): Promise<void> {
  const { response, ids } = exchange;
  await orAuditProblem(response, async () => {
    const made = await machines.addSecret(ids.get('id') ?? '', doerIn(exchange));
    if (made.ok) sendJson(response, made.value, 201);
    else sendProblem(response, made.error === 'full' ? TWO_SECRETS : NO_MACHINE);
  });
}

async function removeSecret(machines: Machines, exchange: Exchange): Promise<void> {
  const { response, ids } = exchange;
  await orAuditProblem(response, async () => {
    const [id, secretId] = [ids.get('id') ?? '', ids.get('secretId') ?? ''];
    const isRemoved = await machines.removeSecret(id, secretId, doerIn(exchange));
    if (isRemoved) sendNothing(response);
    else sendProblem(response, NO_SECRET);
  });
}

function doerIn({ as, address }: Exchange) {
  return doerOf(as, address);
}

function sendNothing(response: ServerResponse): void {
  response.writeHead(204, SAFE_HEADERS).end();
}
