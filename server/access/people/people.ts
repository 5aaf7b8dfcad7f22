/**
 * The people who signed in here. Known by issuer and subject; roles come from the provider at each sign-in and from
 * administrators here, and count together. Anybody may lose `admin`, the last one too: a one-time link is always a way
 * back in. Full, the person without a role who was away longest makes room; people with roles are never forgotten.
 */
import type { PersonRole } from '../../../lib/contracts/access';
import { err, ok, type Result } from '../../../lib/result';
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import type { DocumentStore } from '../../store/ports';
import type { ProvidedIdentity } from '../providers/identity-provider';
import { type Doer, recordFirst, SERVER } from '../session-audit';
import { Shelf } from '../shelf';
import {
  cleanEmail,
  cleanName,
  effectiveRoles,
  type KnownPerson,
  LOCAL_ADMIN,
  MAX_ISSUER,
  MAX_SUBJECT,
  type PersonRecord,
  personIdOf,
  personRecordSchema,
} from './person-record';
import { inOrder, type RoleMapping, rolesFrom, sameRoles } from './role-mapping';

export interface PeopleOptions {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly log: Log;
  /** A provider's group or role → roles here. */
  readonly roleMapping: RoleMapping;
  /** Absent: 5,000. */
  readonly maxPeople?: number;
}

/** `malformed`: no issuer and subject that a provider may give. `full`: everybody who is known has a role. */
export type NotKept = 'malformed' | 'full';

type Sayings = Pick<ProvidedIdentity, 'issuer' | 'subject' | 'name' | 'email' | 'roleNames'>;

export class People {
  readonly #options: PeopleOptions;
  readonly #shelf: Shelf<PersonRecord>;
  readonly #listeners = new Set<(personId: string) => void>();

  constructor(options: PeopleOptions) {
    this.#options = options;
    const { store, log } = options;
    this.#shelf = new Shelf({ kind: 'person', schema: personRecordSchema, store, log });
  }

  async find(personId: string): Promise<KnownPerson | null> {
    const kept = await this.#shelf.get(personId);
    return kept === null ? null : { id: kept.id, ...kept.content };
  }

  async list(): Promise<readonly KnownPerson[]> {
    return (await this.#shelf.list()).map(({ id, content }) => ({ id, ...content }));
  }

  /** Keeps what the provider says at a sign-in. Throws AuditUnavailable where his roles changed and it can't be recorded. */
  async signedIn(said: Sayings, address: string): Promise<Result<KnownPerson, NotKept>> {
    if (!isProviders(said)) return err('malformed');
    const id = personIdOf(said.issuer, said.subject);
    if ((await this.#shelf.get(id)) === null && !(await this.#makeRoom())) return err('full');
    const at = this.#options.clock.now();
    const roles = rolesFrom(said.roleNames, this.#options.roleMapping);
    const record = await this.#change(id, { ...SERVER, address }, (now) => ({
      ...recordOf(said, roles),
      grantedRoles: now?.grantedRoles ?? [],
      lastSignInAt: at,
    }));
    return record === null ? err('full') : ok(record);
  }

  /** Keeps what the provider says between two sign-ins. `null`: he is not known any more. Throws as `signedIn` does. */
  async refreshed(said: Sayings): Promise<KnownPerson | null> {
    const id = personIdOf(said.issuer, said.subject);
    const roles = rolesFrom(said.roleNames, this.#options.roleMapping);
    return this.#change(id, SERVER, (now) =>
      now === null
        ? null
        : {
            ...recordOf(said, roles),
            grantedRoles: now.grantedRoles,
            lastSignInAt: now.lastSignInAt,
          },
    );
  }

  /** Who comes by a one-time link. */
  async localAdmin(address: string): Promise<KnownPerson> {
    const id = personIdOf(LOCAL_ADMIN.issuer, LOCAL_ADMIN.subject);
    const said = { ...LOCAL_ADMIN, name: 'Local administrator', email: null, roleNames: [] };
    const at = this.#options.clock.now();
    const record = await this.#change(id, { ...SERVER, address }, (now) => ({
      ...recordOf(said, ['admin']),
      grantedRoles: now?.grantedRoles ?? [],
      lastSignInAt: at,
    }));
    if (record === null) throw new Error('invariant: the local administrator is always kept');
    return record;
  }

  /** Gives him these roles, all of them, beside the provider's. `null`: nobody is known by that id. */
  async grant(personId: string, roles: readonly PersonRole[], by: Doer): Promise<KnownPerson | null> {
    const grantedRoles = [...inOrder(roles)];
    return this.#change(personId, by, (now) => (now === null ? null : { ...now, grantedRoles }));
  }

  /** Told when somebody's roles or name are others, or he is forgotten. Returns the way out. */
  onChanged(listener: (personId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A change of roles is recorded before it is made. */
  async #change(
    id: string,
    by: Doer,
    change: (now: PersonRecord | null) => PersonRecord | null,
  ): Promise<KnownPerson | null> {
    let before: PersonRecord | null = null;
    const written = await this.#shelf.change(id, async (now) => {
      const next = change(now);
      if (next === null) return null;
      before = now;
      await this.#recordRoles(id, by, now, next);
      return next;
    });
    if (written === null) return null;
    if (looksOther(before, written)) this.#tell(id);
    return { id, ...written };
  }

  async #recordRoles(id: string, by: Doer, now: PersonRecord | null, next: PersonRecord): Promise<void> {
    const sides = ['providerRoles', 'grantedRoles'] as const;
    for (const side of sides) {
      const [was, is] = [now?.[side] ?? [], next[side]];
      if (sameRoles(was, is)) continue;
      const details = [
        ['person', next.name],
        ['given', side === 'providerRoles' ? 'by the provider' : 'here'],
        ['was', was.join(' ')],
        ['is', is.join(' ')],
      ] as const;
      await recordFirst(this.#options.audit, by, {
        action: 'person.roles-changed',
        subject: `person:${id}`,
        details,
      });
    }
  }

  async #makeRoom(): Promise<boolean> {
    const known = await this.#shelf.list();
    if (known.length < (this.#options.maxPeople ?? 5_000)) return true;
    const [oldest] = known
      .filter(({ content }) => effectiveRoles(content).length === 0)
      .sort((a, b) => a.content.lastSignInAt - b.content.lastSignInAt);
    if (oldest === undefined) {
      this.#options.log.error('nobody new can be kept: everybody who is known has a role');
      return false;
    }
    const gone = await this.#shelf.take(oldest.id, (now) => effectiveRoles(now).length === 0);
    if (gone !== null) this.#tell(oldest.id);
    return gone !== null;
  }

  #tell(personId: string): void {
    for (const listener of [...this.#listeners]) listener(personId);
  }
}

export function createPeople(options: PeopleOptions): People {
  return new People(options);
}

function isProviders({ issuer, subject }: Sayings): boolean {
  return (
    issuer.length <= MAX_ISSUER && subject !== '' && subject.length <= MAX_SUBJECT && URL.canParse(issuer)
  );
}

function recordOf(said: Sayings, providerRoles: readonly PersonRole[]) {
  const { issuer, subject } = said;
  return {
    issuer,
    subject,
    name: cleanName(said.name),
    email: cleanEmail(said.email),
    providerRoles: [...providerRoles],
  };
}

function looksOther(before: PersonRecord | null, after: PersonRecord): boolean {
  if (before === null) return true;
  return before.name !== after.name || !sameRoles(effectiveRoles(before), effectiveRoles(after));
}
