/**
 * Users: `GET /api/v2/users/me`, who holds the token (SDK model `UserMe`), and `GET /api/v2/users/{id}` (SDK model
 * `User`); roles, groups and organisation where asked for. Users have one schema of attributes of the organisation's
 * own, in which senior technicians are marked (SDK models `DataSchema`, `UserCustomAttributes`).
 */

import { stableUuid } from '../world/stable-id';
import { badRequest, notFound, type Problem, type Reply } from './error-body';
import { ORGANISATION, type SimPerson } from './organisation';
import type { ApiCall, Route } from './router';
import type { SignInDesk } from './sign-in-desk';

export interface PeopleRouteOptions {
  readonly desk: SignInDesk;
  /** Anybody who signs in or takes calls. */
  user(id: string): SimPerson | undefined;
  fail(problem: Problem): Reply;
}

const NO_USER =
  'This request requires a user context. Client credentials cannot be used for requests that require a user context.';
const REFUSED: Problem = { status: 401, code: 'bad.credentials', message: 'Invalid login credentials.' };

/** Attributes of the organisation's own that users have. */
export const USER_SCHEMA = {
  id: stableUuid('schema', 'technician'),
  name: 'technician',
  version: 1,
  appliesTo: ['USER'],
  enabled: true,
  jsonSchema: {
    $schema: 'http://json-schema.org/draft-04/schema#',
    title: 'Technician',
    properties: { senior_tech: { allOf: [{ $ref: '#/definitions/checkbox' }], title: 'senior_tech' } },
  },
};
const SENIOR_ROLE = 'Senior Technician';
const SCHEMAS = '/api/v2/users/customattributes/schemas';

export function peopleRoutes({ desk, user, fail }: PeopleRouteOptions): readonly Route[] {
  const known = (call: ApiCall, then: (person: SimPerson) => Reply): Reply => {
    const person = user(call.params.get('id') ?? '');
    return person === undefined ? fail(notFound('user')) : then(person);
  };
  return [
    { method: 'GET', path: '/api/v2/users/me', handle: (call) => me(desk, call, fail) },
    {
      method: 'GET',
      path: SCHEMAS,
      handle: () => ({ status: 200, body: { total: 1, entities: [USER_SCHEMA], selfUri: SCHEMAS } }),
    },
    {
      method: 'GET',
      path: '/api/v2/users/:id',
      permission: 'directory:user:view',
      handle: (call) => known(call, (person) => userReply(desk, person, call)),
    },
    {
      method: 'GET',
      path: '/api/v2/users/:id/customattributes/bulk',
      permission: 'directory:user:view',
      handle: (call) =>
        known(call, (person) => {
          const asked = call.query.getAll('schemaIds').flatMap((ids) => ids.split(','));
          return { status: 200, body: asked.includes(USER_SCHEMA.id) ? [attributesEntity(person)] : [] };
        }),
    },
    {
      method: 'GET',
      path: '/api/v2/users/:id/customattributes/:schema',
      permission: 'directory:user:view',
      handle: (call) =>
        known(call, (person) =>
          call.params.get('schema') === USER_SCHEMA.id
            ? { status: 200, body: attributesEntity(person) }
            : fail(notFound('schema')),
        ),
    },
  ];
}

/** A user has no organisation of its own in this answer. */
function userReply(desk: SignInDesk, person: SimPerson, { query }: ApiCall): Reply {
  const expand = expanded(query);
  expand.delete('organization');
  const state = desk.isDisabled(person.id) ? 'inactive' : 'active';
  return { status: 200, body: { ...userEntity(person, expand), state } };
}

function attributesEntity(person: SimPerson): unknown {
  const { id, name } = USER_SCHEMA;
  const isSenior = person.roles.some((role) => role.name === SENIOR_ROLE);
  return {
    ...{ id, name, userId: person.id, schema: USER_SCHEMA },
    attributes: { senior_tech: isSenior },
    selfUri: `/api/v2/users/${person.id}/customattributes/${id}`,
  };
}

function expanded(query: URLSearchParams): Set<string> {
  return new Set(query.getAll('expand').flatMap((names) => names.split(',')));
}

function me(desk: SignInDesk, { token, query }: ApiCall, fail: PeopleRouteOptions['fail']): Reply {
  if (token.userId === null) return fail(badRequest(NO_USER));
  const person = desk.person(token.userId);
  if (person === undefined || desk.isDisabled(person.id)) return fail(REFUSED);
  return { status: 200, body: userEntity(person, expanded(query)) };
}

function userEntity(person: SimPerson, expand: ReadonlySet<string>): object {
  const { id, name, email, roles, groups } = person;
  const authorization = { roles, unusedRoles: [], permissions: [], permissionPolicies: [] };
  return {
    ...{ id, name, email, username: email, state: 'active', version: 1 },
    ...(expand.has('authorization') ? { authorization } : {}),
    ...(expand.has('groups') ? { groups: groups.map(groupEntity) } : {}),
    ...(expand.has('organization') ? { organization: { ...ORGANISATION, version: 1 } } : {}),
    selfUri: `/api/v2/users/${id}`,
  };
}

function groupEntity(group: { readonly id: string; readonly name: string }): unknown {
  const { id, name } = group;
  return {
    id,
    name,
    type: 'official',
    rulesVisible: true,
    visibility: 'public',
    selfUri: `/api/v2/groups/${id}`,
  };
}
