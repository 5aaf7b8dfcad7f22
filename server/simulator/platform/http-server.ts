/**
 * The simulator's one HTTP server: login, API, control. Reads bodies with a bound and a time-out, answers JSON, and
 * puts the REST faults between the question and the answer. What a handler throws is a 500 and never ends the server.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { LastingFault } from '../faults/fault';
import type { FaultSource } from '../faults/fault-board';
import { isControlPath } from './control-paths';
import { errorReply, genericProblem, type Reply } from './error-body';

/** A request with its body read. */
export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** The header `Idempotency-Key`; `null`: none. */
  readonly idempotencyKey: string | null;
  readonly body: string;
}

export interface HttpServerOptions {
  readonly clock: Clock;
  readonly faults: FaultSource;
  readonly log: Log;
  contextId(): string;
  /** Every request, before any fault. */
  arrived(call: HttpCall): void;
  handle(call: HttpCall): Reply;
}

type BrokenMode = Extract<LastingFault, { kind: 'brokenBody' }>['mode'];

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

export function createHttpServer(options: HttpServerOptions): Server {
  const server = createServer((request, response) => {
    serve(options, request, response).catch((thrown: unknown) => {
      options.log.error('a request failed', { reason: messageOf(thrown) });
      response.destroy();
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

async function serve(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = await readCall(request);
  if (call === 'aborted') return;
  const contextId = options.contextId();
  if (call !== 'tooLarge') options.arrived(call);
  if (call === 'tooLarge') {
    write(response, errorReply(genericProblem(413), contextId), 'close');
    return;
  }
  const reply = answer(options, call, contextId);
  if (isControlPath(call.path)) {
    write(response, reply);
    return;
  }
  await writeThroughFaults(options, call, reply, response);
}

function answer(options: HttpServerOptions, call: HttpCall, contextId: string): Reply {
  const fits = fitsCall(call);
  const fault = isControlPath(call.path) ? null : options.faults.strike('restError', fits);
  if (fault !== null) {
    const reply = errorReply(genericProblem(fault.status), contextId);
    const { retryAfterSeconds } = fault;
    return retryAfterSeconds === undefined
      ? reply
      : { ...reply, headers: { 'Retry-After': String(retryAfterSeconds) } };
  }
  try {
    return options.handle(call);
  } catch (thrown) {
    options.log.error('a handler threw', { path: call.path, reason: messageOf(thrown) });
    return errorReply(genericProblem(500), contextId);
  }
}

function fitsCall(
  call: HttpCall,
): (fault: { method?: string | undefined; path?: string | undefined }) => boolean {
  return ({ method, path }) =>
    (method === undefined || method === call.method) && (path === undefined || call.path.includes(path));
}

async function writeThroughFaults(
  options: HttpServerOptions,
  call: HttpCall,
  reply: Reply,
  response: ServerResponse,
): Promise<void> {
  const slow = options.faults.strike('slowBody', fitsCall(call));
  if (slow !== null) await delay(options.clock, slow.delayMs, response);
  const broken = options.faults.strike('brokenBody', fitsCall(call));
  if (broken === null) {
    write(response, reply);
    return;
  }
  // The client goes, or the server stops.
  if (broken.mode === 'hang') return;
  if (broken.mode === 'cut') {
    response.destroy();
    return;
  }
  const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
  const html = broken.mode === 'html';
  response.writeHead(html ? 200 : reply.status, { 'Content-Type': html ? 'text/html' : 'application/json' });
  response.end(brokenText(broken.mode, text));
}

const HUGE_BYTES = 16 * 1024 * 1024;

function brokenText(mode: Exclude<BrokenMode, 'cut' | 'hang'>, text: string): string {
  switch (mode) {
    case 'html':
      return '<!doctype html><title>Gateway</title><h1>Please wait</h1>';
    case 'truncated':
      return text.slice(0, text.length >> 1);
    case 'empty':
      return '';
    case 'huge':
      return `{"padding":"${'x'.repeat(HUGE_BYTES)}",${text.slice(1)}`;
    case 'wrongTypes':
      return text === '' ? '' : JSON.stringify(otherTypes(JSON.parse(text)));
  }
}

/** Texts become numbers, numbers lists, lists texts; objects keep their keys. */
function otherTypes(value: unknown): unknown {
  if (typeof value === 'string') return 7;
  if (typeof value !== 'object' || value === null) return [value];
  if (Array.isArray(value)) return 'a list';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, otherTypes(inner)]));
}

/** Ends early where the client goes away. */
function delay(clock: Clock, delayMs: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, resolve);
    response.once('close', () => {
      cancel();
      resolve();
    });
  });
}

function write(response: ServerResponse, reply: Reply, connection?: 'close'): void {
  if (response.destroyed) return;
  const text = reply.html ?? (reply.body === undefined ? '' : JSON.stringify(reply.body));
  const type = reply.html === undefined ? 'application/json' : 'text/html; charset=utf-8';
  response.writeHead(reply.status, {
    ...(text === '' ? {} : { 'Content-Type': type }),
    ...(reply.status === 204 ? {} : { 'Content-Length': Buffer.byteLength(text) }),
    ...(connection === undefined ? {} : { Connection: connection }),
    ...reply.headers,
  });
  response.end(text);
}

function readCall(request: IncomingMessage): Promise<HttpCall | 'tooLarge' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else resolve('tooLarge');
    });
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
    request.on('end', () => resolve(toCall(request, Buffer.concat(chunks).toString('utf8'))));
  });
}

function toCall(request: IncomingMessage, body: string): HttpCall {
  const [path = '/', search = ''] = (request.url ?? '/').split('?', 2);
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(search),
    authorization: request.headers.authorization,
    idempotencyKey: [request.headers['idempotency-key']].flat()[0] ?? null,
    body,
  };
}
