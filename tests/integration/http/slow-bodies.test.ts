/** Bodies that are held back until whoever sends them may no more: real sockets, a gate that changes its mind. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SESSION_COOKIE } from '../../../server/access/cookies';
import type { Principal } from '../../../server/access/principal';
import type { Exchange, Route } from '../../../server/http/route';
import { FakeGate, MACHINE, PERSON, SCREEN } from '../../support/fake-gate';
import { openHttp, statusOf } from '../../support/http-stand';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const COOKIE = `${SESSION_COOKIE}=secret.mac`;
const ADMIN = PERSON(['admin']);

type Method = Route['method'];
interface Slow {
  readonly method?: Method;
  readonly path: string;
  readonly header?: string;
  readonly body?: string;
  readonly type?: string;
}

/** Routes that do what they are asked as soon as they have the body, and how often they did. */
async function open(gate: FakeGate) {
  const done: string[] = [];
  const route = (method: Method, path: string, read: 'json' | 'form' = 'json'): Route => ({
    ...{ method, path },
    async answer(exchange: Exchange) {
      const body = await exchange[read]();
      if (body.ok) done.push(`${method} ${path}`);
      exchange.response.statusCode = body.ok ? 200 : body.error.status;
      exchange.response.end(body.ok ? 'done' : body.error.code);
    },
  });
  const routes = [
    route('PATCH', '/api/v1/people/:id'),
    route('POST', '/api/v1/machines'),
    route('POST', '/api/v1/screens', 'form'),
    route('POST', '/auth/once'),
  ];
  const stand = await openHttp({ gate, routes });
  stops.push(stand.stop);
  return { ...stand, gate, done, begin: (slow: Slow) => begin(stand.port, gate, slow) };
}

/** Sends all but the last byte of a body; resolves once the server has let the request in and waits for it. */
async function begin(port: number, gate: FakeGate, slow: Slow): Promise<() => Promise<string>> {
  const { method = 'POST', path, header = `cookie: ${COOKIE}`, body = '{"a":1}' } = slow;
  const { type = 'application/json' } = slow;
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const host = `127.0.0.1:${port}`;
  const head = [
    ...[`${method} ${path} HTTP/1.1`, `host: ${host}`, `origin: http://${host}`, header],
    ...[`content-type: ${type}`, `content-length: ${body.length}`, 'connection: close'],
  ];
  gate.presented = null;
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`);
  while (gate.presented === null) await new Promise((resolve) => setImmediate(resolve));
  return async () => {
    socket.write(body.slice(-1));
    await closed;
    return Buffer.concat(chunks).toString('latin1');
  };
}

describe('a body that comes late', () => {
  it.each<[string, Slow, Principal | null, number, string]>([
    ['whose session has ended', { path: '/api/v1/machines' }, null, 401, 'unauthenticated'],
    [
      'who is no administrator any more',
      { method: 'PATCH', path: '/api/v1/people/p1' },
      PERSON(['supervisor']),
      403,
      'forbidden',
    ],
    [
      'whose form comes when he has no role',
      { path: '/api/v1/screens', body: 'a=1', type: 'application/x-www-form-urlencoded' },
      PERSON([]),
      403,
      'forbidden',
    ],
    ['who would now be taken for nobody', { path: '/auth/once' }, null, 401, 'unauthenticated'],
  ])('SEC-80 is not handed on for somebody %s', async (_, slow, standing, status, reason) => {
    const gate = new FakeGate();
    gate.know(COOKIE, ADMIN);
    const { begin, done, audit } = await open(gate);
    const finish = await begin(slow);
    gate.change(ADMIN, standing, false);
    const answer = await finish();
    expect(statusOf(answer)).toBe(status);
    expect(answer).toContain(reason);
    expect(done).toEqual([]);
    expect(audit.refusals).toHaveLength(1);
    expect(audit.refusals[0]).toMatchObject({
      actor: standing === null ? 'anonymous' : 'person:p1',
      action: 'access.refused',
      details: new Map([['reason', reason]]),
    });
    expect(audit.refusals[0]?.subject).toMatch(/^route:(POST|PATCH) \//);
  });

  it('SEC-80 is not handed on for a machine whose token has ended', async () => {
    const gate = new FakeGate();
    const machine = MACHINE(['kpis:read']);
    gate.know('Bearer jwt', machine);
    const stand = await open(gate);
    const finish = await stand.begin({
      path: '/api/v1/kpis',
      header: 'authorization: Bearer jwt',
      body: '{}',
    });
    gate.change(machine, null, false);
    const answer = await finish();
    expect(statusOf(answer)).toBe(401);
    expect(answer).toContain('error="invalid_token"');
    expect(answer).not.toContain('subjects');
  });

  it('SEC-80 is not handed on for somebody else: the screen that he sat at when his session ended', async () => {
    const gate = new FakeGate();
    const screen = SCREEN('main');
    gate.know(COOKIE, ADMIN, screen);
    const { begin, done } = await open(gate);
    const finish = await begin({ path: '/auth/once' });
    gate.change(ADMIN, null, false);
    expect(statusOf(await finish())).toBe(401);
    expect(done).toEqual([]);
  });

  it('SEC-80 is handed on, and counted once, for who may as before, under another name or in more roles too', async () => {
    const gate = new FakeGate();
    gate.know(COOKIE, ADMIN);
    const { begin, done, audit } = await open(gate);
    const finish = await begin({ path: '/api/v1/machines' });
    gate.change(ADMIN, { ...ADMIN, name: 'Ada King', roles: ['admin', 'supervisor'] }, false);
    expect(statusOf(await finish())).toBe(200);
    expect(done).toEqual(['POST /api/v1/machines']);
    expect(audit.refusals).toEqual([]);
  });

  it('SEC-80 is handed on to nobody where it cannot be told who asks by then', async () => {
    const gate = new FakeGate();
    gate.know(COOKIE, ADMIN);
    const { begin, done } = await open(gate);
    const finish = await begin({ path: '/api/v1/machines' });
    gate.hold = Promise.reject(new Error('the store is gone'));
    gate.hold.catch(() => {});
    expect(statusOf(await finish())).toBe(500);
    expect(done).toEqual([]);
  });
});
