/**
 * A Genesys Cloud that repeats every secret it is sent, in every writing, wherever it can: in bodies, headers, status
 * lines, closing reasons, names. It fails in the mode that it is in, and counts how often it did.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { canary } from '../../support/canaries';
import { WRITINGS } from '../../support/writings';
import { type Host, openHost } from './hosts';

export const MODES = [
  'login 400',
  'login 401',
  'login 500',
  'login redirect',
  'login broken',
  'login of no token',
  'api 400',
  'api 401',
  'api 403',
  'api 404',
  'api 409',
  'api 429',
  'api 500',
  'api redirect',
  'api broken',
  'api html',
  'api of another shape',
  'api cut',
  'address elsewhere',
  'address with user',
  'address of no URL',
  'socket 401',
  'socket redirect',
  'socket cut',
  'socket closed',
  'frames that are none',
  'good',
] as const;
export type Mode = (typeof MODES)[number];

/** Canaries that are in no settings: the platform made them. */
export const MADE = {
  token: canary('access token'),
  channel: `streaming-2-${canary('channel').slice(0, 13)}`,
};

export interface EchoingPlatform extends Host {
  /** Where redirects lead. */
  readonly elsewhere: Host;
  enter(mode: Mode): void;
  /** How often it failed, or was good, since it entered its mode. */
  count(): number;
}

export async function openEchoingPlatform(): Promise<EchoingPlatform> {
  let mode: Mode = 'good';
  let count = 0;
  const elsewhere = await openHost((_, response) => response.end('{}'));
  const sockets = new WebSocketServer({ noServer: true });
  const strike = (when: boolean) => {
    if (when) count += 1;
    return when;
  };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const isLogin = request.url === '/oauth/token';
    const [kind = '', how = ''] = mode.split(/ (.*)/);
    if (kind === (isLogin ? 'login' : 'api')) {
      strike(true);
      fail(response, how, { echo: echoOf(request), elsewhere: `${elsewhere.url}${request.url}` });
      return;
    }
    if (isLogin && mode === 'good') strike(true);
    const body = goodAnswer(request, mode, (path) => `ws://${request.headers.host}${path}`);
    if (request.url?.endsWith('/channels') && mode.startsWith('address')) strike(true);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function upgrade(request: IncomingMessage, socket: Socket): void {
    strike(mode.startsWith('socket') || mode.startsWith('frames'));
    const echo = header(echoOf(request));
    if (mode === 'socket 401')
      socket.end(`HTTP/1.1 401 ${echo.slice(0, 200)}\r\nx-echo: ${echo}\r\n\r\n${echo}`);
    else if (mode === 'socket redirect') {
      socket.end(
        `HTTP/1.1 302 Found\r\nlocation: ${elsewhere.url.replace('http', 'ws')}${request.url}\r\n\r\n`,
      );
    } else if (mode === 'socket cut') socket.destroy();
    else sockets.handleUpgrade(request, socket, Buffer.alloc(0), (ws) => speak(ws, request));
  }

  function speak(ws: import('ws').WebSocket, request: IncomingMessage): void {
    const echo = echoOf(request);
    if (mode === 'socket closed') ws.close(4_000, `bye ${MADE.channel}`);
    if (mode !== 'frames that are none') return;
    ws.send(echo);
    ws.send(JSON.stringify({ topicName: echo, eventBody: { message: echo } }));
    ws.send(JSON.stringify({ topicName: 'v2.system.socket_closing', eventBody: { message: echo } }));
    ws.send(
      JSON.stringify({
        topicName: `v2.analytics.queues.q1.observations`,
        eventBody: { group: { queueId: echo } },
      }),
    );
    ws.send(Buffer.from(echo));
  }

  const host = await openHost(answer, upgrade);
  return {
    ...host,
    elsewhere,
    enter(next) {
      mode = next;
      count = 0;
    },
    count: () => count,
    async stop() {
      sockets.close();
      await host.stop();
      await elsewhere.stop();
    },
  };
}

/** All that the request held, and all that we made, in every writing. */
function echoOf({ headers, url }: IncomingMessage): string {
  const [, credentials = ''] = (headers.authorization ?? '').split(' ');
  const decoded = Buffer.from(credentials, 'base64').toString();
  const secrets = [credentials, ...decoded.split(':'), url ?? '', MADE.token, MADE.channel];
  return secrets.flatMap((secret) => WRITINGS.map(({ write }) => write(secret))).join(' ');
}

/** What may stand in a header. */
function header(text: string): string {
  return text.replace(/[^ -~]/g, '').slice(0, 4_000);
}

/** Answers wrongly in that way. */
export function fail(
  response: ServerResponse,
  how: string,
  said: { readonly echo: string; readonly elsewhere: string },
): void {
  const { echo, elsewhere } = said;
  const headers = {
    'content-type': 'application/json',
    'www-authenticate': header(echo),
    'inin-correlation-id': header(echo),
  };
  const status = Number(how);
  if (status > 0) {
    const body = {
      message: echo,
      code: echo.slice(0, 90),
      error: echo,
      error_description: echo,
      errors: [echo],
    };
    response.writeHead(status, header(echo).slice(0, 100), headers).end(JSON.stringify(body));
  } else if (how === 'redirect') response.writeHead(302, { location: elsewhere }).end(echo);
  else if (how === 'broken') response.writeHead(200, headers).end(`{"access_token":"${echo}`);
  else if (how === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>${echo}</h1>`);
  else if (how === 'cut')
    response.writeHead(200, { 'content-length': '999999' }).write(echo, () => response.destroy());
  else {
    const entities = { [echo]: [echo] };
    response
      .writeHead(200, headers)
      .end(JSON.stringify({ access_token: [echo], expires_in: echo, entities, [echo]: echo }));
  }
}

function goodAnswer(request: IncomingMessage, mode: Mode, own: (path: string) => string): unknown {
  const path = request.url ?? '';
  if (path === '/oauth/token') return { access_token: MADE.token, expires_in: 86_400, token_type: 'bearer' };
  if (path.startsWith('/api/v2/routing/queues')) {
    const division = { id: 'd1', name: 'Home' };
    return { entities: [{ id: 'q1', name: 'Sales', division }], pageCount: 1 };
  }
  if (path.endsWith('/channels')) return { id: MADE.channel, connectUri: addressFor(mode, own) };
  if (path.includes('/subscriptions')) return { entities: [] };
  return { entities: [], results: [], pageCount: 1 };
}

function addressFor(mode: Mode, own: (path: string) => string): string {
  const path = `/channels/${MADE.channel}`;
  if (mode === 'address elsewhere') return `wss://evil.example${path}`;
  if (mode === 'address with user') return own(path).replace('://', `://${MADE.token.replace(/\W/g, '')}:x@`);
  return mode === 'address of no URL' ? `${MADE.channel} ${MADE.token}` : own(path);
}
