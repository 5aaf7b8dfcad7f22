/** What is refused by the request's own form: foreign Origins and names, addresses that are none. Real HTTP. */
import { afterEach, describe, expect, it } from 'vitest';
import { SESSION_COOKIE } from '../../../server/access/cookies';
import type { HttpHandlerOptions } from '../../../server/http/http-handler';
import { FakeGate, MACHINE, PERSON, SCREEN } from '../../support/fake-gate';
import { openHttp, sendRaw, statusOf } from '../../support/http-stand';
import { originVariants } from '../../support/origin-variants';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(more: Partial<HttpHandlerOptions> = {}) {
  const stand = await openHttp(more);
  stops.push(stand.stop);
  return stand;
}

const COOKIE = `${SESSION_COOKIE}=secret.mac`;
/** Knows a supervisor, a display, two machines. */
function guarded(): FakeGate {
  const gate = new FakeGate();
  gate.know(COOKIE, PERSON(['supervisor']));
  gate.know('Bearer kpis', MACHINE(['kpis:read']));
  gate.know('Bearer metrics', MACHINE(['metrics:read']));
  gate.know('Bearer screen', SCREEN('main'));
  return gate;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const JSON_TYPE = { 'content-type': 'application/json' };

describe('Origins', () => {
  const post = (url: string, headers: Record<string, string>) =>
    fetch(`${url}/api/v1/kpis`, {
      method: 'POST',
      body: '{"queueId":"a"}',
      headers: { ...JSON_TYPE, ...headers },
    });

  it('SEC-4 has more than twenty ways of not being ours, and refuses each', async () => {
    const { port, url, audit } = await open({ gate: guarded() });
    const variants = originVariants(url);
    expect(variants.length).toBeGreaterThanOrEqual(20);
    for (const { name, value } of variants) {
      const answer = await sendRaw(
        port,
        ...['POST /api/v1/kpis HTTP/1.1', `host: 127.0.0.1:${port}`, `origin: ${value}`, `cookie: ${COOKIE}`],
        ...['content-type: application/json', 'content-length: 0'],
      );
      expect([name, statusOf(answer)]).toEqual([name, 403]);
      expect(answer).toContain('origin.refused');
    }
    expect(audit.refusals).toHaveLength(variants.length);
    const [first] = audit.refusals;
    expect(first).toMatchObject({
      action: 'access.refused',
      subject: 'route:POST /api/v1/kpis',
      outcome: 'refused',
    });
    expect([...(first?.details ?? [])]).toEqual([
      ['reason', 'origin'],
      ['origin', 'null'],
    ]);
  });

  it('SEC-4 two Origin headers are none, even if one is ours', async () => {
    const { port, url } = await open();
    const lines = ['POST /api/v1/kpis HTTP/1.1', `host: 127.0.0.1:${port}`, 'content-length: 0'];
    for (const [a, b] of [
      [url, 'http://evil.test'],
      ['http://evil.test', url],
      [url, url],
    ]) {
      expect(statusOf(await sendRaw(port, ...lines, `origin: ${a}`, `origin: ${b}`))).toBe(403);
    }
  });

  it.each([
    ['our own page', { cookie: COOKIE, own: true }, 200],
    ['our own page, as browsers say it', { cookie: COOKIE, own: true, 'sec-fetch-site': 'same-origin' }, 200],
    ['a cookie without an Origin', { cookie: COOKIE }, 403],
    ['a machine without an Origin', bearer('kpis'), 200],
    ['a machine with a cookie without an Origin', { ...bearer('kpis'), cookie: 'a=b' }, 403],
    [
      'our Origin, another site by the browser',
      { cookie: COOKIE, own: true, 'sec-fetch-site': 'cross-site' },
      403,
    ],
    [
      'our Origin, another host of the site',
      { cookie: COOKIE, own: true, 'sec-fetch-site': 'same-site' },
      403,
    ],
    ['no Origin, another site by the browser', { ...bearer('kpis'), 'sec-fetch-site': 'cross-site' }, 403],
  ])('SEC-4 %s', async (_, { own, ...headers }: Record<string, string | boolean>, status) => {
    const { url } = await open({ gate: guarded() });
    const sent = { ...(headers as Record<string, string>), ...(own === true ? { origin: url } : {}) };
    expect((await post(url, sent)).status).toBe(status);
  });

  it('SEC-4 is asked of each method that changes something, before it is known who asks', async () => {
    const gate = guarded();
    const answered: string[] = [];
    const { url } = await open({
      gate,
      routes: (['PATCH', 'DELETE'] as const).map((method) => ({
        ...{ method, path: '/api/v1/screens/:id' },
        answer: ({ response }) => {
          answered.push(method);
          response.end();
        },
      })),
    });
    for (const method of ['PATCH', 'DELETE']) {
      const ask = (origin: string) =>
        fetch(`${url}/api/v1/screens/s1`, { method, headers: { origin, cookie: COOKIE } });
      expect((await ask('http://evil.test')).status).toBe(403);
      expect(gate.presented).toBeNull();
      expect((await ask(url)).status).toBe(200);
      gate.presented = null;
    }
    expect(answered).toEqual(['PATCH', 'DELETE']);
  });
});

describe('names', () => {
  it.each([
    ['another name', 'evil.test', 421],
    ['another port', '127.0.0.1:1', 421],
    ['ours with a suffix', '127.0.0.1.evil.test:PORT', 421],
    ['ours with a dot', '127.0.0.1.:PORT', 421],
    ['ours with a user', 'evil@127.0.0.1:PORT', 421],
    ['ours in a list', '127.0.0.1:PORT, evil.test', 421],
    ['nothing', '', 421],
    ['ours', '127.0.0.1:PORT', 200],
  ])('SEC-5 %s', async (_, name, status) => {
    const { port } = await open();
    const host = name.replace('PORT', String(port));
    for (const address of ['/', '/api/v1/boards']) {
      expect(statusOf(await sendRaw(port, `GET ${address} HTTP/1.1`, `host: ${host}`))).toBe(status);
    }
  });

  it('SEC-5 two names are refused, whichever is ours; so is none', async () => {
    const { port } = await open();
    const own = `127.0.0.1:${port}`;
    for (const [a, b] of [
      [own, 'evil.test'],
      ['evil.test', own],
      [own, own],
    ]) {
      const answer = await sendRaw(port, 'GET /api/v1/boards HTTP/1.1', `host: ${a}`, `Host: ${b}`);
      expect(statusOf(answer)).toBe(400);
    }
    expect(statusOf(await sendRaw(port, 'GET /api/v1/boards HTTP/1.1'))).toBe(400);
    expect(statusOf(await sendRaw(port, 'GET /api/v1/boards HTTP/1.0'))).toBe(421);
  });

  it('SEC-5 a forwarded name changes nothing', async () => {
    const { port } = await open();
    const lines = ['GET /api/v1/boards HTTP/1.1', 'host: evil.test', `x-forwarded-host: 127.0.0.1:${port}`];
    expect(statusOf(await sendRaw(port, ...lines, `forwarded: host=127.0.0.1:${port}`))).toBe(421);
  });

  it('SEC-5 probes come under any name and learn nothing by it; /metrics only with a token', async () => {
    const { port } = await open();
    const ask = (address: string, ...more: string[]) =>
      sendRaw(port, `GET ${address} HTTP/1.1`, 'host: 10.0.0.9:3000', ...more);
    expect(statusOf(await ask('/healthz'))).toBe(200);
    const ready = await ask('/readyz');
    expect(statusOf(ready)).toBe(200);
    // Without accounts who is on this machine may see the sources; a page under a foreign name is not that.
    expect(ready).toContain('{"ready":true}');
    expect(statusOf(await ask('/metrics'))).toBe(421);
    expect(statusOf(await ask('/metrics', 'authorization: Bearer x'))).toBe(401);
    const known = await open({ gate: guarded() });
    const metrics = ['host: 10.0.0.9:3000', 'authorization: Bearer metrics'];
    expect(statusOf(await sendRaw(known.port, 'GET /metrics HTTP/1.1', ...metrics))).toBe(200);
  });
});

describe('forms of an address', () => {
  it.each([
    'GET http://evil.test/api/v1/boards HTTP/1.1',
    'GET http://127.0.0.1/ HTTP/1.1',
    'GET https://evil.test/_next/static/x.js HTTP/1.1',
    'GET ws://evil.test/socket.io/ HTTP/1.1',
    'GET file:///etc/passwd HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET //evil.test/api/v1/boards HTTP/1.1',
    'GET /api/v1/../v1/boards HTTP/1.1',
    'GET /api/v1/%2e%2e/v1/boards HTTP/1.1',
    'GET /api/v1\\boards HTTP/1.1',
    'GET /api/v1/boards%2Fmain HTTP/1.1',
    'GET /api/v1/boards/%ff HTTP/1.1',
    'GET /api/v1/boards/ HTTP/1.1',
    'GET /api/v1/boards#x HTTP/1.1',
  ])('SEC-6 refuses %s before anything else', async (line) => {
    const gate = new FakeGate(true);
    const { port } = await open({ gate });
    const answer = await sendRaw(port, line, `host: 127.0.0.1:${port}`);
    expect(statusOf(answer)).toBe(400);
    expect(gate.presented).toBeNull();
  });

  it('SEC-6 opens no tunnel, and answers no question of other origins', async () => {
    const { port, url } = await open();
    expect(await sendRaw(port, 'CONNECT evil.test:443 HTTP/1.1', 'host: evil.test:443')).toBe('');
    const preflight = await fetch(`${url}/api/v1/kpis`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.test', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(405);
    const headers = [...preflight.headers.keys()];
    expect(headers.filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});
