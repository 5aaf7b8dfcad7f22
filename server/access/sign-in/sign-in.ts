/**
 * Signing in and out: at the provider and back, by a one-time link, and the end. Only the browser that began a sign-in
 * can finish it (its sealed cookie), once, and within ten minutes; every sign-in is a new session, and the one that the
 * browser had before ends. Who knows what went wrong is the log; the browser learns one of four words.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { nextPath } from '../../../lib/next-path';
import { err, ok, type Result } from '../../../lib/result';
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import { type Failure, messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { PassingStore } from '../../store/passing-ports';
import { StoreUnavailable } from '../../store/store-unavailable';
import type { Keys } from '../keys';
import type { People } from '../people/people';
import { type KnownPerson, LOCAL_ADMIN, personIdOf } from '../people/person-record';
import type { Principal } from '../principal';
import type { IdentityProvider, ProvidedIdentity, SignInFlow } from '../providers/identity-provider';
import { AuditUnavailable, type Doer, doerOf, recordFirst } from '../session-audit';
import type { Sessions } from '../sessions/sessions';
import { FinishingPlaces } from './finishing-places';
import type { OneTimeLinks } from './one-time-links';
import { type FlowSealing, openFlow, sealFlow } from './sealed-flow';
import { stateTaker, type TakeState } from './sign-in-states';

/**
 * `expired`: begun too long ago, or in another browser. `refused`: the provider, or what it said, lets nobody in.
 * `unavailable`: try again later. `unknown`: a fault that somebody must look into.
 */
export type SignInProblem = 'expired' | 'refused' | 'unavailable' | 'unknown';

export interface SignInOptions {
  /** `null`: one-time links only. */
  readonly provider: IdentityProvider | null;
  readonly people: People;
  readonly sessions: Sessions;
  readonly links: OneTimeLinks;
  readonly keys: Pick<Keys, 'signInFlow'>;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly audit: AuditLog;
  readonly log: Log;
  /** Our public origin. */
  readonly baseUrl: () => string;
  /** What several nodes share; absent: this process is alone. */
  readonly passing?: PassingStore;
}

/** Who comes: as whom the browser is signed in already, and from where. */
export interface Visitor {
  readonly who: Principal;
  readonly address: string;
}

export interface Returned {
  readonly parameters: URLSearchParams;
  readonly flowCookie: string | null;
}

export const SIGN_IN_PAGE = '/sign-in';
export const CALLBACK_PATH = '/auth/callback';
export const BEGIN_PATH = '/auth/sign-in';
/** He came by a link: the provider does not know him. */
const LOCAL_ADMIN_ID = personIdOf(LOCAL_ADMIN.issuer, LOCAL_ADMIN.subject);

export class SignIn {
  readonly #options: SignInOptions;
  readonly #sealing: FlowSealing;
  readonly #takeState: TakeState;
  readonly #places = new FinishingPlaces();

  constructor(options: SignInOptions) {
    this.#options = options;
    const { keys, clock, secretBytes } = options;
    this.#sealing = { key: keys.signInFlow, clock, secretBytes };
    this.#takeState = stateTaker(options.passing ?? null, clock);
  }

  /**
   * Where to begin, when the browser calls us by another of our names than the one that it comes back to, where it
   * would not have what it is to keep meanwhile. `null`: here.
   */
  beginning(host: string | undefined, next: string | null): string | null {
    const home = new URL(BEGIN_PATH, this.#options.baseUrl());
    if (host === undefined || host === home.host) return null;
    home.search = new URLSearchParams({ next: nextPath(next) }).toString();
    return home.href;
  }

  /** Where to send the browser, and what it keeps meanwhile. */
  async begin(
    next: string | null,
  ): Promise<Result<{ readonly location: string; readonly flowCookie: string }, SignInProblem>> {
    const { provider, log } = this.#options;
    if (provider === null) return err('unknown');
    try {
      const begun = await provider.begin(nextPath(next));
      if (begun.ok) {
        const { location, flow } = begun.value;
        return ok({ location, flowCookie: sealFlow(flow, this.#sealing) });
      }
      const problem = this.#failed('a sign-in could not begin', begun.error);
      // Nobody was refused yet: the provider does not take our settings.
      return err(problem === 'refused' ? 'unknown' : problem);
    } catch (thrown) {
      log.error('a sign-in could not begin', { thrown });
      return err('unknown');
    }
  }

  /** The browser came back. Gives its session's cookie and where it wanted to go. */
  async finish(
    returned: Returned,
    visitor: Visitor,
  ): Promise<Result<{ readonly cookie: string; readonly next: string }, SignInProblem>> {
    if (!this.#places.take(visitor.address)) return err('unavailable');
    try {
      const finished = await this.#finish(returned, visitor);
      if (!finished.ok) this.#noteRefusal(visitor, finished.error, 'provider');
      return finished;
    } catch (thrown) {
      this.#options.log.error('a sign-in was not finished', { thrown });
      const isLater = thrown instanceof AuditUnavailable || thrown instanceof StoreUnavailable;
      return err(isLater ? 'unavailable' : 'unknown');
    } finally {
      this.#places.leave(visitor.address);
    }
  }

  /** By a one-time link, as the local administrator. `null`: not a good one. Throws AuditUnavailable. */
  async once(token: string, visitor: Visitor): Promise<string | null> {
    const { links, people, sessions, audit } = this.#options;
    if (!(await links.redeem(token))) {
      this.#noteRefusal(visitor, 'refused', 'one-time link');
      return null;
    }
    const { who, address } = visitor;
    const by = doerOf(who, address);
    await recordFirst(audit, by, { action: 'one-time-link.used', subject: 'server' });
    const person = await people.localAdmin(address);
    await this.#endEarlier(visitor);
    return sessions.begin({ person, provided: null, address });
  }

  /** Ends the session. Gives where the browser goes: to the provider, to sign out there too, or to our own page. */
  async out({ who, address }: Visitor): Promise<string> {
    const { sessions, provider, baseUrl, log } = this.#options;
    if (who.kind !== 'person') return SIGN_IN_PAGE;
    const deed = { by: doerOf(who, address), action: 'session.ended', reason: 'signed out' } as const;
    const ended = await sessions.end(who.sessionId, deed);
    if (provider === null || ended === null || ended.personId === LOCAL_ADMIN_ID) return SIGN_IN_PAGE;
    try {
      const location = await provider.signOutLocation(ended.idToken, new URL(SIGN_IN_PAGE, baseUrl()).href);
      return location ?? SIGN_IN_PAGE;
    } catch (thrown) {
      log.warn('where to sign out at the provider is not known', { reason: messageOf(thrown) });
      return SIGN_IN_PAGE;
    }
  }

  async #finish({ parameters, flowCookie }: Returned, visitor: Visitor) {
    const { provider } = this.#options;
    if (provider === null) return err('unknown' as const);
    const flow = openFlow(flowCookie, this.#sealing);
    if (flow === null) return err('expired' as const);
    if (!isState(parameters.getAll('state'), flow.state)) return err('refused' as const);
    if (!(await this.#takeState(flow.state))) return err('refused' as const);
    const said = await this.#ask(provider, parameters, flow);
    if (!said.ok) return err(said.error);
    const person = await this.#options.people.signedIn(said.value, visitor.address);
    if (!person.ok) return err(person.error === 'full' ? ('unavailable' as const) : ('refused' as const));
    const cookie = await this.#session(person.value, said.value, visitor);
    return ok({ cookie, next: nextPath(flow.next) });
  }

  async #ask(
    provider: IdentityProvider,
    parameters: URLSearchParams,
    flow: SignInFlow,
  ): Promise<Result<ProvidedIdentity, SignInProblem>> {
    const address = new URL(CALLBACK_PATH, this.#options.baseUrl());
    address.search = parameters.toString();
    const said = await provider.finish(address, flow);
    return said.ok ? said : err(this.#failed('a sign-in was not finished', said.error));
  }

  async #session(person: KnownPerson, provided: ProvidedIdentity, visitor: Visitor): Promise<string> {
    await this.#endEarlier(visitor);
    return this.#options.sessions.begin({ person, provided, address: visitor.address });
  }

  async #endEarlier({ who, address }: Visitor): Promise<void> {
    if (who.kind !== 'person') return;
    const deed = { by: doerOf(who, address), action: 'session.ended', reason: 'signed in anew' } as const;
    await this.#options.sessions.end(who.sessionId, deed);
  }

  #failed(what: string, { kind, code, message, status }: Failure): SignInProblem {
    this.#options.log.warn(what, { kind, code, message, status });
    if (kind === 'retry') return 'unavailable';
    return kind === 'fatal' ? 'refused' : 'unknown';
  }

  #noteRefusal({ who, address }: Visitor, reason: SignInProblem, by: string): void {
    const doer: Doer = doerOf(who, address);
    const details = new Map([
      ['reason', reason],
      ['by', by],
    ]);
    const outcome = 'refused' as const;
    this.#options.audit.refused({ ...doer, action: 'sign-in.refused', subject: null, outcome, details });
  }
}

export function createSignIn(options: SignInOptions): SignIn {
  return new SignIn(options);
}

/** Given once, and the same; compared by hashes, so that lengths do not tell either. */
function isState(given: readonly string[], expected: string): boolean {
  const [state] = given;
  return state !== undefined && given.length === 1 && timingSafeEqual(digest(state), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
