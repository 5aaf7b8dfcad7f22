/** The live view over real HTTP: what a browser's EventSource gets, and who is cut off. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type LiveEvent, liveEventSchema } from '../../../lib/contracts/diagnostics';
import { createDeviceHttp } from '../../../server/http/device-http';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { FakeDiagnosticsDesk, FakeTelemetryDesk, sessionOf } from '../../support/fake-device-desks';
import { FakeGate, MACHINE, PERSON } from '../../support/fake-gate';
import { ORIGIN, openShell } from '../../support/http-stand';

const AGENT = PERSON(['agent'], 'p2');
const AS_AGENT = { cookie: 'who=agent' };

const closings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function open({ limits = { most: 1_000, perClient: 100 } } = {}) {
  const clock = new FakeClock();
  const desk = new FakeDiagnosticsDesk();
  const gate = new FakeGate();
  gate.know(AS_AGENT.cookie, AGENT);
  gate.know('who=supervisor', PERSON(['supervisor']));
  const http = createDeviceHttp({
    ...{ gate, clock, limits, log: silentLog, telemetry: new FakeTelemetryDesk(), diagnostics: desk },
    platformIdentity: async () => ({ genesysUserId: 'user-1', email: null }),
    agentTokens: { issue: async () => ({ token: 'a.b.c', expiresAt: 1 }) },
  });
  const stand = await openShell({ gate, clock, routes: http.routes });
  closings.push(stand.stop, http.close);
  const stream = async (id = 'i-1', headers: Record<string, string> = AS_AGENT) => {
    const opened = await openStream(`${stand.url}/v1/diagnostics/${id}/stream`, headers);
    closings.push(() => opened.close());
    return opened;
  };
  return { ...stand, clock, desk, gate, http, stream };
}

class TestStream {
  readonly response: IncomingMessage;
  readonly #request: ClientRequest;
  readonly frames: string[] = [];
  #text = '';
  #read = 0;
  #wake = () => {};
  isClosed = false;

  constructor(asked: ClientRequest, response: IncomingMessage) {
    this.#request = asked;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.#text += chunk;
      const parts = this.#text.split('\n\n');
      this.#text = parts.pop() ?? '';
      this.frames.push(...parts);
      this.#wake();
    });
    response.on('error', () => {});
    response.once('close', () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  get status() {
    return this.response.statusCode;
  }

  /** The next frame as it came; `null`: closed. */
  async next(): Promise<string | null> {
    while (this.#read >= this.frames.length) {
      if (this.isClosed) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#read += 1;
    return this.frames[this.#read - 1] ?? null;
  }

  async event(): Promise<LiveEvent> {
    const frame = await this.next();
    return liveEventSchema.parse(JSON.parse(frame?.replace(/^data: /, '') ?? 'null'));
  }

  close(): void {
    this.#request.destroy();
  }
}

function openStream(url: string, headers: Record<string, string>, method = 'GET'): Promise<TestStream> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, method, agent: false });
    asked.once('response', (response) => resolve(new TestStream(asked, response)));
    asked.on('error', reject);
    asked.end();
  });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('GET /v1/diagnostics/{id}/stream', () => {
  it('API-28 is a stream of events, the session first', async () => {
    const { stream, desk } = await open();
    const view = await stream();
    expect(view.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-content-type-options': 'nosniff',
    });
    expect(await view.event()).toMatchObject({ kind: 'session', seq: 1, mayRun: ['ping_latency'] });
    desk.tell('i-1', { kind: 'samples', at: 5, values: { signal_dbm: -71 } });
    expect(await view.event()).toEqual({ kind: 'samples', seq: 2, at: 5, values: { signal_dbm: -71 } });
    const notice = 'a line\n\ndata: forged\u2028and more';
    desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { notice }) });
    expect(await view.event()).toMatchObject({ kind: 'session', seq: 3, session: { notice } });
  });

  it('API-28 has a sign of life every 15 s, for as long as it lasts', async () => {
    const { stream, clock } = await open();
    const view = await stream();
    await view.event();
    for (let quarter = 0; quarter < 60; quarter += 1) {
      clock.advance(15_000);
      expect(await view.next()).toBe(':');
    }
    expect(view.isClosed).toBe(false);
  });

  it.each([
    ['i-2', AS_AGENT, 404],
    ['i-1', { cookie: 'who=nobody' }, 401],
    ['i-1', { authorization: 'Bearer nobody' }, 401],
  ])('API-28 of %s for %j is refused: %i', async (id, headers, status) => {
    const { stream, desk } = await open();
    const view = await stream(id, headers);
    expect(view.status).toBe(status);
    await until(() => view.isClosed);
    expect(desk.watchers).toBe(0);
  });

  it('API-28 another agent’s is not there; a machine with the scope sees it', async () => {
    const { stream, desk, gate } = await open();
    desk.ownerOf.set('i-1', 'user-9');
    expect((await stream()).status).toBe(404);
    gate.know('Bearer m', MACHINE(['diagnostics:run']));
    const view = await stream('i-1', { authorization: 'Bearer m' });
    expect(await view.event()).toMatchObject({ kind: 'session', mayRun: ['ping_latency'] });
  });

  it('API-28 HEAD is answered without a stream', async () => {
    const { url, desk } = await open();
    const view = await openStream(`${url}/v1/diagnostics/i-1/stream`, AS_AGENT, 'HEAD');
    view.response.resume();
    await until(() => view.isClosed);
    expect([view.status, desk.watchers]).toEqual([200, 0]);
  });

  it.each([
    ['signed out', null],
    ['no agent any more', PERSON([], 'p2')],
  ])('API-29 says so and ends at once for one who is %s', async (_, standing) => {
    const { stream, gate, desk } = await open();
    const view = await stream();
    await view.event();
    gate.change(AGENT, standing);
    expect(await view.event()).toEqual({ kind: 'end', seq: 2, code: 'forbidden' });
    expect(await view.next()).toBeNull();
    await until(() => desk.watchers === 0);
  });

  it('API-29 asks again within 5 s by itself, where nobody tells', async () => {
    const { stream, gate, clock } = await open();
    const view = await stream();
    await view.event();
    gate.change(AGENT, null, false);
    for (let step = 0; step < 49; step += 1) {
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await view.event()).toMatchObject({ kind: 'end', code: 'forbidden' });
  });

  it('API-29 shows what may be run by the roles of the moment', async () => {
    const { stream, gate } = await open();
    const view = await stream();
    await view.event();
    gate.change(AGENT, PERSON(['agent', 'senior_tech'], 'p2'));
    expect(await view.event()).toMatchObject({ kind: 'session', mayRun: ['ping_latency', 'reboot_module'] });
  });

  it('API-30 skips samples for a reader that does not read, serves the others, and cuts it after half a minute', async () => {
    const { stream, desk, clock } = await open();
    const slow = await stream();
    await slow.event();
    slow.response.pause();
    const quick = await stream();
    await quick.event();
    const notice = 'x'.repeat(1_000_000);
    // Beyond what the kernel holds for it.
    for (let round = 0; round < 40; round += 1) {
      desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { notice, since: round }) });
      while ((await quick.event()).kind !== 'session');
    }
    expect(desk.watchers).toBe(2);
    clock.advance(15_000);
    clock.advance(15_000);
    await until(() => desk.watchers === 1);
    desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { state: 'COMPLETED' }) });
    for (;;) {
      const frame = await quick.next();
      if (frame !== ':' && frame?.includes('COMPLETED')) break;
    }
    expect(slow.frames.length).toBeLessThan(40);
  });

  it('API-31 has a bound, in all and for one client, and gives the place of one who left to the next', async () => {
    const { stream, desk } = await open({ limits: { most: 3, perClient: 2 } });
    const first = await stream();
    await stream();
    const third = await stream();
    expect([third.status, third.response.headers['retry-after']]).toEqual([429, '10']);
    expect((await stream('i-1', { cookie: 'who=supervisor' })).status).toBe(200);
    expect((await stream('i-1', { cookie: 'who=supervisor' })).status).toBe(429);
    first.close();
    await until(() => desk.watchers === 2);
    expect((await stream('i-1', { cookie: 'who=supervisor' })).status).toBe(200);
  });

  it('API-31 those that are open are ended when the server stops, and nothing is left', async () => {
    const { stream, desk, http, clock, gate } = await open();
    const views = [await stream(), await stream()];
    http.close();
    await until(() => views.every(({ isClosed }) => isClosed));
    expect([desk.watchers, clock.pendingCount, gate.listenersCount]).toEqual([0, 0, 0]);
  });
});

describe('what stands under /v1/', () => {
  it('API-27 are routes and never pages', async () => {
    const { url } = await open();
    for (const path of ['/v1', '/v1/nothing', '/v1/diagnostics', '/v1/diagnostics/a/b/c']) {
      const answer = await fetch(url + path, { headers: AS_AGENT });
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'path.unknown' }]);
    }
    const answer = await fetch(`${url}/v1/diagnostics/execute`, { method: 'DELETE', headers: AS_AGENT });
    expect([answer.status, answer.headers.get('allow')]).toMatchObject([
      405,
      expect.stringContaining('POST'),
    ]);
  });

  const json = JSON.stringify({ interactionId: 'i-1', command: 'ping_latency' });
  it.each<[string, Record<string, string>, number]>([
    ['a page of ours', { ...AS_AGENT, origin: ORIGIN }, 202],
    ['a foreign page', { ...AS_AGENT, origin: 'https://evil.test' }, 403],
    ['a browser that names no origin', AS_AGENT, 403],
    ['a frame of ours in another site, with its token', { authorization: 'Bearer t', origin: ORIGIN }, 202],
    ['a foreign page with a token', { authorization: 'Bearer t', origin: 'https://evil.test' }, 403],
    ['a machine', { authorization: 'Bearer m' }, 202],
    ['a machine without the scope', { authorization: 'Bearer k' }, 403],
  ])('API-27 a command of %s with %j: %i', async (_, headers, status) => {
    const { url, gate, desk } = await open();
    gate.know('Bearer m', MACHINE(['diagnostics:run']));
    gate.know('Bearer k', MACHINE(['telemetry:read']));
    gate.know('Bearer t', { ...AGENT, tokenExpiresAt: 1e15 });
    const type = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/diagnostics/execute`, {
      ...{ method: 'POST', headers: { ...headers, ...type }, body: json },
    });
    expect(answer.status).toBe(status);
    expect(desk.asked.length).toBe(status === 202 ? 1 : 0);
  });

  it('API-27 a body is bounded there as everywhere', async () => {
    const { url, desk } = await open();
    const answer = await fetch(`${url}/v1/diagnostics/execute`, {
      method: 'POST',
      headers: { ...AS_AGENT, origin: ORIGIN, 'content-type': 'application/json' },
      body: JSON.stringify({ interactionId: 'i-1', command: 'x'.repeat(70_000) }),
    });
    expect([answer.status, desk.asked]).toEqual([413, []]);
  });

  it('ACC-99 a token of the widget is told that it is good and not for this, at routes of others', async () => {
    const { url, gate } = await open();
    gate.know('Bearer t', { ...PERSON(['admin', 'agent'], 'p2'), tokenExpiresAt: 1e15 });
    const answer = await fetch(`${url}/v1/device/status?device_id=SN-1`, {
      headers: { authorization: 'Bearer t' },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
  });
});
