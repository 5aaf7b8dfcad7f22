/** Reads `GET /api/v2/users/me` (SDK model `UserMe`), the part that we need. Pure; everything is bounded. */
import { z } from 'zod';
import { boundedNames } from './provider-claims';

export interface GenesysUser {
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  /** Names and ids of roles, ids of groups: a name can be given to another role, an id cannot. */
  readonly roleNames: readonly string[];
  /** False where the client may not see roles; then they are not known, rather than none. */
  readonly rolesAreTold: boolean;
  readonly organizationId: string | null;
  readonly isActive: boolean;
}

const MAX_NAMED = 1_000;
const text = z.string().max(1_000);
const optional = text.nullish().catch(null);
const named = z.array(z.object({ id: optional, name: optional })).max(MAX_NAMED);

const userSchema = z.object({
  id: z.string().min(1).max(255),
  name: optional,
  email: optional,
  state: optional,
  authorization: z.object({ roles: named.nullish() }).nullish(),
  groups: named.nullish(),
  organization: z.object({ id: optional }).nullish(),
});

/** `null`: not of that shape. */
export function readGenesysUser(body: string): GenesysUser | null {
  const read = userSchema.safeParse(parse(body));
  if (!read.success) return null;
  const { id, name, email, state, authorization, groups, organization } = read.data;
  const roles = authorization?.roles ?? [];
  const ids = [...roles, ...(groups ?? [])].map((one) => one.id);
  return {
    subject: id,
    name: name || email || id,
    email: email ?? null,
    roleNames: boundedNames([...roles.map((role) => role.name), ...ids]),
    rolesAreTold: authorization?.roles != null,
    organizationId: organization?.id ?? null,
    isActive: (state ?? 'active') === 'active',
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
