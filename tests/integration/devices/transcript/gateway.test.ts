import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGatewayDelivery } from '../../../../server/devices/transcript/gateway-delivery';
import { createTranscript } from '../../../../server/devices/transcript/transcript';
import type { TranscriptMessage } from '../../../../server/devices/transcript/transcript-message';
import { createHttpClient } from '../../../../server/runtime/http-client';
import { silentLog } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { seededRandom } from '../../../../server/runtime/random';
import { createTokenSource } from '../../../../server/runtime/token-source';
import { FakeClock } from '../../../support/fake-clock';

interface Taken {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly key: string | undefined;
  readonly body: Record<string, unknown>;
}
type Answer = (taken: Taken, response: ServerResponse) => void;
const status =
  (code: number, headers: Record<string, string> = {}, text = ''): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end(text);
const accept = status(202);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function gateway(first: Answer, path = '/messages') {
  const clock = new FakeClock();
  const taken: Taken[] = [];
  let [answer, tokenCount] = [first, 0];
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set: bytes
    if (request.url === '/oauth/token') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: `t${++tokenCount}`, expires_in: 3_600 }));
      return;
    }
    const { authorization, 'idempotency-key': key } = request.headers;
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const one = { path: request.url ?? '', authorization, key: String(key), body };
    taken.push(one);
    answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a port.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ending = new AbortController();
  const { http, close } = createHttpClient(clock);
  closing.push(async () => {
    ending.abort();
    await close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { signal } = ending;
  const tokens = createTokenSource({
    ...{ loginUrl: origin, tokenUrl: `${origin}/oauth/token`, http, clock, signal },
    client: { id: 'floorcast', secret: 's3cret' },
  });
  const target = { url: `${origin}${path}`, tokens, http, signal };
  return {
    ...{ clock, taken, target },
    answer: (next: Answer) => {
      answer = next;
    },
  };
}

const AT = Date.UTC(2026, 10, 20, 14, 2, 5);
const notice = (text: string): TranscriptMessage => ({ kind: 'notice', at: AT, text });

describe('the transcript for a gateway', () => {
  it('DEV-102 posts each message in the agreed shape, with a bearer token and whose conversation it is', async () => {
    const { target, taken } = await gateway(accept);
    expect(await createGatewayDelivery(target).send('c-1', [notice('Ping: 31 ms')])).toEqual({
      kind: 'sent',
    });
    expect(taken).toMatchObject([
      {
        path: '/messages',
        authorization: 'Bearer t1',
        body: {
          type: 'message',
          content: { type: 'text', text: 'Ping: 31 ms' },
          from: 'Floorcast diagnostics',
          timestamp: '2026-11-20T14:02:05.000Z',
          conversationId: 'c-1',
        },
      },
    ]);
  });

  it('DEV-102 an address with a place for the conversation names it there, and the body has the agreed fields only', async () => {
    const { target, taken } = await gateway(accept, '/conversations/{interactionId}/messages?v=1');
    await createGatewayDelivery(target).send('c-1', [notice('one')]);
    expect(taken[0]?.path).toBe('/conversations/c-1/messages?v=1');
    expect(Object.keys(taken[0]?.body ?? {})).toEqual(['type', 'content', 'from', 'timestamp']);
  });

  it('DEV-102 the same message sent again has the same key, another one another', async () => {
    const { target, taken, answer } = await gateway((_, response) => void response.destroy());
    const delivery = createGatewayDelivery(target);
    const one = notice('one');
    expect(await delivery.send('c-1', [one])).toMatchObject({ kind: 'later' });
    answer(accept);
    await delivery.send('c-1', [one]);
    await delivery.send('c-1', [notice('one')]);
    const keys = taken.map(({ key }) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(2);
  });

  it('DEV-102 a token that is refused is renewed, and the message sent once more', async () => {
    const { target, taken } = await gateway((one, response) => {
      response.writeHead(one.authorization === 'Bearer t1' ? 401 : 200).end();
    });
    const delivery = createGatewayDelivery(target);
    expect(await delivery.send('c-1', [notice('one')])).toEqual({ kind: 'sent' });
    expect(taken.map(({ authorization }) => authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it.each<[string, Answer, object]>([
    [
      '429 with Retry-After',
      status(429, { 'retry-after': '7' }),
      { kind: 'later', isBusy: true, floorMs: 7_000 },
    ],
    ['503', status(503), { kind: 'later', isBusy: false }],
    ['401, again and again', status(401), { kind: 'later', isBusy: false }],
    ['404, as it may be mended', status(404), { kind: 'later' }],
    ['a redirect, which is not followed', status(307, { location: '/elsewhere' }), { kind: 'later' }],
    ['400, about this message', status(400), { kind: 'refused' }],
  ])(
    'DEV-101 knows what %s of a gateway means, and repeats neither token nor text',
    async (_, answer, meant) => {
      const echo: Answer = (one, response) => {
        response.setHeader('x-echo', one.authorization ?? '');
        answer(one, response);
      };
      const { target } = await gateway(echo);
      const said = await createGatewayDelivery(target).send('c-1', [notice('private words')]);
      expect(said).toMatchObject(meant);
      const told = await gateway((one, response) =>
        response.writeHead(400).end(JSON.stringify({ message: `${one.authorization} private words` })),
      );
      const reason = await createGatewayDelivery(told.target).send('c-1', [notice('private words')]);
      expect(JSON.stringify(reason)).not.toMatch(/t1|private words/);
    },
  );

  it('DEV-102 whole: what is said while the gateway is busy arrives in order when it is not', async () => {
    const { target, taken, clock, answer } = await gateway(status(429, { 'retry-after': '3' }));
    const ground = { clock, random: seededRandom(1), log: silentLog, metrics: createMetrics() };
    const transcript = createTranscript({ target: { kind: 'gateway', ...target }, ...ground });
    for (const text of ['one', 'two', 'three']) transcript.say('c-1', text, clock.now());
    while (transcript.status('c-1').state !== 'slow') await clock.advanceAsync(1);
    answer(accept);
    while (transcript.status('c-1').backlog > 0) await clock.advanceAsync(10);
    const texts = taken.map(({ body }) => (body.content as { text: string }).text); // as agreed above
    expect(texts).toEqual(['one', 'one', 'two', 'three']);
    await transcript.stop();
    // Those of the HTTP client's connections are its own.
    expect(transcript.status('c-1').backlog).toBe(0);
  });

  it('DEV-102 off it says nothing to nobody', async () => {
    const ground = {
      clock: new FakeClock(),
      random: seededRandom(1),
      log: silentLog,
      metrics: createMetrics(),
    };
    const transcript = createTranscript({ target: { kind: 'off' }, ...ground });
    transcript.say('c-1', 'one', 0);
    expect(transcript.status('c-1')).toEqual({ state: 'off', backlog: 0, lastSentAt: null });
    expect(ground.clock.pendingCount).toBe(0);
    await transcript.stop();
  });
});
