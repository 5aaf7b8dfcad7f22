/**
 * What happens to every request, in this order: is its address one, is it too much, which name, which route, which
 * method; then the doorkeeper; then the route answers. A body is the route's only after the doorkeeper was asked again:
 * it can be held back for as long as somebody's rights last, and longer. What is no route's is the pages' business.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { err, type Result } from '../../lib/result';
import type { Gate } from '../access/gate';
import type { AuditLog } from '../audit/audit-log';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import { OwnerUnavailable } from '../runtime/owner-unavailable';
import { type SecretBytes, systemSecretBytes } from '../runtime/secret-bytes';
import { StoreUnavailable } from '../store/store-unavailable';
import { type ClientAddress, createClientAddress } from './client-address';
import { type Asked, Doorkeeper } from './doorkeeper';
import { type FigureRoutesOptions, figureRoutes } from './figure-routes';
import { keepsOpener } from './framing';
import { type HealthRoutesOptions, healthRoutes } from './health-routes';
import { ENGLISH_ONLY, type PageLocales } from './page-locale';
import { servePage } from './pages-gate';
import type { RateLimits } from './rate-limits';
import { readForm } from './read-form';
import { readJson } from './read-json';
import { type HttpProblem, sendProblem } from './reply';
import type { Route } from './route';
import { allowedMethods, createRouter, type Match, type Router } from './router';
import { keepOpener, setSecurityHeaders } from './security-headers';
import { parseTarget, type Target } from './target';

export interface HttpShellOptions {
  readonly routes: readonly Route[];
  readonly gate: Gate;
  readonly audit: AuditLog;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
  /** For the nonces of pages; absent: the system's. */
  readonly secretBytes?: SecretBytes;
  /** Origins from which a page may change something, as browsers send them. Read at each request. */
  readonly allowedOrigins: readonly string[];
  /** Names (with port) under which this server answers, against DNS rebinding. Read at each request. */
  readonly allowedHosts: readonly string[];
  /** What each client has spent, shared with whoever lets sockets in; absent: the handler's own. */
  readonly rates?: RateLimits;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Browsers reach us by https, and are told to stay with it. */
  readonly secureOrigin: boolean;
  /** Sources of `frame-ancestors` for the widget; absent: it stands in no frame, like everything else. */
  readonly widgetFramers?: readonly string[];
  /** Names what runs, for pages to say of themselves; absent: not told. */
  readonly build?: string;
  /** In which language pages are sent; absent: English. */
  readonly locales?: PageLocales;
  /** Everything that is no route: the pages, behind their gate. */
  readonly fallback: (request: IncomingMessage, response: ServerResponse) => void;
}

/** `routes`: those beside the figures and health, which are there anyway. */
export type HttpHandlerOptions = HttpShellOptions & FigureRoutesOptions & HealthRoutesOptions;
/** First parts of addresses under which there are routes and never pages. */
const API_PARTS: ReadonlySet<string> = new Set(['api', 'v1']);

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Throws where a route has no row in the access table, or is there twice. */
export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  const routes = [...healthRoutes(options), ...figureRoutes(options), ...options.routes];
  return createHttpShell({ ...options, routes });
}

/** The handler with these routes and no others. */
export function createHttpShell(options: HttpShellOptions): HttpHandler {
  const shell = new HttpShell(options);
  return (request, response) => shell.handle(request, response);
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Target;
  readonly address: string;
}

class HttpShell {
  readonly #options: HttpShellOptions;
  readonly #log: Log;
  readonly #router: Router;
  readonly #addressOf: ClientAddress;
  readonly #doorkeeper: Doorkeeper;
  readonly #secretBytes: SecretBytes;
  readonly #answered = new Map<string, number>();

  constructor(options: HttpShellOptions) {
    this.#options = options;
    this.#log = options.log.child({ room: 'http' });
    this.#router = createRouter(options.routes);
    this.#addressOf = createClientAddress(options.trustedProxies);
    this.#doorkeeper = new Doorkeeper(options);
    this.#secretBytes = options.secretBytes ?? systemSecretBytes;
    options.metrics.countersFrom('floorcast_http_answers_total', 'API answers by status', 'status', () => {
      return this.#answered;
    });
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    setSecurityHeaders(response, this.#options.secureOrigin);
    const target = parseTarget(request.url ?? '');
    if (!target.ok) {
      sendProblem(response, target.error);
      return;
    }
    if (keepsOpener(target.value)) keepOpener(response);
    const address = this.#addressOf(request);
    const problem = ambiguity(request) ?? this.#doorkeeper.arrival(address);
    if (problem !== null) {
      sendProblem(response, problem);
      return;
    }
    const visit = { request, response, target: target.value, address };
    this.#serve(visit).catch((thrown: unknown) => this.#fail(response, thrown));
  }

  async #serve(visit: Visit): Promise<void> {
    const { request, response, target } = visit;
    const match = this.#router(target.parts);
    if (match === null && !API_PARTS.has(target.parts[0] ?? '')) {
      const { allowedOrigins, widgetFramers = [], locales = ENGLISH_ONLY, build, fallback } = this.#options;
      const parts = { doorkeeper: this.#doorkeeper, secretBytes: this.#secretBytes };
      const told = build === undefined ? {} : { build };
      const gate = { ...parts, ...told, allowedOrigins, widgetFramers, locales, fallback };
      if (this.#isOwnName(request)) await servePage(visit, gate);
      else sendProblem(response, unknownName());
      return;
    }
    response.once('finish', () => this.#count(response.statusCode));
    const route = this.#routeOf(request, match);
    if ('status' in route) sendProblem(response, route);
    else await this.#answer(visit, route, match);
  }

  #routeOf(request: IncomingMessage, match: Match | null): Route | HttpProblem {
    const { method = '', headers } = request;
    const route = match?.methods.get(method === 'HEAD' ? 'GET' : method);
    const anyName =
      route?.anyName === 'always' || (route?.anyName === 'with-token' && headers.authorization !== undefined);
    if (!anyName && !this.#isOwnName(request)) return unknownName();
    if (match === null) {
      return { status: 404, code: 'path.unknown', message: 'there is nothing at this address' };
    }
    if (route !== undefined) return route;
    const allow = allowedMethods(match.methods.keys());
    const message = `allowed here: ${allow}`;
    return { status: 405, code: 'method.not-allowed', message, headers: { allow } };
  }

  async #answer(visit: Visit, route: Route, match: Match | null): Promise<void> {
    const { request, response, target, address } = visit;
    const asked: Asked = {
      target: `${route.method} ${route.path}`,
      pace: route.pace ?? 'plain',
      address,
      // A page under a foreign name that leads here must not be somebody by being on this machine.
      unseen: !this.#isOwnName(request) && request.headers.authorization === undefined,
    };
    const admitted = await this.#doorkeeper.admit(request, asked);
    if (!admitted.ok) {
      sendProblem(response, admitted.error.problem);
      return;
    }
    const read = async <T>(reading: Promise<Result<T, HttpProblem>>): Promise<Result<T, HttpProblem>> => {
      const body = await reading;
      const problem = body.ok ? await this.#doorkeeper.readmit(request, asked, admitted.value) : null;
      return problem === null ? body : err(problem);
    };
    const { clock } = this.#options;
    await route.answer({
      ...{ request, response, address, ...admitted.value },
      parameters: target.parameters,
      ids: match?.ids ?? new Map(),
      json: () => read(readJson(request, clock, route.bodyBytes)),
      form: () => read(readForm(request, clock)),
    });
  }

  #isOwnName({ headers }: IncomingMessage): boolean {
    return headers.host !== undefined && this.#options.allowedHosts.includes(headers.host);
  }

  #count(statusCode: number): void {
    const status = String(statusCode);
    this.#answered.set(status, (this.#answered.get(status) ?? 0) + 1);
  }

  #fail(response: ServerResponse, thrown: unknown): void {
    // That it is away was logged where it was noticed.
    const away = awayProblem(thrown);
    if (away === null) this.#log.error('an answer failed', { thrown });
    if (response.headersSent) response.destroy();
    else sendProblem(response, away ?? FAILED);
  }
}

const FAILED: HttpProblem = { status: 500, code: 'internal', message: 'something went wrong here' };
/** `null`: it is a fault. */
function awayProblem(thrown: unknown): HttpProblem | null {
  if (thrown instanceof StoreUnavailable) return STORE_AWAY;
  if (!(thrown instanceof OwnerUnavailable)) return null;
  return {
    ...{ status: 503, code: 'owner.unavailable', message: thrown.message },
    headers: { 'retry-after': '2' },
  };
}

const STORE_AWAY: HttpProblem = {
  status: 503,
  code: 'store.unavailable',
  message: 'the store does not answer now: try again',
  headers: { 'retry-after': '5' },
};

/** Of two names one would be checked and the other be used. */
function ambiguity({ rawHeaders }: IncomingMessage): HttpProblem | null {
  const names = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name));
  if (names.length <= 1) return null;
  return { status: 400, code: 'host.ambiguous', message: 'this request names two hosts' };
}

function unknownName(): HttpProblem {
  return { status: 421, code: 'host.unknown', message: 'this server does not answer under that name' };
}
