/** REST of what the organisation has: queues, presence definitions, the token's own description. Facts, section 5. */
import { MEDIA_TYPES, PRESENCES } from '../world/catalogue';
import type { SimQueue } from '../world/world';
import { badRequest, notFound, type Problem, type Reply } from './error-body';
import { ORGANISATION } from './organisation';
import { readPage } from './paging';
import type { Route } from './router';

export interface DirectoryRouteOptions {
  readonly queues: readonly SimQueue[];
  readonly queueById: ReadonlyMap<string, SimQueue>;
  fail(problem: Problem): Reply;
}

/** The settings name a queue's voice `call`. */
const SETTING_OF_MEDIA = {
  voice: 'call',
  chat: 'chat',
  email: 'email',
  message: 'message',
  callback: 'callback',
} as const;
const QUEUES = '/api/v2/routing/queues';
const DEFINITIONS = '/api/v2/presence/definitions';

export function directoryRoutes(options: DirectoryRouteOptions): readonly Route[] {
  const { fail } = options;
  const sorted = [...options.queues].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    {
      method: 'GET',
      path: QUEUES,
      permission: 'routing:queue:view',
      handle: (call) => listQueues(sorted, call.query, fail),
    },
    {
      method: 'GET',
      path: `${QUEUES}/:id`,
      permission: 'routing:queue:view',
      handle: (call) => {
        const queue = options.queueById.get(call.params.get('id') ?? '');
        return queue === undefined ? fail(notFound('queue')) : { status: 200, body: queueEntity(queue) };
      },
    },
    { method: 'GET', path: DEFINITIONS, handle: () => ({ status: 200, body: presenceDefinitions() }) },
    { method: 'GET', path: '/api/v2/presencedefinitions', handle: (call) => listPresences(call.query, fail) },
    {
      method: 'GET',
      path: '/api/v2/tokens/me',
      handle: (call) => ({ status: 200, body: tokenInfo(call.token.clientId) }),
    },
    { method: 'HEAD', path: '/api/v2/tokens/me', handle: () => ({ status: 200 }) },
  ];
}

function listQueues(
  sorted: readonly SimQueue[],
  query: URLSearchParams,
  fail: (problem: Problem) => Reply,
): Reply {
  const name = query.get('name');
  const divisions = new Set(listParameter(query, 'divisionId'));
  const ids = new Set(listParameter(query, 'id'));
  const pattern = name === null ? null : namePattern(name);
  const found = sorted.filter(
    (queue) =>
      (pattern === null || pattern.test(queue.name)) &&
      (divisions.size === 0 || divisions.has(queue.division.id)) &&
      (ids.size === 0 || ids.has(queue.id)),
  );
  const page = readPage(found, query, QUEUES);
  if (!page.ok) return fail(badRequest(page.error));
  return { status: 200, body: { ...page.value, entities: page.value.entities.map(queueEntity) } };
}

function listParameter(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');
}

/** Names match from their start, whatever the case; `*` stands for anything. */
function namePattern(name: string): RegExp {
  const escaped = name
    .slice(0, 200)
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}`, 'i');
}

function queueEntity(queue: SimQueue): unknown {
  const settings = MEDIA_TYPES.map((mediaType, media) => [
    SETTING_OF_MEDIA[mediaType],
    {
      alertingTimeoutSeconds: 8,
      serviceLevel: queue.targets[media] ?? { percentage: 0.8, durationMs: 20_000 },
    },
  ]);
  return {
    id: queue.id,
    name: queue.name,
    division: { ...queue.division, selfUri: `/api/v2/authorization/divisions/${queue.division.id}` },
    memberCount: queue.memberCount,
    userMemberCount: queue.memberCount,
    joinedMemberCount: queue.memberCount,
    mediaSettings: Object.fromEntries(settings),
    selfUri: `${QUEUES}/${queue.id}`,
  };
}

function presenceDefinitions(): unknown {
  const entities = PRESENCES.map((presence) => ({
    id: presence.id,
    type: presence.primary ? 'System' : 'User',
    languageLabels: { en_US: presence.label },
    systemPresence: presence.systemPresence,
    divisionId: '*',
    deactivated: false,
    selfUri: `${DEFINITIONS}/${presence.id}`,
  }));
  return { total: entities.length, entities, selfUri: DEFINITIONS };
}

/** The older list, with pages. */
function listPresences(query: URLSearchParams, fail: (problem: Problem) => Reply): Reply {
  const page = readPage(PRESENCES, query, '/api/v2/presencedefinitions');
  if (!page.ok) return fail(badRequest(page.error));
  const entities = page.value.entities.map((presence) => ({
    id: presence.id,
    name: presence.label,
    languageLabels: { en_US: presence.label },
    systemPresence: presence.systemPresence,
    deactivated: false,
    primary: presence.primary,
    selfUri: `/api/v2/presencedefinitions/${presence.id}`,
  }));
  return { status: 200, body: { ...page.value, entities } };
}

function tokenInfo(clientId: string): unknown {
  return {
    organization: ORGANISATION,
    homeOrganization: ORGANISATION,
    authorizedScope: [],
    OAuthClient: {
      id: clientId,
      name: clientId,
      authorizedGrantType: 'CLIENT-CREDENTIALS',
      scope: [],
      state: 'active',
      organization: ORGANISATION,
    },
  };
}
