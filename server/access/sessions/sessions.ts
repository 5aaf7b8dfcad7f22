/**
 * Who is signed in. A session lives in the store, under the hash of its secret, and is looked up at each use: what
 * another process ended has ended here too. Roles are the person's of that moment. Over at its longest life, after two
 * hours without use, when somebody ends it, or when the provider no longer stands for the person.
 */
import type { AuditLog } from '../../audit/audit-log';
import type { Cancel, Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { DocumentStore } from '../../store/ports';
import type { CredentialKind, Ended } from '../gate';
import type { Keys } from '../keys';
import type { People } from '../people/people';
import { effectiveRoles, type KnownPerson } from '../people/person-record';
import type { PersonPrincipal } from '../principal';
import type { IdentityProvider, ProvidedIdentity } from '../providers/identity-provider';
import { seal, unseal } from '../sealed-text';
import { drawSecret } from '../secret-hash';
import { AuditUnavailable, type Doer, recordFirst, SERVER } from '../session-audit';
import { type Kept, Shelf } from '../shelf';
import { providerSeal, SessionChecks } from './session-checks';
import { secretIn, sessionCookieValue, sessionIdOf } from './session-cookie';
import { isOver, nextCheckAt, type SessionRecord, sessionRecordSchema, touched } from './session-record';

/** Browsers that one person is signed in with; with one more the oldest session ends. */
const MAX_SESSIONS_EACH = 20;
const SWEEP_MS = 60_000;

export interface SessionsOptions {
  readonly store: DocumentStore;
  readonly people: People;
  readonly keys: Pick<Keys, 'sessionCookie' | 'providerTokens'>;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly audit: AuditLog;
  /** Longest life of a session. */
  readonly sessionMs: number;
  readonly log: Log;
  /** `null`: one-time links only. */
  readonly provider: IdentityProvider | null;
}

export interface NewSession {
  readonly person: KnownPerson;
  /** `null`: he came by a one-time link. */
  readonly provided: Pick<ProvidedIdentity, 'refreshToken' | 'idToken' | 'expiresInS'> | null;
  readonly address: string;
}

export interface SessionSummary {
  readonly id: string;
  readonly personId: string;
  readonly startedAt: number;
  readonly lastSeenAt: number;
}

export interface EndedSession {
  readonly personId: string;
  /** For signing out at the provider too. */
  readonly idToken: string | null;
}

export interface EndDeed {
  readonly by: Doer;
  /** `revoked`: by somebody else than its holder. */
  readonly action: 'session.ended' | 'session.revoked';
  readonly reason: string;
}

export class Sessions implements CredentialKind<PersonPrincipal> {
  readonly #options: SessionsOptions;
  readonly #shelf: Shelf<SessionRecord>;
  readonly #checks: SessionChecks;
  readonly #listeners = new Set<(changed: Ended) => void>();
  #stopSweeping: Cancel = () => {};
  #sweeping: Promise<void> | null = null;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { store, people, provider, keys, clock, secretBytes, log } = options;
    this.#shelf = new Shelf({ kind: 'session', schema: sessionRecordSchema, store, log });
    this.#checks = new SessionChecks({
      ...{ shelf: this.#shelf, people, provider, clock, secretBytes, log },
      tokenKey: keys.providerTokens,
      end: (id, reason) => this.#withdraw(id, reason),
    });
  }

  /** Begins to remove what is over. */
  start(): void {
    this.#stopSweeping = this.#options.clock.every(SWEEP_MS, () => {
      this.#sweeping ??= this.#sweep().finally(() => {
        this.#sweeping = null;
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopSweeping();
    await this.#sweeping;
    await this.#checks.settled();
  }

  /** A new session, recorded before it is there. Gives the cookie's value. Throws AuditUnavailable. */
  async begin({ person, provided, address }: NewSession): Promise<string> {
    const { audit, clock, keys, secretBytes, sessionMs } = this.#options;
    const secret = drawSecret(secretBytes);
    const id = sessionIdOf(secret);
    await recordFirst(
      audit,
      { actor: `person:${person.id}`, actorName: person.name, address },
      {
        action: 'session.started',
        subject: `session:${id}`,
        details: [
          ['by', provided === null ? 'one-time link' : person.issuer],
          ['roles', effectiveRoles(person).join(' ')],
        ],
      },
    );
    await this.#makeRoom(person.id);
    const now = clock.now();
    await this.#shelf.change(id, () => ({
      personId: person.id,
      startedAt: now,
      lastSeenAt: now,
      expiresAt: now + sessionMs,
      refreshToken: this.#sealed(id, provided?.refreshToken ?? null),
      idToken: this.#sealed(id, provided?.idToken ?? null),
      checkAt: nextCheckAt(provided?.expiresInS ?? null, now),
      failures: 0,
      failingSince: null,
    }));
    return sessionCookieValue(secret, keys.sessionCookie);
  }

  async find(cookieValue: string): Promise<PersonPrincipal | null> {
    const secret = secretIn(cookieValue, this.#options.keys.sessionCookie);
    return secret === null ? null : this.#principalOf(sessionIdOf(secret));
  }

  async standing({ sessionId }: PersonPrincipal): Promise<PersonPrincipal | null> {
    return this.#principalOf(sessionId);
  }

  /** Whose session that is, by its public id; this is a use of it. `null`: it is over. */
  async holder(sessionId: string): Promise<PersonPrincipal | null> {
    return this.#principalOf(sessionId);
  }

  onChanged(listener: (changed: Ended) => void): () => void {
    this.#listeners.add(listener);
    const leavePeople = this.#options.people.onChanged((personId) => listener({ kind: 'person', personId }));
    return () => {
      this.#listeners.delete(listener);
      leavePeople();
    };
  }

  /** Those that are not over. */
  async list(): Promise<readonly SessionSummary[]> {
    const now = this.#options.clock.now();
    return (await this.#shelf.list())
      .filter(({ content }) => !isOver(content, now))
      .map(({ id, content: { personId, startedAt, lastSeenAt } }) => ({
        id,
        personId,
        startedAt,
        lastSeenAt,
      }));
  }

  /** Ends it, recorded before. `null`: there is none by that id. Throws AuditUnavailable. */
  async end(sessionId: string, deed: EndDeed): Promise<EndedSession | null> {
    const kept = await this.#shelf.get(sessionId);
    if (kept === null) return null;
    const { idToken, personId } = kept.content;
    await this.#record(kept, deed);
    await this.#remove(kept.id);
    return { personId, idToken: this.#opened(sessionId, idToken) };
  }

  /** Ends all of a person's. Gives how many there were. Throws AuditUnavailable. */
  async endAllOf(personId: string, deed: EndDeed): Promise<number> {
    const theirs = (await this.#shelf.list()).filter(({ content }) => content.personId === personId);
    for (const kept of theirs) {
      await this.#record(kept, deed);
      await this.#remove(kept.id);
    }
    return theirs.length;
  }

  async #principalOf(id: string): Promise<PersonPrincipal | null> {
    const kept = await this.#shelf.get(id);
    if (kept === null || isOver(kept.content, this.#options.clock.now())) return null;
    const person = await this.#options.people.find(kept.content.personId);
    if (person === null) return null;
    await this.#touch(kept);
    this.#checks.used(id, kept.content);
    return {
      kind: 'person',
      sessionId: id,
      personId: person.id,
      name: person.name,
      roles: effectiveRoles(person),
    };
  }

  /** Never in the way of the use itself: figures go on where the disk is full. */
  async #touch({ id, version, content }: Kept<SessionRecord>): Promise<void> {
    const next = touched(content, this.#options.clock.now());
    if (next === null) return;
    try {
      await this.#shelf.replace(id, version, next);
    } catch (thrown) {
      this.#options.log.warn('the use of a session cannot be noted', { reason: messageOf(thrown) });
    }
  }

  /** The provider's word: it ends also where that cannot be recorded. */
  async #withdraw(sessionId: string, reason: string): Promise<void> {
    const kept = await this.#shelf.get(sessionId);
    if (kept === null) return;
    try {
      await this.#record(kept, { by: SERVER, action: 'session.ended', reason });
    } catch (thrown) {
      if (!(thrown instanceof AuditUnavailable)) throw thrown;
      this.#options.log.error('a session was ended, but that cannot be recorded', { sessionId, reason });
    }
    await this.#remove(kept.id);
  }

  async #makeRoom(personId: string): Promise<void> {
    const theirs = (await this.#shelf.list()).filter(({ content }) => content.personId === personId);
    const oldestFirst = theirs.sort((a, b) => a.content.startedAt - b.content.startedAt);
    for (const kept of oldestFirst.slice(0, Math.max(0, theirs.length + 1 - MAX_SESSIONS_EACH))) {
      await this.#record(kept, { by: SERVER, action: 'session.ended', reason: 'one session too many' });
      await this.#remove(kept.id);
    }
  }

  async #sweep(): Promise<void> {
    const now = this.#options.clock.now();
    try {
      for (const kept of await this.#shelf.list()) {
        const isNobodys = (await this.#options.people.find(kept.content.personId)) === null;
        // It may be used while the others are looked at.
        await this.#remove(kept.id, (record) => isNobodys || isOver(record, now));
      }
    } catch (thrown) {
      this.#options.log.error('sessions that are over cannot be removed', { thrown });
    }
  }

  async #record({ id, content }: Kept<SessionRecord>, { by, action, reason }: EndDeed): Promise<void> {
    const details = [
      ['person', content.personId],
      ['reason', reason],
    ] as const;
    await recordFirst(this.#options.audit, by, { action, subject: `session:${id}`, details });
  }

  /** The provider gets the refresh token of that moment back, in its own time. */
  async #remove(id: string, may?: (now: SessionRecord) => boolean): Promise<void> {
    const gone = await this.#shelf.take(id, may);
    if (gone === null) return;
    for (const listener of [...this.#listeners]) listener({ kind: 'session', sessionId: id });
    const token = this.#opened(id, gone.refreshToken);
    if (token !== null) void this.#options.provider?.revoke(token);
  }

  #sealed(id: string, token: string | null): string | null {
    const { keys, secretBytes } = this.#options;
    return token === null ? null : seal(token, providerSeal(id, keys.providerTokens), secretBytes);
  }

  #opened(id: string, sealed: string | null): string | null {
    return sealed === null ? null : unseal(sealed, providerSeal(id, this.#options.keys.providerTokens));
  }
}

export function createSessions(options: SessionsOptions): Sessions {
  return new Sessions(options);
}
