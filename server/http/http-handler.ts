/**
 * The REST API, health and metrics: the same figures as on the screens, for programs. What is not under these
 * addresses is the pages' business. Read only: nothing here changes anything.
 * Ready = a first picture is there. A server that loses Genesys later stays ready: it serves its last good picture,
 * marked stale, and a balancer that took it away would make the walls blank.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BoardsResponse, Readyz } from '../../lib/contracts/api';
import { KPI_CATALOGUE } from '../../lib/contracts/kpi';
import type { Limit } from '../../lib/contracts/push';
import type { Sources } from '../../lib/contracts/source';
import type { BoardProvider } from '../boards/board-provider';
import type { KpiReader } from '../kpi/reader';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import { checkQuery, type KpisQuery, queryFromUrl, sendKpis } from './kpis';
import { readJson } from './read-json';
import { type HttpProblem, sendJson, sendProblem, sendText } from './reply';

export interface HttpHandlerOptions {
  readonly reader: KpiReader;
  readonly sources: () => Sources;
  readonly boards: BoardProvider;
  /** The limits in force, shown with the catalogue. */
  readonly limits?: () => readonly Limit[];
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
  /** Origins from which a page may POST; programs, which send none, always may. */
  readonly allowedOrigins: readonly string[];
  /** Names (with port) under which the API answers, against DNS rebinding; absent: any. Read at each request. */
  readonly allowedHosts?: readonly string[];
  /** Everything that is not ours: the pages. */
  readonly fallback: (request: IncomingMessage, response: ServerResponse) => void;
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers about all queues that are being made at the same time. */
const MAX_WHOLE_ANSWERS = 4;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly parameters: URLSearchParams;
  /** The last part of the path, for routes that end in an id. */
  readonly id: string;
}
type Answer = (exchange: Exchange) => void | Promise<void>;
type Route = ReadonlyMap<string, Answer>;

export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  const api = new Api(options);
  return (request, response) => api.handle(request, response);
}

class Api {
  readonly #options: HttpHandlerOptions;
  readonly #log: Log;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #answered = new Map<string, number>();
  #wholeAnswers = 0;
  #hadPicture = false;

  constructor(options: HttpHandlerOptions) {
    this.#options = options;
    this.#log = options.log.child({ room: 'http' });
    this.#routes = this.#table();
    options.metrics.countersFrom('floorcast_http_answers_total', 'API answers by status', 'status', () => {
      return this.#answered;
    });
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const url = parseUrl(request.url ?? '/');
    const isOurs = url !== null && (this.#routes.has(url.pathname) || /^\/api(\/|$)/.test(url.pathname));
    if (!isOurs) {
      this.#options.fallback(request, response);
      return;
    }
    response.once('finish', () => {
      const status = String(response.statusCode);
      this.#answered.set(status, (this.#answered.get(status) ?? 0) + 1);
    });
    this.#answer(request, response, url).catch((thrown: unknown) => this.#fail(response, thrown));
  }

  async #answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { route, id } = this.#find(url.pathname);
    const problem = this.#refusal(request, route);
    if (problem !== null) {
      sendProblem(response, problem);
      return;
    }
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    await route?.get(method)?.({ request, response, parameters: url.searchParams, id });
  }

  /** A route that ends in an id is listed with `:id` in its place. */
  #find(pathname: string): { route: Route | undefined; id: string } {
    const direct = this.#routes.get(pathname);
    if (direct !== undefined) return { route: direct, id: '' };
    const slash = pathname.lastIndexOf('/') + 1;
    return { route: this.#routes.get(`${pathname.slice(0, slash)}:id`), id: pathname.slice(slash) };
  }

  #refusal(request: IncomingMessage, route: Route | undefined): HttpProblem | null {
    const { allowedHosts, allowedOrigins } = this.#options;
    if (allowedHosts !== undefined && !allowedHosts.includes(request.headers.host ?? '')) {
      return { status: 421, code: 'host.unknown', message: 'this server does not answer under that name' };
    }
    if (route === undefined) {
      return { status: 404, code: 'path.unknown', message: 'there is nothing at this address' };
    }
    const { method = '' } = request;
    if (!route.has(method === 'HEAD' ? 'GET' : method)) {
      const allow = [...route.keys()]
        .flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
        .join(', ');
      const message = `allowed here: ${allow}`;
      return { status: 405, code: 'method.not-allowed', message, headers: { allow } };
    }
    const { origin } = request.headers;
    if (method === 'POST' && origin !== undefined && !allowedOrigins.includes(origin)) {
      return { status: 403, code: 'origin.refused', message: 'pages of this origin may not post here' };
    }
    return null;
  }

  #table(): ReadonlyMap<string, Route> {
    const { boards, limits, metrics } = this.#options;
    const get = (answer: Answer): Route => new Map([['GET', answer]]);
    const listBoards = (): BoardsResponse => ({
      boards: boards.list().map(({ id, name }) => ({ id, name })),
    });
    return new Map([
      ['/healthz', get(({ response }) => sendJson(response, { alive: true }))],
      ['/readyz', get(({ response }) => this.#ready(response))],
      [
        '/metrics',
        get(async ({ response }) => {
          sendText(response, { type: metrics.contentType, body: await metrics.expose() });
        }),
      ],
      [
        '/api/v1/kpis',
        new Map<string, Answer>([
          ['GET', (exchange) => this.#kpis(exchange.response, queryFromUrl(exchange.parameters))],
          ['POST', (exchange) => this.#postedKpis(exchange)],
        ]),
      ],
      ['/api/v1/boards', get(({ response }) => sendJson(response, listBoards()))],
      ['/api/v1/boards/:id', get(({ response, id }) => this.#board(response, id))],
      [
        '/api/v1/catalogue',
        get(({ response }) => sendJson(response, { kpis: KPI_CATALOGUE, limits: limits?.() ?? [] })),
      ],
    ]);
  }

  #ready(response: ServerResponse): void {
    const sources = this.#options.sources();
    this.#hadPicture ||= sources.genesys.state === 'live' || sources.genesys.state === 'degraded';
    const body: Readyz = { ready: this.#hadPicture, sources };
    sendJson(response, body, this.#hadPicture ? 200 : 503);
  }

  #board(response: ServerResponse, id: string): void {
    const board = this.#options.boards.board(id);
    if (board !== null) sendJson(response, board);
    else sendProblem(response, { status: 404, code: 'board.unknown', message: 'there is no such board' });
  }

  async #postedKpis({ request, response }: Exchange): Promise<void> {
    const body = await readJson(request, this.#options.clock);
    await this.#kpis(response, body.ok ? checkQuery(body.value) : body);
  }

  async #kpis(response: ServerResponse, query: ReturnType<typeof checkQuery>): Promise<void> {
    if (!query.ok) {
      sendProblem(response, query.error);
      return;
    }
    if (query.value.queueId !== undefined) return sendKpis(response, query.value, this.#options);
    await this.#wholeKpis(response, query.value);
  }

  async #wholeKpis(response: ServerResponse, query: KpisQuery): Promise<void> {
    if (this.#wholeAnswers >= MAX_WHOLE_ANSWERS) {
      const message = 'too many answers about all queues at a time: try again, or ask for one queue';
      sendProblem(response, { status: 503, code: 'busy', message, headers: { 'retry-after': '1' } });
      return;
    }
    this.#wholeAnswers += 1;
    try {
      await sendKpis(response, query, this.#options);
    } finally {
      this.#wholeAnswers -= 1;
    }
  }

  #fail(response: ServerResponse, thrown: unknown): void {
    this.#log.error('an API answer failed', { thrown });
    if (response.headersSent) response.destroy();
    else sendProblem(response, { status: 500, code: 'internal', message: 'something went wrong here' });
  }
}

function parseUrl(target: string): URL | null {
  try {
    // The host is of no interest: only path and parameters are read.
    return new URL(target.startsWith('/') ? `http://host${target}` : target);
  } catch {
    return null;
  }
}
