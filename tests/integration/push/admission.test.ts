import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { FakeClock } from '../../support/fake-clock';
import { ORIGIN, openStand, type Stand } from './push-stand';

let stand: Stand | null = null;
async function open(options: Parameters<typeof openStand>[0] = {}): Promise<Stand> {
  stand = await openStand(options);
  return stand;
}
afterEach(async () => {
  await stand?.close();
  stand = null;
});

const ENGINE_PATH = '/socket.io/?EIO=4&transport=websocket';

/** A client below Socket.IO's protocol. */
function raw(s: Stand): { ws: WebSocket; closed: Promise<unknown> } {
  const ws = new WebSocket(`${s.url.replace('http', 'ws')}${ENGINE_PATH}`, { headers: { origin: ORIGIN } });
  ws.on('error', () => {});
  return { ws, closed: new Promise((resolve) => ws.once('close', resolve)) };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('who may open a socket', () => {
  it.each([
    ['null', 'null'],
    ['none', null],
    ['a suffix', `${ORIGIN}.evil.test`],
    ['a prefix', 'http://evil-floor.test'],
    ['another case', 'http://Floor.test'],
    ['another port', `${ORIGIN}:81`],
    ['the port spelt out', `${ORIGIN}:80`],
    ['another scheme', 'https://floor.test'],
    ['a path', `${ORIGIN}/`],
    ['two', `${ORIGIN}, http://evil.test`],
  ])('PUSH-15 refuses the origin “%s”', async (_, origin) => {
    const s = await open();
    const screen = s.screen({ boardId: 'main' }, origin);
    expect((await screen.next()).kind).toBe('error');
    expect(s.push.screensCount()).toBe(0);
    expect(await s.metrics.expose()).toContain('floorcast_push_refused_total{reason="origin"} 1');
  });

  it('PUSH-15 lets clients without an origin in only where that is allowed', async () => {
    const s = await open({ allowAbsentOrigin: true });
    expect((await s.screen({ boardId: 'main' }, null).next()).kind).toBe('snapshot');
    expect((await s.screen({ boardId: 'main' }, 'null').next()).kind).toBe('error');
  });

  it('PUSH-16 lets no more in than it may, and says so', async () => {
    const s = await open({ connectionLimits: { connections: 1 } });
    const first = s.screen();
    await first.nextSnapshot();
    const { ws, closed } = raw(s);
    const [, response] = await once(ws, 'unexpected-response');
    const [body] = await once(response, 'data');
    expect(String(body)).toContain('too many connections: 1 at most');
    ws.terminate();
    await closed;
    first.close();
    await until(() => s.connections.size === 0);
    expect((await s.screen().next()).kind).toBe('snapshot');
  });

  it('PUSH-16 serves WebSockets only', async () => {
    const s = await open();
    const ws = new WebSocket(`${s.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=polling`, {
      headers: { origin: ORIGIN },
    });
    ws.on('error', () => {});
    const [, response] = await once(ws, 'unexpected-response');
    expect(response.statusCode).toBe(400);
    response.resume();
    ws.terminate();
  });
});

describe('the handshake', () => {
  it.each([
    ['no board', {}, 'handshake.invalid', 'boardId'],
    ['a board that is no text', { boardId: 7 }, 'handshake.invalid', 'boardId'],
    [
      'a last that is none',
      { boardId: 'main', last: { epoch: 'e', seq: -1 } },
      'handshake.invalid',
      'last.seq',
    ],
    ['a huge token', { boardId: 'main', token: 'x'.repeat(5_000) }, 'handshake.invalid', 'token'],
    ['an unknown board', { boardId: 'nobody' }, 'board.unknown', 'no such board'],
    ['a board named __proto__', { boardId: '__proto__' }, 'board.unknown', 'no such board'],
  ])('PUSH-17 refuses %s, says why and closes', async (_, auth, code, message) => {
    const s = await open();
    const screen = s.screen(auth);
    const refusal = await screen.nextRefusal();
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
    expect(await screen.next()).toEqual({ kind: 'disconnect', reason: 'io server disconnect' });
    await until(() => s.connections.size === 0);
  });

  it('PUSH-17 serves nothing in other namespaces', async () => {
    const s = await open();
    const { ws, closed } = raw(s);
    const answers: string[] = [];
    ws.on('message', (data) => answers.push(String(data)));
    await once(ws, 'open');
    ws.send('40');
    ws.send('40/other,');
    await until(() => answers.filter((answer) => answer.startsWith('44')).length === 2);
    ws.terminate();
    await closed;
  });

  it('PUSH-17 seats one screen a connection', async () => {
    const s = await open();
    const { ws, closed } = raw(s);
    await once(ws, 'open');
    ws.send('40/board,{"boardId":"main"}');
    ws.send('40/board,{"boardId":"main"}');
    await closed;
    expect(s.push.screensCount()).toBe(0);
  });
});

describe('what a client may say', () => {
  it('PUSH-18 closes a screen that says too much, and says why', async () => {
    const s = await open({ clock: new FakeClock() });
    const screen = s.screen();
    await screen.nextSnapshot();
    for (let i = 0; i < 30; i += 1) screen.socket.emit('resync');
    let frame = await screen.next();
    while (frame.kind === 'snapshot') frame = await screen.next();
    expect(frame).toMatchObject({ kind: 'refusal', refusal: { code: 'limit.messages' } });
    expect((await screen.next()).kind).toBe('disconnect');
  });

  it('PUSH-18 allows more as time goes by', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    const screen = s.screen();
    await screen.nextSnapshot();
    for (let i = 0; i < 60; i += 1) {
      clock.advance(500);
      screen.socket.emit('resync');
      await screen.nextSnapshot();
    }
    expect(s.push.screensCount()).toBe(1);
  });

  it.each([
    ['before joining', []],
    ['after joining', ['40/board,{"boardId":"main"}']],
  ])('PUSH-18 closes who floods it %s, also with what is no message of ours', async (_, first) => {
    const s = await open({ clock: new FakeClock() });
    const { ws, closed } = raw(s);
    await once(ws, 'open');
    for (const message of first) ws.send(message);
    for (let i = 0; i < 40; i += 1) ws.send('42/board,["nonsense",{"__proto__":{"a":1}}]');
    await closed;
    await until(() => s.connections.size === 0 || s.push.screensCount() === 0);
  });

  it('PUSH-18 closes who sends more than 64 kB at once or what is no packet, and nobody else', async () => {
    const s = await open();
    const screen = s.screen();
    await screen.nextSnapshot();
    for (const message of [
      `4${'x'.repeat(70_000)}`,
      'no packet',
      '4no packet',
      '451-["x",{"_placeholder":true,"num":0}]',
    ]) {
      const { ws, closed } = raw(s);
      await once(ws, 'open');
      ws.send(message);
      if (message.startsWith('451')) ws.send('4');
      await closed;
    }
    expect(s.push.screensCount()).toBe(1);
    screen.socket.emit('resync');
    expect((await screen.next()).kind).toBe('snapshot');
  });
});

describe('the end', () => {
  it('PUSH-19 stops although a screen answers nothing any more', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    const { ws } = raw(s);
    const frames: string[] = [];
    ws.on('message', (data) => frames.push(String(data)));
    await once(ws, 'open');
    ws.send('40/board,{"boardId":"main"}');
    await until(() => frames.some((frame) => frame.includes('"snapshot"')));
    ws.pause();
    const stopped = s.push.stop();
    clock.advance(1_000);
    await stopped;
    expect(s.push.screensCount()).toBe(0);
    expect(s.connections.size).toBe(0);
    expect(s.reader.listenersCount).toBe(0);
    expect(clock.pendingCount).toBe(0);
    ws.terminate();
  });
});
