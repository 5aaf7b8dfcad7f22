/**
 * The people who signed in here, for administrators: their roles and their sessions. Every change is recorded before
 * it is made; it holds at their very next request, and their sockets hear of it.
 */
import type { ServerResponse } from 'node:http';
import {
  accessIdSchema,
  grantRolesSchema,
  type PeopleResponse,
  type Person,
} from '../../lib/contracts/access';
import type { People } from '../access/people/people';
import type { KnownPerson } from '../access/people/person-record';
import { doerOf } from '../access/session-audit';
import type { EndDeed, SessionSummary, Sessions } from '../access/sessions/sessions';
import { orAuditProblem } from './audit-problem';
import { type HttpProblem, SAFE_HEADERS, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface PeopleRoutesOptions {
  readonly people: People;
  readonly sessions: Sessions;
}

const NO_PERSON: HttpProblem = { status: 404, code: 'person.unknown', message: 'there is no such person' };
const NO_SESSION: HttpProblem = { status: 404, code: 'session.unknown', message: 'there is no such session' };
const BAD_ROLES: HttpProblem = {
  status: 400,
  code: 'body.invalid',
  message: 'the body is {"grantedRoles": […]} of agent, supervisor, senior_tech, admin',
};

export function peopleRoutes(options: PeopleRoutesOptions): readonly Route[] {
  return [
    { method: 'GET', path: '/api/v1/people', answer: (exchange) => list(options, exchange) },
    { method: 'PATCH', path: '/api/v1/people/:id', answer: (exchange) => grant(options, exchange) },
    {
      method: 'DELETE',
      path: '/api/v1/people/:id/sessions',
      answer: (exchange) => endAll(options, exchange),
    },
    { method: 'DELETE', path: '/api/v1/sessions/:id', answer: (exchange) => endOne(options, exchange) },
  ];
}

/** Who signed in last comes first. */
async function list({ people, sessions }: PeopleRoutesOptions, { response }: Exchange): Promise<void> {
  const open = byPerson(await sessions.list());
  const known = [...(await people.list())].sort((a, b) => b.lastSignInAt - a.lastSignInAt);
  const body: PeopleResponse = { people: known.map((person) => shown(person, open.get(person.id) ?? [])) };
  sendJson(response, body);
}

async function grant({ people, sessions }: PeopleRoutesOptions, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  const body = await exchange.json();
  if (!body.ok) return sendProblem(response, body.error);
  const parsed = grantRolesSchema.safeParse(body.value);
  if (!parsed.success) return sendProblem(response, BAD_ROLES);
  await orAuditProblem(response, async () => {
    const by = doerOf(exchange.as, exchange.address);
    const person = await people.grant(idIn(exchange), parsed.data.grantedRoles, by);
    if (person === null) return sendProblem(response, NO_PERSON);
    const theirs = (await sessions.list()).filter(({ personId }) => personId === person.id);
    sendJson(response, shown(person, theirs));
  });
}

async function endAll({ people, sessions }: PeopleRoutesOptions, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  await orAuditProblem(response, async () => {
    const id = idIn(exchange);
    if ((await people.find(id)) === null) return sendProblem(response, NO_PERSON);
    await sessions.endAllOf(id, revocation(exchange));
    sendNothing(response);
  });
}

async function endOne({ sessions }: PeopleRoutesOptions, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  await orAuditProblem(response, async () => {
    const ended = await sessions.end(idIn(exchange), revocation(exchange));
    if (ended === null) sendProblem(response, NO_SESSION);
    else sendNothing(response);
  });
}

function byPerson(sessions: readonly SessionSummary[]): ReadonlyMap<string, readonly SessionSummary[]> {
  const groups = new Map<string, SessionSummary[]>();
  for (const session of sessions) {
    const group = groups.get(session.personId);
    if (group === undefined) groups.set(session.personId, [session]);
    else group.push(session);
  }
  return groups;
}

function revocation({ as, address }: Exchange): EndDeed {
  return { by: doerOf(as, address), action: 'session.revoked', reason: 'by an administrator' };
}

/** Empty, and so nobody's, where it cannot be an id of ours. */
function idIn({ ids }: Exchange): string {
  const parsed = accessIdSchema.safeParse(ids.get('id'));
  return parsed.success ? parsed.data : '';
}

function shown(person: KnownPerson, sessions: readonly SessionSummary[]): Person {
  const { id, name, email, providerRoles, grantedRoles, lastSignInAt } = person;
  const open = [...sessions].sort((a, b) => b.lastSeenAt - a.lastSeenAt);
  return {
    ...{ id, name, email, providerRoles, grantedRoles, lastSignInAt },
    sessions: open.map(({ id, startedAt, lastSeenAt }) => ({ id, startedAt, lastSeenAt })),
  };
}

function sendNothing(response: ServerResponse): void {
  response.writeHead(204, SAFE_HEADERS).end();
}
