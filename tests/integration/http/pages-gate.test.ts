/** What stands in front of the pages: who sees which, and what their renderer is told. Real HTTP, a renderer that notes. */
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import de from '../../../messages/de.json';
import en from '../../../messages/en.json';
import { SCREEN_COOKIE } from '../../../server/access/cookies';
import type { HttpHandlerOptions } from '../../../server/http/http-handler';
import type { PageLocales } from '../../../server/http/page-locale';
import { FakeGate, MACHINE, PERSON, SCREEN } from '../../support/fake-gate';
import { openHttp, sendRaw, statusOf } from '../../support/http-stand';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const DISPLAY = `${SCREEN_COOKIE}=s1.secret`;

async function open(more: Partial<HttpHandlerOptions> = {}) {
  const seen: IncomingMessage[] = [];
  const gate = new FakeGate();
  gate.know('who=supervisor', PERSON(['supervisor']));
  gate.know('who=agent', PERSON(['agent'], 'p2'));
  gate.know('who=newcomer', PERSON([], 'p3'));
  gate.know(DISPLAY, SCREEN('main'));
  const stand = await openHttp({
    gate,
    fallback: (request, response) => {
      seen.push(request);
      response.end('a page');
    },
    ...more,
  });
  stops.push(stand.stop);
  const ask = (address: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(stand.url + address, { headers, method, redirect: 'manual' });
  return { ...stand, gate, seen, ask };
}

describe('who sees a page', () => {
  it.each([
    ['/', '/sign-in'],
    ['/supervisor/queues', '/sign-in?next=%2Fsupervisor%2Fqueues'],
    ['/screen/main?page=2&theme=light', '/sign-in?next=%2Fscreen%2Fmain%3Fpage%3D2%26theme%3Dlight'],
    ['/screen/main?next=//evil.test', '/sign-in?next=%2Fscreen%2Fmain%3Fnext%3D%2F%2Fevil.test'],
    [`/screen/main?x=${'y'.repeat(600)}`, '/sign-in?next=%2Fscreen%2Fmain'],
  ])('SEC-12 nobody at %s is led to sign in, and back', async (address, location) => {
    const { ask, seen } = await open();
    const answer = await ask(address);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(seen).toEqual([]);
  });

  it.each([
    ['rsc', '1'],
    ['next-router-prefetch', '1'],
    ['sec-purpose', 'prefetch'],
  ])(
    'SEC-12 what a page fetches itself (%s) is answered by 401 and 403, not led elsewhere',
    async (name, value) => {
      const { ask } = await open();
      expect((await ask('/supervisor/queues', { [name]: value })).status).toBe(401);
      expect((await ask('/supervisor/queues', { [name]: value, cookie: 'who=agent' })).status).toBe(403);
      expect((await ask('/', { [name]: value, cookie: 'who=newcomer' })).status).toBe(403);
      expect((await ask('/screen/second', { [name]: value, cookie: DISPLAY })).status).toBe(403);
    },
  );

  it('SEC-12 somebody who may not gets plain words, and it is noted', async () => {
    const { ask, seen, audit } = await open();
    const answer = await ask('/supervisor/queues', { cookie: 'who=agent' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toMatch(/may not see this page.* signing out: \/sign-in\n$/);
    expect(audit.refusals).toMatchObject([{ actor: 'person:p2', subject: 'route:page /supervisor/queues' }]);
    expect(seen).toEqual([]);
  });

  it('UI-236 the gate says in the reader’s language that there is nothing, or nothing for him', async () => {
    const { ask } = await open();
    const german = { cookie: 'who=agent', 'accept-language': 'de-DE' };
    const said = async (address: string, headers: Record<string, string>) => {
      const answer = await ask(address, headers);
      return [answer.status, answer.headers.get('content-language'), await answer.text()];
    };
    expect(await said('/nowhere', german)).toEqual([404, 'de', `${de.gate.notFound}\n`]);
    expect(await said('/nowhere', {})).toEqual([404, 'en', `${en.gate.notFound}\n`]);
    expect(await said('/supervisor/queues', german)).toEqual([403, 'de', `${de.gate.forbidden}\n`]);
  });

  it.each([
    ['/', '/sign-in'],
    ['/supervisor/queues', '/sign-in?next=%2Fsupervisor%2Fqueues'],
    ['/screen', '/sign-in?next=%2Fscreen'],
  ])(
    'SEC-12 somebody without a right to any page is led from %s to his account',
    async (address, location) => {
      const { ask, seen, audit, gate } = await open();
      const answer = await ask(address, { cookie: 'who=newcomer' });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
      expect(audit.refusals).toMatchObject([
        { actor: 'person:p3', details: new Map([['reason', 'forbidden']]) },
      ]);
      expect(seen).toEqual([]);
      // It is no page of a person's: a machine reads the words, and who sits at a television has that.
      gate.know('Bearer machine', MACHINE(['kpis:read']));
      expect((await ask(address, { authorization: 'Bearer machine' })).status).toBe(403);
      gate.know('who=both', PERSON([], 'p3'), SCREEN('main'));
      expect((await ask('/supervisor/queues', { cookie: 'who=both' })).status).toBe(403);
      expect((await ask('/sign-in', { cookie: 'who=newcomer' })).status).toBe(200);
    },
  );

  it('ACC-83 a paired screen sees its own board, and is led to it from another', async () => {
    const { ask } = await open();
    expect((await ask('/screen/main', { cookie: DISPLAY })).status).toBe(200);
    for (const other of ['second', '__proto__', 'mai', 'main2', 'MAIN']) {
      const answer = await ask(`/screen/${other}`, { cookie: DISPLAY });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/screen']);
    }
    expect((await ask('/screen/second', { cookie: 'who=supervisor' })).status).toBe(200);
  });

  it('SEC-12 pages are only read', async () => {
    const { ask, seen, url } = await open({ gate: new FakeGate(true) });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await ask('/supervisor/queues', { origin: url, 'next-action': 'a'.repeat(40) }, method);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect(seen).toEqual([]);
    expect((await ask('/supervisor/queues', {}, 'HEAD')).status).toBe(200);
  });

  it('SEC-12 scripts and styles are everybody’s, whoever asks, and cost nobody’s allowance', async () => {
    const { ask, gate } = await open();
    for (let i = 0; i < 310; i += 1) {
      expect((await ask('/_next/static/chunks/a.js', { cookie: 'who=supervisor' })).status).toBe(200);
    }
    expect(gate.presented).toBeNull();
  });
});

describe('what the renderer is told', () => {
  const KNOWN = {
    accept: 'text/html',
    'user-agent': 'a browser',
    rsc: '1',
    'next-url': '/supervisor/queues',
  };
  const TRICKS: Readonly<Record<string, string>> = {
    ...{
      'x-middleware-subrequest': 'middleware:middleware',
      'x-middleware-prefetch': '1',
      'x-middleware-next': '1',
    },
    ...{
      'x-middleware-rewrite': '/admin/people',
      'x-middleware-set-cookie': 'a=b',
      'x-middleware-override-headers': 'a',
    },
    ...{
      'x-matched-path': '/admin/people',
      'x-now-route-matches': '1=x',
      'x-nextjs-data': '1',
      'x-invoke-path': '/admin',
    },
    ...{
      'x-invoke-status': '200',
      'x-invoke-output': '/admin',
      'x-invoke-query': '{}',
      'x-nextjs-request-id': 'a',
    },
    ...{ 'x-prerender-revalidate': 'a', 'x-prerender-revalidate-if-generated': '1', 'next-resume': '1' },
    ...{
      'next-action': 'a'.repeat(40),
      'x-action-forwarded': '1',
      'next-hmr-refresh': '1',
      'x-rewrite-url': '/admin',
    },
    ...{ 'x-original-url': '/admin/people', 'x-http-method-override': 'POST', forwarded: 'host=evil.test' },
    ...{ 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https', 'x-forwarded-port': '1' },
    ...{ 'x-forwarded-for': '6.6.6.6', 'x-forwarded-prefix': '/evil', 'x-real-ip': '6.6.6.6' },
    ...{ 'content-security-policy': "script-src 'nonce-evil'", 'x-vercel-id': 'a', 'x-invocation-id': 'a' },
    ...{
      'content-security-policy-report-only': "script-src 'nonce-evil'",
      traceparent: '00-a-b-01',
      referer: 'http://evil.test',
    },
    ...{ 'x-floorcast-locale': 'evil', 'x-floorcast-usual-locale': 'evil' },
    ...{ cookie: 'who=supervisor; __prerender_bypass=a; __next_preview_data=b', authorization: '' },
  };

  it('SEC-11 sees plain headers, the words of its own client, our policy and our name; nothing else', async () => {
    const { ask, seen, gate, port } = await open();
    const { authorization: _, ...tricks } = TRICKS;
    gate.know(tricks.cookie ?? '', PERSON(['supervisor']));
    const answer = await ask('/supervisor/queues', { ...KNOWN, ...tricks });
    expect(answer.status).toBe(200);
    const { headers, rawHeaders } = seen[0] ?? { headers: {}, rawHeaders: [] };
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w-]{22}' 'strict-dynamic'/);
    const {
      connection: _c,
      'accept-encoding': _e,
      'accept-language': _l,
      'cache-control': _cc,
      ...rest
    } = headers;
    expect(rest).toEqual({
      ...KNOWN,
      host: `127.0.0.1:${port}`,
      'x-forwarded-host': `127.0.0.1:${port}`,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '127.0.0.1',
      'x-floorcast-locale': 'en',
      'x-floorcast-usual-locale': 'en',
      'content-security-policy': policy,
    });
    expect(rawHeaders.join()).not.toMatch(/evil|middleware|bypass|supervisor;/);
  });

  it('UI-236 is told the language of the board, or of whoever reads the page', async () => {
    const locales: PageLocales = { usual: 'en', ofBoard: (id) => (id === 'main' ? 'de-AT' : null) };
    const { ask, seen } = await open({ gate: new FakeGate(true), locales });
    await ask('/screen/main?lang=en-US');
    await ask('/screen/second');
    await ask('/supervisor/boards/main', { cookie: 'floorcast-locale=de', 'accept-language': 'en-US' });
    await ask('/supervisor/boards/main', { 'accept-language': 'en-US' });
    const told = seen.map(({ headers }) => [
      headers['x-floorcast-locale'],
      headers['x-floorcast-usual-locale'],
    ]);
    expect(told).toEqual([
      ['de-AT', 'en-US'],
      ['en', 'en'],
      ['de', 'de'],
      ['en-US', 'en-US'],
    ]);
  });

  it.each(['nxtPboardId=second', 'nxtIboardId=x', '__nextLocale=x', 'a=1&nxtPid=2', 'nxt%50boardId=second'])(
    'SEC-11 parameters that its own infrastructure writes (%s) lead nowhere',
    async (query) => {
      const { ask, seen } = await open();
      expect((await ask(`/screen/main?${query}`, { cookie: DISPLAY })).status).toBe(404);
      expect(seen).toEqual([]);
    },
  );

  it.each([
    '/supervisor//queues',
    '/supervisor/queues/',
    '/supervisor/./queues',
    '/supervisor/%71ueues',
    '/supervisor%2Fqueues',
    '/supervisor\\queues',
    '/supervisor/queues%00',
    '/_next/static/../../server/app/page.js',
    '/_next/static/%2e%2e/server/x',
    '/_next/static/..%2f..%2fBUILD_ID',
    '//evil.test/supervisor/queues',
    'http://evil.test/supervisor/queues',
  ])(
    'SEC-11 an address that is not the only way of writing it, like %s, never gets there',
    async (address) => {
      const { port, seen } = await open({ gate: new FakeGate(true) });
      const answer = await sendRaw(port, `GET ${address} HTTP/1.1`, `host: 127.0.0.1:${port}`);
      expect(statusOf(answer)).toBe(400);
      expect(seen).toEqual([]);
    },
  );
});

describe('what answers tell a browser', () => {
  const ALWAYS = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };

  it.each([
    ['a page', '/supervisor/queues', 200],
    ['a script', '/_next/static/a.js', 200],
    ['REST', '/api/v1/boards', 200],
    ['health', '/healthz', 200],
    ['no page', '/nowhere', 404],
    ['no route', '/api/v1/nowhere', 404],
    ['no address', '/a//b', 400],
  ])('SEC-3 %s is not sniffed, not framed, not for other origins', async (_, address, status) => {
    const { ask } = await open({ gate: new FakeGate(true) });
    const answer = await ask(address);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject(ALWAYS);
    expect(answer.headers.get('permissions-policy')).toContain('camera=()');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('strict-transport-security')).toBeNull();
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });

  it('SEC-3 where browsers come by https they are told to stay, on every answer, and sockets go by wss', async () => {
    const allowedHosts: string[] = ['wall.test'];
    const more = { allowedHosts, allowedOrigins: ['https://wall.test'], secureOrigin: true };
    const { port } = await open({ ...more, gate: new FakeGate(true) });
    for (const address of ['/supervisor/queues', '/api/v1/boards', '/nowhere', '/a//b']) {
      const answer = await sendRaw(port, `GET ${address} HTTP/1.1`, 'host: wall.test');
      expect(answer.toLowerCase()).toContain('strict-transport-security: max-age=31536000\r\n');
    }
    const page = await sendRaw(port, 'GET /supervisor/queues HTTP/1.1', 'host: wall.test');
    expect(page).toContain("connect-src 'self' wss://wall.test;");
  });

  it('SEC-2 a page’s policy allows what pages need and nothing more', async () => {
    const { ask, port } = await open({
      secretBytes: (count) => Buffer.alloc(count, 7),
      gate: new FakeGate(true),
    });
    const policy = (await ask('/supervisor/queues')).headers.get('content-security-policy');
    expect(policy?.split('; ')).toEqual([
      "default-src 'self'",
      "script-src 'self' 'nonce-BwcHBwcHBwcHBwcHBwcHBw' 'strict-dynamic'",
      "style-src-elem 'self' 'nonce-BwcHBwcHBwcHBwcHBwcHBw'",
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self' ws://127.0.0.1:${port}`,
      "base-uri 'none'",
      "form-action 'self'",
      "object-src 'none'",
      "frame-ancestors 'none'",
    ]);
  });
});

describe('the widget in a frame of another site', () => {
  const widgetFramers = ['https://apps.mypurecloud.ie', 'https://*.mypurecloud.ie', 'https://desk.test'];

  it('API-34 says who may hold it, in its policy alone, and asks nobody who he is', async () => {
    const { ask, seen, gate } = await open({ widgetFramers });
    const answer = await ask('/agent/device?conversationId=i-1', { cookie: 'who=agent' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-frame-options')).toBeNull();
    const policy = answer.headers.get('content-security-policy') ?? '';
    const said = `frame-ancestors ${widgetFramers.join(' ')}`;
    expect(policy.split('; ').filter((text) => text.startsWith('frame-ancestors'))).toEqual([said]);
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w-]{22}' 'strict-dynamic'/);
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(gate.presented).toBeNull();
    // Its renderer reads there from whom the page takes messages.
    expect(seen[0]?.headers['content-security-policy']).toBe(policy);
  });

  it.each([
    '/supervisor/queues',
    '/sign-in',
    '/',
    '/_next/static/a.js',
    '/api/v1/me',
    '/nowhere',
    '/agent/device/more',
    '/agent/diagnostics?conversationId=i-1',
  ])('API-34 nothing else of ours is in any frame: not %s', async (address) => {
    const { ask } = await open({ widgetFramers, gate: new FakeGate(true) });
    const answer = await ask(address);
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('API-34 without hosts and origins it is in no frame either', async () => {
    const { ask } = await open();
    const answer = await ask('/agent/device');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('API-35 the window that it opens for signing in stays its own on every step, and no other window does', async () => {
    const { ask } = await open({ widgetFramers });
    const policyOf = async (address: string, cookie = 'who=agent') =>
      (await ask(address, { cookie })).headers.get('cross-origin-opener-policy');
    expect(await policyOf('/agent/signed-in')).toBe('unsafe-none');
    const led = await ask('/agent/signed-in', { cookie: 'who=nobody' });
    expect([led.status, led.headers.get('cross-origin-opener-policy')]).toEqual([303, 'unsafe-none']);
    expect(await policyOf(led.headers.get('location') ?? '')).toBe('unsafe-none');
    expect(await policyOf('/sign-in?next=%2Fsupervisor%2Fqueues')).toBe('same-origin');
    expect(await policyOf('/supervisor/queues', 'who=supervisor')).toBe('same-origin');
  });
});
