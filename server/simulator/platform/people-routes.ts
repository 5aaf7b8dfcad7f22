/** `GET /api/v2/users/me`: who holds the token. SDK model `UserMe`; roles, groups and organisation where asked for. */
import { badRequest, type Problem, type Reply } from './error-body';
import { ORGANISATION, type SimPerson } from './organisation';
import type { ApiCall, Route } from './router';
import type { SignInDesk } from './sign-in-desk';

export interface PeopleRouteOptions {
  readonly desk: SignInDesk;
  fail(problem: Problem): Reply;
}

const NO_USER =
  'This request requires a user context. Client credentials cannot be used for requests that require a user context.';
const REFUSED: Problem = { status: 401, code: 'bad.credentials', message: 'Invalid login credentials.' };

export function peopleRoutes({ desk, fail }: PeopleRouteOptions): readonly Route[] {
  return [{ method: 'GET', path: '/api/v2/users/me', handle: (call) => me(desk, call, fail) }];
}

function me(desk: SignInDesk, { token, query }: ApiCall, fail: PeopleRouteOptions['fail']): Reply {
  if (token.userId === null) return fail(badRequest(NO_USER));
  const person = desk.person(token.userId);
  if (person === undefined || desk.isDisabled(person.id)) return fail(REFUSED);
  const expand = new Set(query.getAll('expand').flatMap((names) => names.split(',')));
  return { status: 200, body: userEntity(person, expand) };
}

function userEntity(person: SimPerson, expand: ReadonlySet<string>): unknown {
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
