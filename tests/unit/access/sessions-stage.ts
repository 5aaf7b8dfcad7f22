/** People, sessions and signing in on a store in memory, with a provider and an audit log that do as they are told. */
import { createHash } from 'node:crypto';
import type { PersonRole } from '../../../lib/contracts/access';
import { ok, type Result } from '../../../lib/result';
import { deriveKeys } from '../../../server/access/keys';
import { createPeople } from '../../../server/access/people/people';
import type {
  IdentityProvider,
  ProvidedIdentity,
  SignInFlow,
} from '../../../server/access/providers/identity-provider';
import { createSessions } from '../../../server/access/sessions/sessions';
import { createOneTimeLinks } from '../../../server/access/sign-in/one-time-links';
import { createSignIn } from '../../../server/access/sign-in/sign-in';
import type { AuditEvent, AuditLog } from '../../../server/audit/audit-log';
import type { Failure } from '../../../server/runtime/errors';
import { createLog } from '../../../server/runtime/log';
import type { SecretBytes } from '../../../server/runtime/secret-bytes';
import { FakeClock } from '../../support/fake-clock';
import { MemoryStore } from '../../support/memory-store';

export const ISSUER = 'https://id.test';
export const HOUR_MS = 60 * 60_000;
export const MINUTE_MS = 60_000;
export const SESSION_MS = 12 * HOUR_MS;
export const BASE_URL = 'https://wall.test';

export const MAPPING: ReadonlyMap<string, readonly PersonRole[]> = new Map([
  ['Team Leads', ['supervisor']],
  ['Admins', ['admin', 'supervisor']],
]);

export function identity(more: Partial<ProvidedIdentity> = {}): ProvidedIdentity {
  return {
    issuer: ISSUER,
    subject: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    roleNames: ['Team Leads'],
    refreshToken: 'refresh-1',
    idToken: 'id-1',
    expiresInS: 300,
    ...more,
  };
}

export type Answer = Result<ProvidedIdentity, Failure>;

export class FakeProvider implements IdentityProvider {
  begins: Failure | null = null;
  finishes: Answer = ok(identity());
  refreshes: Answer | Promise<Answer> = ok(identity({ refreshToken: 'refresh-2' }));
  signsOutAt: string | null = 'https://id.test/end';
  readonly finished: { readonly returned: URL; readonly flow: SignInFlow }[] = [];
  readonly refreshed: (readonly [token: string, subject: string])[] = [];
  readonly revoked: string[] = [];
  readonly signedOut: (readonly [idToken: string | null, returnTo: string])[] = [];
  #count = 0;

  async begin(next: string) {
    if (this.begins !== null) return { ok: false, error: this.begins } as const;
    this.#count += 1;
    const flow = {
      state: `state-${this.#count}`,
      nonce: `nonce-${this.#count}`,
      codeVerifier: `verifier-${this.#count}`,
      next,
    };
    return ok({ location: `${ISSUER}/authorize?state=${flow.state}`, flow });
  }

  async finish(returned: URL, flow: SignInFlow): Promise<Answer> {
    this.finished.push({ returned, flow });
    return this.finishes;
  }

  async refresh(token: string, subject: string): Promise<Answer> {
    this.refreshed.push([token, subject]);
    return this.refreshes;
  }

  async signOutLocation(idToken: string | null, returnTo: string) {
    this.signedOut.push([idToken, returnTo]);
    return this.signsOutAt;
  }

  async revoke(token: string) {
    this.revoked.push(token);
  }
}

export class FakeAudit implements AuditLog {
  readonly recorded: AuditEvent[] = [];
  readonly refusals: AuditEvent[] = [];
  isBroken = false;

  async record(event: AuditEvent) {
    if (this.isBroken) throw new Error('disk full');
    this.recorded.push(event);
  }

  refused(event: AuditEvent) {
    this.refusals.push(event);
  }

  async entries() {
    return [];
  }

  async head() {
    return { seq: 0, hash: '' };
  }

  /** Actions in order. */
  get actions(): string[] {
    return this.recorded.map(({ action }) => action);
  }

  last(action: string): AuditEvent | undefined {
    return this.recorded.findLast((event) => event.action === action);
  }
}

/** Never the same, and the same at each run. */
export function countedBytes(): SecretBytes {
  let count = 0;
  return (length) => {
    count += 1;
    return createHash('shake256', { outputLength: length }).update(`${count}`).digest();
  };
}

export function createStage(options: { readonly maxPeople?: number; readonly store?: MemoryStore } = {}) {
  const store = options.store ?? new MemoryStore();
  const clock = new FakeClock();
  const secretBytes = countedBytes();
  const audit = new FakeAudit();
  const provider = new FakeProvider();
  const lines: string[] = [];
  const log = createLog('trace', (line) => lines.push(line));
  const keys = deriveKeys('a secret of the tests, long enough to be one');
  const parts = { store, clock, secretBytes, audit, log, provider, keys };
  const more = options.maxPeople === undefined ? {} : { maxPeople: options.maxPeople };
  const people = createPeople({ ...parts, roleMapping: MAPPING, ...more });
  const sessions = createSessions({ ...parts, people, sessionMs: SESSION_MS });
  const links = createOneTimeLinks(parts);
  const signIn = createSignIn({ ...parts, people, sessions, links, baseUrl: () => BASE_URL });
  return { ...parts, lines, people, sessions, links, signIn };
}
export type Stage = ReturnType<typeof createStage>;

/** Somebody who signed in; gives his cookie. */
export async function signedIn(stage: Stage, more: Partial<ProvidedIdentity> = {}): Promise<string> {
  const provided = identity(more);
  const person = await stage.people.signedIn(provided, '192.0.2.7');
  if (!person.ok) throw new Error(person.error);
  return stage.sessions.begin({ person: person.value, provided, address: '192.0.2.7' });
}

/** What runs in the background comes to its end. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
