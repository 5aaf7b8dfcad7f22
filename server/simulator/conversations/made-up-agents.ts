/**
 * Users of the platform who take calls: the people who can sign in, first, then made-up ones by their place in the
 * centre's plan. The same in every run.
 */
import { LEAVER_MARK, PEOPLE, type SimPerson } from '../platform/organisation';
import { stableUuid } from '../world/stable-id';

const PREFIX = stableUuid('user', 'made-up agents').slice(0, 24);
/** Who of those that sign in take calls. */
export const TALKING_PEOPLE: readonly SimPerson[] = PEOPLE.filter(
  ({ name, roles }) =>
    !name.includes(LEAVER_MARK) && roles.some((role) => /^(Agent|Senior Technician)$/.test(role.name)),
);
const AGENT_ROLE = PEOPLE.flatMap(({ roles }) => roles).find(({ name }) => name === 'Agent');

/** The user who sits at that place of the plan. */
export function agentAt(index: number): SimPerson {
  return TALKING_PEOPLE[index] ?? madeUp(index);
}

/** Anybody who signs in or takes calls; `undefined`: no such user. */
export function userOf(id: string): SimPerson | undefined {
  const person = PEOPLE.find((one) => one.id === id);
  if (person !== undefined) return person;
  const match = /^([0-9a-f-]{24})([0-9a-f]{12})$/.exec(id);
  if (match === null || match[1] !== PREFIX) return undefined;
  return madeUp(Number.parseInt(match[2] ?? '', 16));
}

function madeUp(index: number): SimPerson {
  return {
    id: PREFIX + index.toString(16).padStart(12, '0'),
    name: `Agent ${index + 1}`,
    email: `agent.${index + 1}@floorcast.example`,
    roles: AGENT_ROLE === undefined ? [] : [AGENT_ROLE],
    groups: [],
  };
}
