/** What a provider's groups and roles mean here. Pure; names are compared exactly, and unknown ones mean nothing. */
import { PERSON_ROLES, type PersonRole } from '../../../lib/contracts/access';

export type RoleMapping = ReadonlyMap<string, readonly PersonRole[]>;

/** The roles that the names give, each once, in the order of the contract. */
export function rolesFrom(names: readonly string[], mapping: RoleMapping): readonly PersonRole[] {
  return inOrder(names.flatMap((name) => mapping.get(name) ?? []));
}

/** Each role once, in the order of the contract. */
export function inOrder(roles: readonly PersonRole[]): readonly PersonRole[] {
  return PERSON_ROLES.filter((role) => roles.includes(role));
}

export function sameRoles(a: readonly PersonRole[], b: readonly PersonRole[]): boolean {
  return inOrder(a).join() === inOrder(b).join();
}
