/**
 * A request as a route sees it, without a socket: the caller is known and may, the body is read. `answerOf` gives what
 * the route wrote, by Node's own `ServerResponse`, so that headers and cookies are those that a browser would get.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { err, ok, type Result } from '../../lib/result';
import type { Reach } from '../../server/access/access-table';
import { ANONYMOUS, type Principal, type ScreenPrincipal } from '../../server/access/principal';
import type { HttpProblem } from '../../server/http/reply';
import type { Exchange, Route } from '../../server/http/route';

export interface FakeRequest {
  /** Path with parameters; the default is the route's own path. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ids?: Readonly<Record<string, string>>;
  /** Who asks; `as` is the same unless it is said. */
  readonly who?: Principal;
  readonly screen?: ScreenPrincipal | null;
  readonly as?: Principal;
  readonly reach?: Reach;
  readonly address?: string;
  /** What `json()` gives. Absent: the body is no JSON. */
  readonly json?: unknown;
  /** What `form()` gives. Absent: the body is no form. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface FakeAnswer {
  readonly status: number;
  /** By lower-case name; `set-cookie` is left out. */
  readonly headers: ReadonlyMap<string, string>;
  readonly setCookies: readonly string[];
  readonly body: string;
  /** The body as JSON; throws where it is none. */
  json(): unknown;
}

export const FAKE_ADDRESS = '192.0.2.7';

/** Asks one of `routes` by `GET /api/v1/people/:id`, and gives its answer once it has ended. */
export async function answerOf(
  routes: readonly Route[],
  target: string,
  asked: FakeRequest = {},
): Promise<FakeAnswer> {
  const route = routes.find(({ method, path }) => `${method} ${path}` === target);
  if (route === undefined) throw new Error(`no such route: ${target}`);
  const written: Buffer[] = [];
  const request = requestOf(route, asked);
  const response = responseOf(request, written);
  const ended = new Promise((resolve) => response.once('finish', resolve));
  await route.answer(exchangeOf(request, response, asked));
  await ended;
  return parse(Buffer.concat(written).toString('utf8'));
}

function requestOf(route: Route, asked: FakeRequest): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = route.method;
  request.url = asked.url ?? route.path;
  for (const [name, value] of Object.entries(asked.headers ?? {}))
    request.headers[name.toLowerCase()] = value;
  return request;
}

function responseOf(request: IncomingMessage, written: Buffer[]): ServerResponse {
  const response = new ServerResponse(request);
  const sink = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      written.push(Buffer.from(chunk));
      done();
    },
  });
  // Of a socket ServerResponse uses no more than a stream's side here.
  response.assignSocket(sink as Socket);
  return response;
}

function exchangeOf(request: IncomingMessage, response: ServerResponse, asked: FakeRequest): Exchange {
  const who = asked.who ?? ANONYMOUS;
  return {
    request,
    response,
    parameters: new URL(request.url ?? '/', 'http://host').searchParams,
    ids: new Map(Object.entries(asked.ids ?? {})),
    as: asked.as ?? who,
    reach: asked.reach ?? 'all',
    identity: { who, screen: asked.screen ?? null },
    address: asked.address ?? FAKE_ADDRESS,
    json: async () => given(asked.json, 'JSON'),
    form: async () => given(asked.form && new Map(Object.entries(asked.form)), 'form'),
  };
}

function given<T>(body: T | undefined, type: string): Result<T, HttpProblem> {
  if (body !== undefined) return ok(body);
  return err({ status: 400, code: 'body.malformed', message: `the body is no ${type}` });
}

function parse(text: string): FakeAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const body = text.slice(end + 4);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(pairs.filter(([name]) => name !== 'set-cookie')),
    setCookies: pairs.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    body,
    json: () => JSON.parse(body),
  };
}
