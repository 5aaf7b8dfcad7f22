/**
 * Lets a request in or says why not: a foreign page, credentials that are nobody's, too many, nobody, somebody who may
 * not. One for routes and pages; the table alone decides. What is refused is noted in the audit log, but for a browser
 * that merely has no session yet.
 */
import type { IncomingMessage } from 'node:http';
import { err, ok, type Result } from '../../lib/result';
import type { Reach } from '../access/access-table';
import { readCookie, SCREEN_COOKIE, SESSION_COOKIE } from '../access/cookies';
import { decideFor } from '../access/decide';
import type { Gate } from '../access/gate';
import { ANONYMOUS, actorOf, type Identity, nameOf, type Principal } from '../access/principal';
import type { AuditLog } from '../audit/audit-log';
import { addressForLimits } from '../runtime/address-for-limits';
import type { Clock } from '../runtime/clock';
import { isForeign } from './origin-check';
import { type RateClass, RateLimits } from './rate-limits';
import type { HttpProblem } from './reply';
import type { Route } from './route';

export interface DoorkeeperOptions {
  readonly gate: Gate;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Read at each request. */
  readonly allowedOrigins: readonly string[];
  /** Shared with whoever else lets the same clients in; absent: its own. */
  readonly rates?: RateLimits;
}

export interface Asked {
  /** As the access table writes it. */
  readonly target: string;
  readonly pace: NonNullable<Route['pace']>;
  readonly address: string;
  /** Whoever it is counts as nobody: what comes under a foreign name, and files that are everybody's. */
  readonly unseen?: boolean;
}

export interface Admitted {
  readonly as: Principal;
  readonly reach: Reach;
  readonly identity: Identity;
}

/** What to answer, and whose request it was: nobody's where that was not asked. */
export interface Refusal {
  readonly problem: HttpProblem;
  readonly identity: Identity;
}

interface Refused {
  readonly identity: Identity;
  readonly asked: Asked;
  readonly reason: 'unauthenticated' | 'forbidden';
}

const NOBODY: Identity = { who: ANONYMOUS, screen: null };
const MAX_NOTED_ORIGIN = 200;

export class Doorkeeper {
  readonly #options: DoorkeeperOptions;
  readonly #rates: RateLimits;

  constructor(options: DoorkeeperOptions) {
    this.#options = options;
    this.#rates = options.rates ?? new RateLimits();
  }

  /** Counts whatever comes, before anything costs; a problem where it is too much. */
  arrival(address: string): HttpProblem | null {
    return this.#spend('arrival', addressForLimits(address));
  }

  async admit(request: IncomingMessage, asked: Asked): Promise<Result<Admitted, Refusal>> {
    if (isForeign(request.method ?? '', request.headers, this.#options.allowedOrigins)) {
      this.#note(NOBODY, asked, { reason: 'origin', origin: originOf(request) });
      return err({ problem: foreign(), identity: NOBODY });
    }
    const identity = await this.#identify(request, asked);
    const tooMany = this.#tooMany(identity, asked);
    if (tooMany !== null) return err({ problem: tooMany, identity });
    const decision = decideFor(asked.target, identity);
    if (decision.allowed) return ok({ as: decision.as, reach: decision.reach, identity });
    const problem = this.#refuse(request, { identity, asked, reason: decision.reason });
    return err({ problem, identity });
  }

  /**
   * Asks again of one who was let in a while ago, as its body was still to come. A problem where it may no more, or
   * would now be somebody else or reach elsewhere: what is handed to its route would be wrong. Counts nothing.
   */
  async readmit(request: IncomingMessage, asked: Asked, before: Admitted): Promise<HttpProblem | null> {
    const identity = await this.#identify(request, asked);
    const decision = decideFor(asked.target, identity);
    if (!decision.allowed) return this.#refuse(request, { identity, asked, reason: decision.reason });
    const { as, reach } = decision;
    if (actorOf(as) === actorOf(before.as) && reach === before.reach) return null;
    const reason = identity.who.kind === 'anonymous' ? 'unauthenticated' : 'forbidden';
    return this.#refuse(request, { identity, asked, reason });
  }

  async #identify({ headers }: IncomingMessage, { unseen }: Asked): Promise<Identity> {
    const { cookie, authorization } = headers;
    return unseen ? NOBODY : this.#options.gate.identify({ cookie, authorization });
  }

  #tooMany({ who, screen }: Identity, { pace, address }: Asked): HttpProblem | null {
    if (pace === 'free') return null;
    const somebody = who.kind === 'anonymous' ? screen : who;
    // Without accounts everybody on this machine is `local`.
    const isCountedByPlace = somebody === null || somebody.kind === 'local';
    const client = isCountedByPlace ? addressForLimits(address) : actorOf(somebody);
    if (pace === 'heavy') return this.#spend('heavy', client);
    return this.#spend(somebody === null ? 'nobody' : 'known', client);
  }

  #refuse(request: IncomingMessage, { identity, asked, reason }: Refused): HttpProblem {
    if (reason === 'forbidden') {
      this.#note(identity, asked, { reason });
      return forbidden(identity.who);
    }
    // Whose cookies and tokens are good is not held up by others at the same address whose are not.
    const isBad = isNobodys(request, identity);
    const tooMany = isBad ? this.#spend('failed', addressForLimits(asked.address)) : null;
    if (tooMany !== null) return tooMany;
    if (!isPlainVisit(request)) this.#note(identity, asked, { reason });
    return unauthenticated(request);
  }

  #spend(kind: RateClass, client: string): HttpProblem | null {
    const waitMs = this.#rates.spend(kind, client, this.#options.clock.monotonicNow());
    if (waitMs === 0) return null;
    const headers = { 'retry-after': String(Math.ceil(waitMs / 1_000)) };
    return { status: 429, code: 'limit.requests', message: 'too many requests: try again later', headers };
  }

  #note(identity: Identity, { target, address }: Asked, facts: Readonly<Record<string, string>>): void {
    const principal = identity.who.kind === 'anonymous' ? (identity.screen ?? identity.who) : identity.who;
    this.#options.audit.refused({
      actor: actorOf(principal),
      actorName: nameOf(principal),
      action: 'access.refused',
      subject: `route:${target}`,
      outcome: 'refused',
      address,
      // The keys are ours.
      details: new Map(Object.entries(facts)),
    });
  }
}

/** Whether it brought a cookie or a token that is nobody's. */
function isNobodys({ headers }: IncomingMessage, { who, screen }: Identity): boolean {
  if (who.kind !== 'anonymous' || screen !== null) return false;
  if (headers.authorization !== undefined) return true;
  return [SESSION_COOKIE, SCREEN_COOKIE].some((name) => readCookie(headers.cookie, name) !== null);
}

/** A browser, or a person with a tool, that looks and has no session: every visit begins like that. */
function isPlainVisit({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.authorization === undefined;
}

/** Of the header that was sent, which is text of a stranger. */
function originOf({ headers }: IncomingMessage): string {
  return (headers.origin ?? '').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_NOTED_ORIGIN);
}

function foreign(): HttpProblem {
  return { status: 403, code: 'origin.refused', message: 'pages of this origin may not do that here' };
}

function forbidden(principal: Principal): HttpProblem {
  const problem = { status: 403, code: 'forbidden', message: 'you may not do that' };
  // RFC 6750, 3: whoever comes with a token is told that it is good, and not for this.
  const headers = { 'www-authenticate': 'Bearer error="insufficient_scope"' };
  const isByToken =
    principal.kind === 'machine' || ('tokenExpiresAt' in principal && principal.tokenExpiresAt);
  return isByToken ? { ...problem, headers } : problem;
}

function unauthenticated({ headers }: IncomingMessage): HttpProblem {
  const message = 'sign in, or send a token';
  const isBrowser = headers['sec-fetch-site'] !== undefined || headers.cookie !== undefined;
  const isBad = headers.authorization !== undefined;
  const challenge = isBad ? 'Bearer error="invalid_token"' : 'Bearer';
  const more = isBrowser && !isBad ? {} : { headers: { 'www-authenticate': challenge } };
  return { status: 401, code: 'unauthenticated', message, ...more };
}
