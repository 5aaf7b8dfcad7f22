/** Handing on to a real HTTP server that behaves as targets do. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEventSender } from '../../../server/alerts/event-sender';
import { createHttpClient } from '../../../server/runtime/http-client';
import { FakeClock } from '../../support/fake-clock';

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}
type Answer = (asked: Asked, response: ServerResponse, nth: number) => void;

const WEBHOOK = '/api/v2/integrations/webhooks/s3cret-token-of-the-path/events';
const accept: Answer = (_, response) => void response.writeHead(202).end('{"invocationId":"1"}');
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  ({ path }, response) =>
    void response.writeHead(code, headers).end(JSON.stringify({ message: `no: ${path}` }));

async function target(answer: Answer) {
  const asked: Asked[] = [];
  const server: Server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const one = { path: request.url ?? '', authorization: request.headers.authorization, body };
    asked.push(one);
    if (one.path === '/oauth/token') response.end(`{"access_token":"t${asked.length}","expires_in":86400}`);
    else answer(one, response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  closings.push(
    () => new Promise((resolve) => server.close(resolve)),
    async () => server.closeAllConnections(),
  );
  return { url: `http://127.0.0.1:${port}`, asked };
}

async function sender(answer: Answer, auth: 'none' | 'bearer' = 'none') {
  const { url, asked } = await target(answer);
  const clock = new FakeClock();
  const client = createHttpClient(clock);
  closings.push(() => client.close());
  const bearer = { tokenUrl: `${url}/oauth/token`, clientId: 'c', clientSecret: 'client-s3cret' };
  const { signal } = new AbortController();
  const to = auth === 'none' ? { url: url + WEBHOOK, bearer: null } : { url: `${url}/gateway`, bearer };
  return { send: createEventSender({ target: to, http: client.http, clock, signal }), asked, clock };
}
const events = (asked: readonly Asked[]) => asked.filter(({ path }) => path !== '/oauth/token');

describe('handing on over HTTP', () => {
  it('ALERT-83 posts JSON to the webhook, without a token, and takes 202 for sent', async () => {
    const { send, asked } = await sender(accept);
    expect(await send('{"a":1}')).toEqual({ kind: 'sent' });
    expect(asked).toEqual([{ path: WEBHOOK, authorization: undefined, body: '{"a":1}' }]);
  });

  it.each<[string, Answer, object]>([
    ['503', status(503), { kind: 'later', floorMs: 0 }],
    ['429 with Retry-After', status(429, { 'retry-after': '7' }), { kind: 'later', floorMs: 7_000 }],
    ['401, as it may be mended', status(401), { kind: 'later' }],
    ['404, as it may be mended', status(404), { kind: 'later' }],
    ['a redirect, which is not followed', status(307, { location: '/elsewhere' }), { kind: 'later' }],
    ['400, about this alert', status(400), { kind: 'refused' }],
    ['413, about this alert', status(413), { kind: 'refused' }],
    ['a connection that is cut', (_, response) => void response.destroy(), { kind: 'later' }],
  ])('ALERT-84 knows what %s means, and repeats no secret', async (_, answer, meant) => {
    const { send, asked } = await sender(answer);
    const said = await send('{}');
    expect(said).toMatchObject(meant);
    expect(JSON.stringify(said)).not.toContain('s3cret');
    expect(events(asked)).toHaveLength(1);
  });

  it('ALERT-84 gives up on a target that does not answer in 10 s', async () => {
    let isAsked: () => void = () => {};
    const reached = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const { send, clock } = await sender(() => isAsked());
    const sending = send('{}');
    await reached;
    clock.advance(10_000);
    expect(await sending).toMatchObject({ kind: 'later' });
  });

  it('ALERT-85 brings a gateway a token, the same for a while, renewed 300 s early', async () => {
    const { send, asked, clock } = await sender(accept, 'bearer');
    await send('{"n":1}');
    await send('{"n":2}');
    clock.advance((86_400 - 301) * 1_000);
    await send('{"n":3}');
    clock.advance(2_000);
    await send('{"n":4}');
    expect(events(asked).map(({ authorization }) => authorization)).toEqual([
      'Bearer t1',
      'Bearer t1',
      'Bearer t1',
      'Bearer t5',
    ]);
  });

  it('ALERT-85 renews a token that is refused, and sends once more; not a third time', async () => {
    const once = await sender(({ authorization }, response) => {
      response.writeHead(authorization === 'Bearer t1' ? 401 : 202).end('{}');
    }, 'bearer');
    expect(await once.send('{}')).toEqual({ kind: 'sent' });
    expect(events(once.asked).map(({ authorization }) => authorization)).toEqual(['Bearer t1', 'Bearer t3']);
    const never = await sender(status(401), 'bearer');
    expect(await never.send('{}')).toMatchObject({ kind: 'later' });
    expect(events(never.asked)).toHaveLength(2);
  });
});
