/** The demo with accounts: people sign in at the simulated Genesys Cloud, and are what their roles there make them. */
import type { PersonRole } from '../lib/contracts/access';
import { rolesFrom } from '../server/access/people/role-mapping';
import { SIGN_IN_CLIENTS } from '../server/simulator/options';
import { LEAVER_MARK, ORGANISATION, PEOPLE } from '../server/simulator/platform/organisation';
import type { Settings } from './stand-settings';

/** What a role of the simulated organisation makes of whoever has it. */
const MAPPING: ReadonlyMap<string, readonly PersonRole[]> = new Map([
  ['Admin', ['admin']],
  ['Supervisor', ['supervisor']],
  ['Senior Technician', ['senior_tech']],
  ['Agent', ['agent']],
]);

/** `sessionSecret`: new at each start, so that nobody is still signed in. */
export function accountSettings(sessionSecret: string): Settings {
  const client = SIGN_IN_CLIENTS.find(({ secret }) => secret !== null);
  return {
    SIGN_IN: 'genesys',
    SESSION_SECRET: sessionSecret,
    ROLE_MAPPING: [...MAPPING].flatMap(([name, roles]) => roles.map((role) => `${role}=${name}`)).join(';'),
    GENESYS_SIGN_IN_CLIENT_ID: client?.id ?? '',
    GENESYS_SIGN_IN_CLIENT_SECRET: client?.secret ?? '',
    GENESYS_SIGN_IN_ORGANIZATION_ID: ORGANISATION.id,
  };
}

export interface DemoPerson {
  readonly name: string;
  readonly roles: readonly PersonRole[];
  /** In a sentence for whoever tries it. */
  readonly sees: string;
}

/** Who can be signed in, who sees most first. */
export function demoPeople(): readonly DemoPerson[] {
  return PEOPLE.map(({ name, roles }) => ({ name, roles: rolesFrom(namesOf(roles), MAPPING) }))
    .map(({ name, roles }) => ({ name, roles, sees: seenBy(name, roles) }))
    .sort((a, b) => rankOf(b.roles) - rankOf(a.roles));
}

function namesOf(roles: readonly { readonly name: string }[]): string[] {
  return roles.map(({ name }) => name);
}

function seenBy(name: string, roles: readonly PersonRole[]): string {
  if (name.includes(LEAVER_MARK)) return 'is signed out again within 15 minutes: Genesys Cloud disables him';
  if (roles.includes('admin')) return 'everything, and gives roles to the others';
  if (roles.includes('supervisor')) return 'every board and figure, and looks after televisions';
  if (roles.includes('senior_tech')) return 'the device of whom he speaks with, and may restart its module';
  if (roles.includes('agent')) return 'the device of whom he speaks with, and diagnostics on it';
  return 'nothing, and is told why';
}

function rankOf(roles: readonly PersonRole[]): number {
  return Math.max(
    0,
    ...roles.map((role) => ['agent', 'senior_tech', 'supervisor', 'admin'].indexOf(role) + 1),
  );
}
