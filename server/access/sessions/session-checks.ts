/**
 * Asks the provider from time to time whether whoever holds a session still stands, by his refresh token, in the
 * background of the session's use. No longer: the session ends at once. No answer: it goes on for an hour, ever louder.
 * One question a session at a time, also across processes: the session's document is claimed before.
 */
import type { Clock } from '../../runtime/clock';
import { type Failure, failure, messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { People } from '../people/people';
import { personIdOf } from '../people/person-record';
import type { IdentityProvider, ProvidedIdentity } from '../providers/identity-provider';
import { type Seal, seal, unseal } from '../sealed-text';
import { AuditUnavailable } from '../session-audit';
import type { Shelf } from '../shelf';
import {
  claimed,
  hasGivenUp,
  isCheckDue,
  nextCheckAt,
  renewed,
  type SessionRecord,
  unanswered,
} from './session-record';

/** More wait for their next use. */
const MAX_AT_ONCE = 20;
/** After a fault of the store or of ours. */
const REST_MS = 60_000;
const LOUD_AFTER_MS = 5 * 60_000;
const LOUDEST_AFTER_MS = 30 * 60_000;

export interface SessionChecksOptions {
  readonly shelf: Shelf<SessionRecord>;
  readonly people: People;
  /** `null`: nobody to ask. */
  readonly provider: IdentityProvider | null;
  readonly tokenKey: Buffer;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly log: Log;
  /** Ends a session that the provider no longer stands for. */
  readonly end: (sessionId: string, reason: string) => Promise<void>;
}

export class SessionChecks {
  readonly #options: SessionChecksOptions;
  readonly #underWay = new Map<string, Promise<void>>();
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(options: SessionChecksOptions) {
    this.#options = options;
  }

  /** Called when a session is used. Asks in the background where it is time. */
  used(id: string, record: SessionRecord): void {
    const { provider, clock, log } = this.#options;
    if (provider === null || !isCheckDue(record, clock.now())) return;
    const resting = clock.monotonicNow() < this.#restUntil;
    if (resting || this.#underWay.has(id) || this.#underWay.size >= MAX_AT_ONCE) return;
    const check = this.#check(id, provider)
      .catch((thrown: unknown) => {
        this.#restUntil = clock.monotonicNow() + REST_MS;
        log.error('a session could not be checked', { thrown });
      })
      .finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, check);
  }

  /** When all that is under way has its answer. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  async #check(id: string, provider: IdentityProvider): Promise<void> {
    const { shelf, people, clock, end } = this.#options;
    const session = await shelf.change(id, (record) => {
      const now = clock.now();
      return record !== null && isCheckDue(record, now) ? claimed(record, now) : null;
    });
    if (session === null) return;
    const person = await people.find(session.personId);
    const token = session.refreshToken === null ? null : unseal(session.refreshToken, this.#sealOf(id));
    if (person === null || token === null) return end(id, 'its refresh token is of no use any more');
    const answer = await ask(provider, token, person.subject);
    if (answer.ok) return this.#answered(id, { session, token, said: answer.value, provider });
    if (answer.error.kind === 'fatal') return end(id, 'the provider no longer stands for it');
    await this.#unanswered(id, answer.error);
  }

  async #answered(id: string, { session, token, said, provider }: Answered): Promise<void> {
    const { shelf, people, clock, end } = this.#options;
    if (personIdOf(said.issuer, said.subject) !== session.personId) {
      await end(id, 'the provider answered for somebody else');
      if (said.refreshToken !== null) await provider.revoke(said.refreshToken);
      return;
    }
    // A provider that rotates refresh tokens has made the one before worthless: the new one is kept before all else.
    const refreshToken = said.refreshToken ?? token;
    const kept = await shelf.change(id, (record) =>
      record === null
        ? null
        : renewed(record, {
            refreshToken: this.#sealed(id, refreshToken),
            idToken: said.idToken === null ? record.idToken : this.#sealed(id, said.idToken),
            checkAt: nextCheckAt(said.expiresInS, clock.now()),
          }),
    );
    // Ended meanwhile: nobody is there to use the new token.
    if (kept === null) return provider.revoke(refreshToken);
    try {
      await people.refreshed(said);
    } catch (thrown) {
      if (!(thrown instanceof AuditUnavailable)) throw thrown;
      await this.#unanswered(id, failure('retry', 'audit.unavailable', thrown.message));
    }
  }

  async #unanswered(id: string, { code, message, retryAfterMs }: Failure): Promise<void> {
    const { shelf, clock, log, end } = this.#options;
    const now = clock.now();
    const record = await shelf.change(id, (was) => was && unanswered(was, now, retryAfterMs));
    if (record === null) return;
    const lastsMs = now - (record.failingSince ?? now);
    const level = lastsMs >= LOUDEST_AFTER_MS ? 'error' : lastsMs >= LOUD_AFTER_MS ? 'warn' : 'info';
    log[level]('the provider cannot say whether a session still stands', { code, message, lastsMs });
    if (hasGivenUp(record, now)) await end(id, 'the provider could not be asked for an hour');
  }

  #sealed(id: string, token: string): string {
    return seal(token, this.#sealOf(id), this.#options.secretBytes);
  }

  #sealOf(id: string): Seal {
    return providerSeal(id, this.#options.tokenKey);
  }
}

interface Answered {
  readonly session: SessionRecord;
  readonly token: string;
  readonly said: ProvidedIdentity;
  readonly provider: IdentityProvider;
}

/** A token that is copied to another session's document does not open there. */
export function providerSeal(sessionId: string, key: Buffer): Seal {
  return { key, purpose: `provider token of ${sessionId}` };
}

async function ask(provider: IdentityProvider, token: string, subject: string) {
  try {
    return await provider.refresh(token, subject);
  } catch (thrown) {
    // The port answers in values; a fault of an implementation must not sign anybody out.
    return { ok: false, error: failure('retry', 'thrown', messageOf(thrown)) } as const;
  }
}
