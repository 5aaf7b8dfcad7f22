import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  apiErrorSchema,
  boardsResponseSchema,
  kpisResponseSchema,
  readyzSchema,
} from '../../../lib/contracts/api';
import { boardSchema } from '../../../lib/contracts/board';
import { KPI_CATALOGUE } from '../../../lib/contracts/kpi';
import type { SourceState } from '../../../lib/contracts/source';
import type { HttpHandlerOptions } from '../../../server/http/http-handler';
import { MAX_BODY_BYTES } from '../../../server/http/read-body';
import { createLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { change, FakeKpiReader } from '../../support/fake-kpi-reader';
import { ORIGIN, openHttp } from '../../support/http-stand';
import { boardOf, SOURCES } from '../../support/push-boards';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(more: Partial<HttpHandlerOptions> = {}) {
  const stand = await openHttp(more);
  stops.push(stand.stop);
  return stand;
}

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/v1/kpis`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function problem(response: Response): Promise<string> {
  return apiErrorSchema.parse(await response.json()).code;
}

describe('GET /api/v1/kpis', () => {
  it('API-1 gives every queue by media type, by the contract', async () => {
    const { url, reader } = await open();
    reader.announce([
      change('queue:a', 'waiting', 3),
      change('queue:a|voice', 'waiting', 2),
      change('queue:b', 'longestWaitSince', null),
    ]);
    const response = await fetch(`${url}/api/v1/kpis`);
    expect(response.status).toBe(200);
    const body = kpisResponseSchema.strict().parse(await response.json());
    expect(body.sources).toEqual(SOURCES);
    expect(body.queues.map((row) => [row.queueId, row.mediaType, Object.keys(row.values)])).toEqual([
      ['a', null, ['waiting']],
      ['a', 'voice', ['waiting']],
      ['b', null, ['longestWaitSince']],
    ]);
    expect(body.queues[1]?.values.waiting).toEqual({
      value: 2,
      asOf: 1,
      origin: 'live',
      status: 'normal',
      stale: false,
    });
  });

  it.each([
    [
      'queueId=a',
      [
        ['a', null],
        ['a', 'voice'],
      ],
    ],
    ['queueId=a&mediaType=voice', [['a', 'voice']]],
    [
      'mediaType=all',
      [
        ['a', null],
        ['b', null],
      ],
    ],
    ['queueId=nobody', []],
    ['queueId=__proto__', []],
  ])('API-1 %s chooses its rows', async (query, rows) => {
    const { url, reader } = await open();
    reader.announce([
      change('queue:a', 'waiting', 3),
      change('queue:a|voice', 'waiting', 2),
      change('queue:b', 'waiting', 1),
    ]);
    const byGet = kpisResponseSchema.parse(await (await fetch(`${url}/api/v1/kpis?${query}`)).json());
    expect(byGet.queues.map((row) => [row.queueId, row.mediaType])).toEqual(rows);
    const byPost = await post(url, JSON.stringify(Object.fromEntries(new URLSearchParams(query))));
    expect(await byPost.json()).toEqual(byGet);
  });

  it('API-2 writes many queues as fast as they are read, and a few such answers at a time', async () => {
    const ids = Array.from({ length: 3_000 }, (_, i) => `queue:${i}`);
    const reader = new FakeKpiReader(ids);
    reader.rows = (id) => [
      { queueId: id ?? '', name: 'x'.repeat(10_000), mediaType: null, values: new Map() },
    ];
    const { url } = await open({ reader });
    const body = kpisResponseSchema.parse(await (await fetch(`${url}/api/v1/kpis`)).json());
    expect(body.queues).toHaveLength(3_000);
    const answers = await Promise.all(Array.from({ length: 6 }, () => fetch(`${url}/api/v1/kpis`)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 200, 503, 503]);
    const busy = answers.find((answer) => answer.status === 503);
    expect(busy?.headers.get('retry-after')).toBe('1');
    await Promise.all(answers.map((answer) => answer.text()));
    const again = await fetch(`${url}/api/v1/kpis?mediaType=all`);
    expect(again.status).toBe(200);
    await again.text();
  });

  it('API-2 cuts a reader that takes nothing', async () => {
    const clock = new FakeClock();
    const reader = new FakeKpiReader(Array.from({ length: 2_000 }, (_, i) => `queue:${i}`));
    reader.rows = (id) => [
      { queueId: id ?? '', name: 'x'.repeat(50_000), mediaType: null, values: new Map() },
    ];
    const { port } = await open({ reader, clock });
    const socket = connect(port, '127.0.0.1');
    const gone = once(socket, 'close');
    socket.on('error', () => {});
    socket.pause();
    socket.write(`GET /api/v1/kpis HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    while (clock.pendingCount === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(30_000);
    socket.resume();
    await gone;
    expect(clock.pendingCount).toBe(0);
  });

  it.each([
    ['?queueId=', 'queueId'],
    ['?queueId=a&queueId=b', 'queueId'],
    ['?queue=a', 'queue'],
    [`?mediaType=${'x'.repeat(33)}`, 'mediaType'],
  ])('API-3 %s is refused with what is wrong', async (query, named) => {
    const { url } = await open();
    const response = await fetch(`${url}/api/v1/kpis${query}`);
    expect(response.status).toBe(400);
    const body = apiErrorSchema.parse(await response.json());
    expect(body.code).toBe('query.invalid');
    expect(body.message).toContain(named);
  });
});

describe('POST /api/v1/kpis', () => {
  it.each([
    ['no JSON', '{', {}, 400, 'body.malformed'],
    ['a list', '[]', {}, 400, 'query.invalid'],
    ['null', 'null', {}, 400, 'query.invalid'],
    ['a wrong type', '{"queueId":7}', {}, 400, 'query.invalid'],
    ['a form', 'queueId=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'body.type'],
    ['compressed', '{}', { 'content-encoding': 'gzip' }, 415, 'body.encoding'],
    ['too much', `"${'x'.repeat(MAX_BODY_BYTES)}"`, {}, 413, 'body.large'],
    ['a foreign page', '{}', { origin: 'http://evil.test' }, 403, 'origin.refused'],
    ['an opaque page', '{}', { origin: 'null' }, 403, 'origin.refused'],
  ])('API-4 refuses %s', async (_, body, headers, status, code) => {
    const { url } = await open();
    const response = await post(url, body, headers);
    expect(response.status).toBe(status);
    expect(await problem(response)).toBe(code);
  });

  it('API-4 takes our own pages and programs', async () => {
    const { url } = await open();
    expect((await post(url, '{}', { origin: ORIGIN })).status).toBe(200);
    expect((await post(url, '{}')).status).toBe(200);
  });

  it('API-4 does not wait for a body for ever', async () => {
    const clock = new FakeClock();
    const { port } = await open({ clock });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /api/v1/kpis HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
    );
    while (clock.pendingCount === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10_000);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('408');
    socket.destroy();
  });
});

describe('the API', () => {
  it('API-5 lists boards, gives each, and the catalogue with the limits in force', async () => {
    const limits = [{ subject: null, kpi: 'waiting', warning: 5, critical: 10 } as const];
    const { url } = await open({ limits: () => limits });
    const list = boardsResponseSchema.parse(await (await fetch(`${url}/api/v1/boards`)).json());
    expect(list.boards).toEqual([
      { id: 'main', name: 'main' },
      { id: 'second', name: 'second' },
    ]);
    const board = await (await fetch(`${url}/api/v1/boards/second`)).json();
    expect(boardSchema.parse(board)).toEqual(boardOf('second'));
    expect(await problem(await fetch(`${url}/api/v1/boards/__proto__`))).toBe('board.unknown');
    const catalogue = (await (await fetch(`${url}/api/v1/catalogue`)).json()) as { kpis: unknown[] };
    expect(catalogue).toEqual({ kpis: JSON.parse(JSON.stringify(KPI_CATALOGUE)), limits });
  });

  it.each([
    ['off', 503],
    ['connecting', 503],
    ['live', 200],
    ['degraded', 200],
    ['down', 503],
  ] as const)('API-6 with Genesys %s a new server answers /readyz with %i', async (state, status) => {
    const { url } = await open({ sources: () => withGenesys(state) });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(status);
    expect(readyzSchema.parse(await response.json()).ready).toBe(status === 200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('API-6 stays ready when Genesys is lost later', async () => {
    let state: SourceState = 'live';
    const { url } = await open({ sources: () => withGenesys(state) });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    state = 'down';
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('API-6 is not ready while pages start', async () => {
    let [started, state]: [boolean, SourceState] = [false, 'live'];
    const { url } = await open({ sources: () => withGenesys(state), pagesStarted: () => started });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    // The picture that was there meanwhile counts.
    [started, state] = [true, 'down'];
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('API-7 answers unknown addresses, wrong methods and foreign hosts as such, and leaves pages alone', async () => {
    const { url } = await open();
    const unknown = await fetch(`${url}/api/v2/nothing`);
    expect(unknown.status).toBe(404);
    expect(await problem(unknown)).toBe('path.unknown');
    const wrong = await fetch(`${url}/api/v1/kpis`, { method: 'DELETE' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await fetch(`${url}/healthz`, { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD');
    expect(await (await fetch(`${url}/`)).text()).toBe('a page');
    const bound = await open({ allowedHosts: ['wallboard.test'] });
    expect((await fetch(`${bound.url}/api/v1/boards`)).status).toBe(421);
    expect((await fetch(`${bound.url}/api/v2/nothing`)).status).toBe(421);
    expect((await fetch(`${bound.url}/`)).status).toBe(421);
  });

  it('API-8 is not cached, not sniffed, does not say what it runs on, and answers HEAD without a body', async () => {
    const { url } = await open();
    for (const path of ['/api/v1/kpis', '/api/v1/boards', '/metrics', '/readyz', '/api/nothing']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('x-powered-by'), path).toBeNull();
    }
    const head = await fetch(`${url}/api/v1/boards`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it('API-9 keeps a fault of ours inside: a generic answer, the rest in the log', async () => {
    const lines: string[] = [];
    const log = createLog('error', (line) => lines.push(line));
    const fail = () => {
      throw new Error('a secret detail');
    };
    const { url } = await open({ log, sources: fail });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret detail');
    expect(lines.join()).toContain('secret detail');
  });

  it('API-10 shows the metrics in Prometheus’ own format', async () => {
    const { url } = await open();
    await fetch(`${url}/api/nothing`);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toContain('floorcast_http_answers_total{status="404"} 1');
  });

  it('API-11 gives a client a bounded time for its headers and its request', async () => {
    const { server } = await open();
    expect(server.headersTimeout).toBe(10_000);
    expect(server.requestTimeout).toBe(30_000);
  });
});

function withGenesys(state: SourceState) {
  return { ...SOURCES, genesys: { ...SOURCES.genesys, state } };
}
