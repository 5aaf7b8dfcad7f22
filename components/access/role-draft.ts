/** The roles that an admin is about to give: begun from those given before, changed by check boxes. Pure. */
import { PERSON_ROLES, type Person, type PersonRole } from '../../lib/contracts/access';

/** In the order of the contract, whatever was ticked first. */
export function toggled(roles: readonly PersonRole[], role: PersonRole): readonly PersonRole[] {
  const isGiven = roles.includes(role);
  return PERSON_ROLES.filter((one) => (one === role ? !isGiven : roles.includes(one)));
}

export function isSameRoles(a: readonly PersonRole[], b: readonly PersonRole[]): boolean {
  return PERSON_ROLES.every((role) => a.includes(role) === b.includes(role));
}

/** Whether the person is an administrator now, and no longer with these: who takes his own away locks himself out. */
export function losesAdmin(person: Person, draft: readonly PersonRole[]): boolean {
  if (person.providerRoles.includes('admin')) return false;
  return person.grantedRoles.includes('admin') && !draft.includes('admin');
}

/** Whose name or address has the text in it, in any case. */
export function matchesPerson({ name, email }: Person, wanted: string): boolean {
  const text = wanted.trim().toLocaleLowerCase();
  return [name, email ?? ''].some((part) => part.toLocaleLowerCase().includes(text));
}
