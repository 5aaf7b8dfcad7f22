/** The one organisation that the simulator is, and its people who can sign in. Made up; the same in every run. */
import { stableUuid } from '../world/stable-id';

export interface SimPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Named[];
  readonly groups: readonly Named[];
}

interface Named {
  readonly id: string;
  readonly name: string;
}

export const ORGANISATION = {
  id: stableUuid('organisation', 'floorcast'),
  name: 'Floorcast Appliances (simulated)',
};

/** Whose name holds this signs in once, and is disabled from then on. */
export const LEAVER_MARK = '[leaves]';

export const PEOPLE: readonly SimPerson[] = [
  person('Sam Ortiz', ['Supervisor'], ['Floor leads']),
  person('Tove Lind', ['Supervisor', 'Senior Technician'], ['Appliances']),
  person('Ada Nkemelu', ['Agent'], ['Appliances']),
  person('Ines Baum', ['Admin', 'Supervisor'], []),
  person('Kit Moreau', [], []),
  person(`Lou Ferrant ${LEAVER_MARK}`, ['Agent'], []),
  // Names are text, whatever they look like.
  person('Bo <script>alert(1)</script> & "Co"', ['Agent'], []),
];

function person(name: string, roles: readonly string[], groups: readonly string[]): SimPerson {
  const login = name.toLowerCase().replace(/[^a-z]+/g, '.');
  return {
    id: stableUuid('user', name),
    name,
    email: `${login.replace(/^\.|\.$/g, '')}@floorcast.example`,
    roles: roles.map((role) => ({ id: stableUuid('role', role), name: role })),
    groups: groups.map((group) => ({ id: stableUuid('group', group), name: group })),
  };
}
