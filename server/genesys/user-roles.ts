/**
 * Whether the platform makes a user a senior technician: by one of his roles (name or id), or by a custom attribute of
 * his, by configuration. What the platform does not tell is a failure, never a role.
 *
 * By the official SDK (262): roles come with `GET /api/v2/users/{id}?expand=authorization`; custom attributes of users
 * belong to schemas, `GET /api/v2/users/customattributes/schemas` lists them (permission
 * `users:customAttributesSchema:view`), `GET /api/v2/users/{id}/customattributes/bulk?schemaIds=…` gives the values
 * (`directory:user:view`). Not established: which permission shows the roles of others; expanding is at best effort.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import { type Failure, failure } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { createBriefCache } from './brief-cache';
import type { RestCall, RestClient } from './rest-client';

/** Where roles come from. `account`: from here alone, the platform is not asked. */
export type RoleSource =
  | { readonly kind: 'account' }
  | { readonly kind: 'genesys-role'; readonly seniorRole: string }
  | { readonly kind: 'genesys-attribute'; readonly attribute: string };

export interface UserRolesOptions {
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly source: RoleSource;
  /** How long anybody waits. */
  readonly waitMs: number;
}

export type ReadRoles = (userId: string) => Promise<Result<readonly string[], Failure>>;

/** The role of ours that runs risky commands. */
const SENIOR = 'senior_tech';
const SCHEMAS_KEEP_MS = 10 * 60_000;
const MAX_SCHEMAS = 20;
const CALL = { method: 'GET', lane: 'agent', timeoutMs: 5_000, maxBytes: 1024 * 1024 } as const;
const YES: ReadonlySet<unknown> = new Set([true, 'true', 'yes', '1', SENIOR]);

const text = z.string().nullish().catch(null);
const userSchema = z.object({
  state: text,
  authorization: z
    .object({
      roles: z
        .array(z.object({ id: text, name: text }))
        .max(1_000)
        .nullish(),
    })
    .nullish(),
});
const schemasSchema = z.object({
  entities: z
    .array(
      z.object({
        id: z.string().regex(/^[\w-]{1,100}$/),
        enabled: z.boolean().nullish(),
        jsonSchema: z.object({ properties: z.unknown().optional() }).nullish(),
      }),
    )
    .max(1_000)
    .nullish(),
});
const valuesSchema = z.array(z.object({ attributes: z.unknown().optional() })).max(1_000);

export function createUserRoles({ rest, clock, log, source, waitMs }: UserRolesOptions): ReadRoles {
  const schemas = createBriefCache<readonly string[]>({
    ...{ clock, waitMs, keepMs: SCHEMAS_KEEP_MS, max: 1 },
    what: 'asking for the custom attributes of users',
  });

  async function call<T>(
    question: Pick<RestCall<T>, 'path' | 'schema' | 'what'>,
  ): Promise<Result<T, Failure>> {
    const answer = await rest.call({ ...CALL, ...question });
    return answer.ok ? ok(answer.value.value) : answer;
  }

  async function byRole(userId: string, seniorRole: string): Promise<Result<readonly string[], Failure>> {
    const what = 'asking for the roles of a user';
    const path = `/api/v2/users/${encodeURIComponent(userId)}?expand=authorization`;
    const user = await call({ path, schema: userSchema, what });
    if (!user.ok) return user;
    const roles = user.value.authorization?.roles;
    if (roles == null) {
      return err(
        failure('fatal', 'roles.untold', `${what}: they are not told; look at the client's permissions`),
      );
    }
    const isSenior = roles.some(({ id, name }) => id === seniorRole || name === seniorRole);
    return ok(isSenior && (user.value.state ?? 'active') === 'active' ? [SENIOR] : []);
  }

  /** Schemas that have the attribute. */
  async function listSchemas(attribute: string): Promise<Result<readonly string[], Failure>> {
    const what = 'listing the custom attributes of users';
    const path = '/api/v2/users/customattributes/schemas';
    const listed = await call({ path, schema: schemasSchema, what });
    if (!listed.ok) return listed;
    const ids = (listed.value.entities ?? []).flatMap(({ id, enabled, jsonSchema }) =>
      enabled !== false && ownValue(jsonSchema?.properties, attribute) !== undefined ? [id] : [],
    );
    if (ids.length === 0) log.warn('no custom attribute of users has that name', { attribute });
    return ok(ids.slice(0, MAX_SCHEMAS));
  }

  async function byAttribute(userId: string, attribute: string): Promise<Result<readonly string[], Failure>> {
    const ids = await schemas.get('all', () => listSchemas(attribute));
    if (!ids.ok) return ids;
    if (ids.value.length === 0) return ok([]);
    const query = ids.value.map((id) => `schemaIds=${id}`).join('&');
    const path = `/api/v2/users/${encodeURIComponent(userId)}/customattributes/bulk?${query}`;
    const values = await call({
      path,
      schema: valuesSchema,
      what: 'asking for the custom attributes of a user',
    });
    // Nobody gave this user any.
    if (!values.ok) return values.error.status === 404 ? ok([]) : values;
    return ok(
      values.value.some(({ attributes }) => YES.has(ownValue(attributes, attribute))) ? [SENIOR] : [],
    );
  }

  return async (userId) => {
    switch (source.kind) {
      case 'account':
        return ok([]);
      case 'genesys-role':
        return byRole(userId, source.seniorRole);
      case 'genesys-attribute':
        return byAttribute(userId, source.attribute);
    }
  };
}

/** Of its own keys: the name is an operator's. */
function ownValue(record: unknown, name: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined;
  return Object.entries(record).find(([key]) => key === name)?.[1];
}
