import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { FakeClock } from '../../support/fake-clock';
import { FakeGate } from '../../support/fake-gate';
import { change } from '../../support/fake-kpi-reader';
import { originVariants } from '../../support/origin-variants';
import { ORIGIN, openStand, type Stand, type StandOptions } from './push-stand';

let stand: Stand | null = null;
const clients: WebSocket[] = [];
async function open(options: StandOptions = {}): Promise<Stand> {
  stand = await openStand(options);
  return stand;
}
afterEach(async () => {
  for (const ws of clients.splice(0)) ws.terminate();
  await stand?.close();
  stand = null;
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** A client below Socket.IO's protocol. */
async function raw(s: Stand, query = '', headers = {}): Promise<{ ws: WebSocket; closed: Promise<unknown> }> {
  const url = `${s.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket${query}`;
  const ws = new WebSocket(url, { headers: { origin: ORIGIN, ...headers } });
  clients.push(ws);
  ws.on('error', () => {});
  const closed = new Promise((resolve) => ws.once('close', resolve));
  await new Promise<void>((resolve) => {
    ws.once('open', resolve);
    ws.once('close', () => resolve());
  });
  return { ws, closed };
}

/** The code and the words with which an upgrade was refused. */
async function refusal(s: Stand, query = '', headers = {}): Promise<string> {
  const url = `${s.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket${query}`;
  const ws = new WebSocket(url, { headers: { origin: ORIGIN, ...headers } });
  clients.push(ws);
  ws.on('error', () => {});
  const [, response] = await once(ws, 'unexpected-response');
  const [body] = await once(response, 'data');
  return `${response.statusCode} ${body}`;
}

const JOIN = '40/board,{"boardId":"main"}';
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const DEEP = deep(30_000);

/** What a hostile client sends, from its first message on. */
const ATTACKS: readonly (readonly [string, readonly (string | Buffer)[]])[] = [
  ['a message of 65 kB', [JOIN, `42/board,["${'x'.repeat(65_000)}"]`]],
  ['a message of 65 kB before it joins', [`4${'x'.repeat(65_000)}`]],
  ['a megabyte', ['x'.repeat(1_000_000)]],
  ['10,000 tiny messages', Array.from({ length: 10_000 }, () => '42/board,["resync"]')],
  [
    '10,000 tiny messages once it has joined',
    [JOIN, ...Array.from({ length: 10_000 }, () => '42/board,["resync"]')],
  ],
  ['10,000 answers to pings', [JOIN, ...Array.from({ length: 10_000 }, () => '3')]],
  ['10,000 packets that do nothing', Array.from({ length: 10_000 }, () => '6')],
  ['many namespaces', Array.from({ length: 100 }, (_, n) => `40/n${n},`)],
  ['many joins', Array.from({ length: 100 }, () => JOIN)],
  ['many answers that nobody waits for', [JOIN, ...Array.from({ length: 100 }, (_, n) => `43/board,${n}[]`)]],
  ['51 attachments announced', [JOIN, '451-/board,["x",{"_placeholder":true,"num":0}]']],
  ['a thousand million attachments announced', [JOIN, '451000000000-/board,["x"]']],
  ['an attachment', [JOIN, '451-/board,["x",{"_placeholder":true,"num":0}]', Buffer.alloc(60_000)]],
  ['an answer with attachments', [JOIN, '461-/board,1[{"_placeholder":true,"num":0}]']],
  ['bytes', [Buffer.from(JOIN)]],
  ['bytes once it has joined', [JOIN, Buffer.alloc(10)]],
  ['deep JSON as a handshake', [`40/board,{"boardId":${DEEP}}`]],
  ['deep JSON as an event', [JOIN, `42/board,["e",${DEEP}]`]],
  ['half of a deep JSON', [JOIN, `42/board,["resync",${'['.repeat(50_000)}`]],
  ['__proto__ as a handshake', ['40/board,{"__proto__":{"boardId":"main"}}']],
  ['__proto__ as an event', [JOIN, '42/board,["__proto__",{"__proto__":{"polluted":true}}]']],
  ['constructor as a namespace', ['40/constructor,', '42/constructor,["x"]']],
  ['an event for a namespace that it is not in', ['42/board,["resync"]']],
  ['what is no packet', ['nonsense']],
  ['an unknown event', [JOIN, '42/board,["evil"]']],
];

describe('a hostile client', () => {
  it.each(ATTACKS)('SEC-40 is closed that sends %s, and nobody else notices', async (_, messages) => {
    const clock = new FakeClock();
    const s = await open({ clock });
    const screen = s.screen();
    await screen.nextSnapshot();
    const { ws, closed } = await raw(s);
    for (const message of messages) ws.send(message);
    await closed;
    await until(() => s.connections.size === 1);
    expect(s.push.screensCount()).toBe(1);
    expect('polluted' in {}).toBe(false);
    s.reader.announce([change('all', 'waiting', 9)]);
    expect(await screen.nextDelta()).toMatchObject({ changes: [{ value: 9 }] });
    screen.socket.emit('resync');
    expect((await screen.next()).kind).toBe('snapshot');
    expect(screen.socket.connected).toBe(true);
  });

  it('SEC-40 is closed that gives its seat up and would keep its connection', async () => {
    const s = await open({ clock: new FakeClock() });
    const { ws, closed } = await raw(s);
    ws.send(JOIN);
    await until(() => s.push.screensCount() === 1);
    ws.send('41/board,');
    await closed;
    await until(() => s.connections.size === 0);
  });

  it('SEC-40 is closed that floods the server with pings of the WebSocket', async () => {
    const s = await open({ clock: new FakeClock() });
    const { ws, closed } = await raw(s);
    for (let n = 0; n < 1_000; n += 1) ws.ping();
    await closed;
    await until(() => s.connections.size === 0);
  });

  it('SEC-40 is gone within a second also where it reads nothing and goes on talking', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    const { ws } = await raw(s);
    ws.send(JOIN);
    await until(() => s.push.screensCount() === 1);
    ws.pause();
    // Until the pipe is full: what it is told last waits in this process, and its engine waits for that to leave.
    const detail = Array.from({ length: 600 }, (_, i) => ({ label: `${'x'.repeat(80)}${i}`, count: i }));
    for (let n = 0; s.push.counters.passedOver === 0; n += 1) {
      s.reader.announce([change('all', 'waiting', n, { detail })]);
      await clock.advanceAsync(250);
    }
    for (let n = 0; n < 40; n += 1) ws.send('42/board,["resync"]');
    await until(() => s.push.screensCount() === 0);
    clock.advance(1_000);
    await until(() => s.connections.size === 0);
  });

  it('SEC-83 is closed that sends a message in more than eight fragments, be they of one byte or none', async () => {
    for (const piece of ['x', '']) {
      const s = await open({ clock: new FakeClock() });
      const { ws } = await raw(s);
      // The message never ends: what is held of it is all there is to see.
      ws.send('4', { fin: false });
      for (let n = 0; n < 7; n += 1) ws.send(piece, { fin: false });
      // It has read all of these once it answers.
      ws.ping();
      await once(ws, 'pong');
      expect(ws.readyState).toBe(WebSocket.OPEN);
      ws.send(piece, { fin: false });
      // 1008: a rule was broken.
      expect((await once(ws, 'close'))[0]).toBe(1008);
      await until(() => s.connections.size === 0);
      await s.close();
    }
    stand = null;
  });

  it('SEC-83 is closed whose frame comes in more than 256 pieces', async () => {
    const s = await open({ clock: new FakeClock() });
    const { ws } = await raw(s);
    const closing = once(ws, 'close');
    const [tcp] = s.connections;
    const socket = (ws as unknown as { _socket: Socket })._socket; // Where ws keeps it.
    const write = async (bytes: Buffer) => {
      const before = tcp?.bytesRead ?? 0;
      socket.write(bytes);
      await until(() => tcp === undefined || tcp.destroyed || tcp.bytesRead > before);
    };
    // A masked text of 60,000 bytes, by a mask of zeros.
    await write(Buffer.from([0x81, 0xfe, 0xea, 0x60, 0, 0, 0, 0]));
    let pieces = 1;
    for (; pieces < 300 && socket.writable && tcp?.writable === true; pieces += 1)
      await write(Buffer.from('x'));
    expect((await closing)[0]).toBe(1008);
    expect(pieces).toBeGreaterThan(200);
    expect(pieces).toBeLessThan(300);
    await until(() => s.connections.size === 0);
  });

  it('SEC-83 is a client like any other that sends its few words in eight fragments', async () => {
    const s = await open({ clock: new FakeClock() });
    const { ws } = await raw(s);
    const pieces = Array.from({ length: 8 }, (_, n) => JOIN.slice(n * 4, n === 7 ? undefined : n * 4 + 4));
    for (const [n, piece] of pieces.entries()) ws.send(piece, { fin: n === 7 });
    await until(() => s.push.screensCount() === 1);
  });

  it.each([
    ['another’s', true],
    ['nobody’s', false],
  ])('SEC-41 takes over no session by %s name', async (_, ofAnother) => {
    const s = await open();
    const screen = s.screen();
    await screen.nextSnapshot();
    // The engine's id, which a foreign page cannot know.
    const { id } = screen.socket.io.engine as { id: string };
    const sid = ofAnother ? id : 'AAAAAAAAAAAAAAAAAAAA';
    expect(await refusal(s, `&sid=${sid}`)).toMatch(/^400 /);
    expect(await refusal(s, `&sid=${sid}`, { origin: 'http://evil.test' })).toMatch(/^400 /);
    s.reader.announce([change('all', 'waiting', 9)]);
    expect((await screen.next()).kind).toBe('delta');
  });
});

describe('how many may come', () => {
  /** The address that a proxy says, as a trusted one may. */
  const addressOf: StandOptions['addressOf'] = (request) => String(request.headers['x-client'] ?? 'here');
  const from = (address: string) => ({ 'x-client': address });

  it('SEC-38 no more from one address than it may, and others as before', async () => {
    const s = await open({ addressOf, connectionLimits: { perAddress: 2 } });
    const screens = [1, 2].map(() => s.screen({ boardId: 'main' }, ORIGIN, from('a')));
    for (const screen of screens) await screen.nextSnapshot();
    expect(await refusal(s, '', from('a'))).toBe('400 too many connections from this address: 2 at most');
    expect((await s.screen({ boardId: 'main' }, ORIGIN, from('b')).next()).kind).toBe('snapshot');
    screens[0]?.close();
    await until(() => s.push.screensCount() === 2);
    await until(() => s.connections.size === 2);
    expect((await s.screen({ boardId: 'main' }, ORIGIN, from('a')).next()).kind).toBe('snapshot');
    expect(await s.metrics.expose()).toContain('floorcast_push_refused_total{reason="address"} 1');
  });

  it('SEC-38 by the connection’s own address where nobody says another', async () => {
    const s = await open({ connectionLimits: { perAddress: 1 } });
    await s.screen().nextSnapshot();
    expect(await refusal(s, '', { 'x-forwarded-for': '192.0.2.1' })).toContain('from this address');
  });

  it('SEC-38 fewer that have not joined, from one address and in all; a seat makes room', async () => {
    const limits = { waiting: 3, waitingPerAddress: 2 };
    const s = await open({ addressOf, connectionLimits: limits });
    const first = await raw(s, '', from('a'));
    await raw(s, '', from('a'));
    expect(await refusal(s, '', from('a'))).toBe('400 too many connections at once: try again');
    await raw(s, '', from('b'));
    expect(await refusal(s, '', from('c'))).toBe('400 too many connections at once: try again');
    first.ws.send(JOIN);
    await until(() => s.push.screensCount() === 1);
    const { ws } = await raw(s, '', from('a'));
    expect(ws.readyState).toBe(WebSocket.OPEN);
    expect(await refusal(s, '', from('c'))).toContain('try again');
    for (const client of clients) client.terminate();
    await until(() => s.connections.size === 0);
    expect((await s.screen({ boardId: 'main' }, ORIGIN, from('a')).next()).kind).toBe('snapshot');
  });

  it('SEC-38 lets 50 wait from one address, where nothing else is said', async () => {
    const s = await open({ gate: new FakeGate(true) });
    await Promise.all(Array.from({ length: 50 }, () => raw(s)));
    expect(await refusal(s)).toContain('try again');
  });
});

describe('from where one may come', () => {
  const own = 'http://floor.test:3000';

  it.each(originVariants(own).map(({ name, value }) => [name, value]))(
    'SEC-39 not from %s (%s)',
    async (_, origin) => {
      const s = await open({ allowedOrigins: [own] });
      expect(await refusal(s, '', { origin })).toBe('400 this origin may not connect');
    },
  );

  it('SEC-39 from our own, and so the others were refused for what they are', async () => {
    const s = await open({ allowedOrigins: [own] });
    expect((await s.screen({ boardId: 'main' }, own).next()).kind).toBe('snapshot');
    expect(originVariants(own).length).toBeGreaterThanOrEqual(20);
  });
});
