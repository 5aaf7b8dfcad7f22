/** Who gets in where too many come at once: real upgrades, by addresses that a trusted proxy would tell. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Principal } from '../../../server/access/principal';
import { FakeClock } from '../../support/fake-clock';
import { FakeGate, MACHINE, PERSON, SCREEN } from '../../support/fake-gate';
import { ORIGIN, openStand, type Stand, type StandOptions } from './push-stand';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const addressOf = ({ headers }: IncomingMessage) => String(headers['x-client'] ?? 'here');

async function open(options: StandOptions = {}): Promise<Stand> {
  const stand = await openStand({ gate: new FakeGate(), addressOf, ...options });
  stops.push(stand.close);
  return stand;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

function upgrade(s: Stand, headers: Readonly<Record<string, string>>): WebSocket {
  const url = `${s.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const ws = new WebSocket(url, { headers: { origin: ORIGIN, ...headers } });
  stops.push(() => ws.terminate());
  ws.on('error', () => {});
  return ws;
}

/** `in`, or why not; who is in stays, and says nothing. */
async function come(s: Stand, address: string, headers: Readonly<Record<string, string>> = {}) {
  const ws = upgrade(s, { 'x-client': address, ...headers });
  const refused = once(ws, 'unexpected-response').then(async ([, response]) => {
    const [body] = await once(response, 'data');
    return String(body);
  });
  return Promise.race([once(ws, 'open').then(() => 'in'), refused]);
}

const BUSY = 'too many connections at once: try again';
const TV = SCREEN('main', 'tv');
const DESK = PERSON(['supervisor'], 'desk');

/** A gate that knows a television, a desk and a machine. */
function gate(): FakeGate {
  const known = new FakeGate();
  known.know('tv', TV);
  known.know('desk', DESK);
  known.know('Bearer machine', MACHINE(['kpis:read']));
  return known;
}

describe('who comes by IPv6', () => {
  it('SEC-81 shares the places and the connections of his network of 64 bits, and no other’s', async () => {
    const s = await open({ connectionLimits: { perAddress: 3, waitingPerAddress: 2 } });
    expect(await come(s, '2001:db8:7:7::1')).toBe('in');
    expect(await come(s, '2001:db8:7:7::2')).toBe('in');
    expect(await come(s, '2001:db8:7:7:ffff::3')).toBe(BUSY);
    expect(await come(s, '2001:db8:7:8::1')).toBe('in');
    s.gate.know('tv', TV);
    expect(await come(s, '2001:db8:7:7::4', { cookie: 'tv' })).toBe('in');
    expect(await come(s, '2001:db8:7:7::5', { cookie: 'tv' })).toContain('from this address: 3 at most');
  });
});

describe('where all places to wait are taken', () => {
  const full = { waiting: 2, waitingPerAddress: 1, waitingKnown: 2 };

  async function openFull(options: StandOptions = {}): Promise<Stand> {
    const s = await open({ gate: gate(), connectionLimits: full, ...options });
    for (const address of ['a', 'b']) expect(await come(s, address)).toBe('in');
    return s;
  }

  it.each<[string, Record<string, string>, string]>([
    ['nobody', {}, BUSY],
    ['a cookie that is nobody’s', { cookie: 'made up' }, BUSY],
    ['a token that is nobody’s', { authorization: 'Bearer made-up' }, BUSY],
    ['a television', { cookie: 'tv' }, 'in'],
    ['a desk', { cookie: 'desk' }, 'in'],
    ['a machine', { authorization: 'Bearer machine' }, 'in'],
  ])('SEC-82 there is one for whom the gate knows: %s', async (_, headers, expected) => {
    const s = await openFull();
    expect(await come(s, 'a', headers)).toBe(expected);
    expect(await come(s, 'c', headers)).toBe(expected);
    // There is an end to those too.
    expect(await come(s, 'd', headers)).toBe(BUSY);
  });

  it('SEC-82 nobody has one for being on this machine, nor for what he was', async () => {
    const s = await openFull({ gate: new FakeGate(true) });
    expect(await come(s, 'a', { cookie: 'x' })).toBe(BUSY);
    const other = await openFull();
    other.gate.change(TV, null);
    expect(await come(other, 'a', { cookie: 'tv' })).toBe(BUSY);
  });

  it('SEC-82 the gate is asked about those only who show something, and not while there is room', async () => {
    const s = await openFull();
    expect(await come(s, 'a')).toBe(BUSY);
    expect(s.gate.presented).toBeNull();
    const empty = await open({ gate: gate() });
    expect(await come(empty, 'a', { cookie: 'tv' })).toBe('in');
    expect(empty.gate.presented).toBeNull();
  });

  it('SEC-82 who is asked about is refused where the gate fails, or is slow, or the server stops', async () => {
    const clock = new FakeClock();
    const s = await openFull({ clock });
    s.gate.hold = Promise.reject(new Error('the store is gone'));
    s.gate.hold.catch(() => {});
    expect(await come(s, 'a', { cookie: 'tv' })).toBe(BUSY);
    s.gate.hold = new Promise(() => {});
    s.gate.presented = null;
    const slow = come(s, 'a', { cookie: 'tv' });
    await until(() => s.gate.presented !== null);
    await clock.advanceAsync(2_000);
    expect(await slow).toBe(BUSY);
    s.gate.presented = null;
    const late = come(s, 'a', { cookie: 'tv' });
    await until(() => s.gate.presented !== null);
    const stopped = s.push.stop();
    expect(await late).toBe('the server is stopping');
    await clock.advanceAsync(1_000);
    await stopped;
    expect(clock.pendingCount).toBe(0);
  });

  it('SEC-82 no more are asked about at a time than there are places, and who breaks off leaves nothing', async () => {
    const s = await openFull();
    let release: () => void = () => {};
    s.gate.hold = new Promise((resolve) => {
      release = resolve;
    });
    const clients = [1, 2].map(() => upgrade(s, { 'x-client': 'a', cookie: 'tv' }));
    await until(() => s.connections.size === 4);
    expect(await come(s, 'a', { cookie: 'tv' })).toBe(BUSY);
    await until(() => s.connections.size === 4);
    for (const ws of clients) {
      // A reset, which is an error where nobody expects it.
      const { socket } = (ws as unknown as { _req: { socket: NetSocket } })._req; // Where ws keeps it until it is open.
      socket.resetAndDestroy();
    }
    await until(() => s.connections.size === 2);
    release();
    s.gate.hold = null;
    expect(await come(s, 'a', { cookie: 'tv' })).toBe('in');
    expect(await come(s, 'a', { cookie: 'desk' })).toBe('in');
  });
});

describe('a whole site behind one address', () => {
  it('SEC-82 gets in at once with 200 screens and 100 desks, though 50 strangers there wait for nothing', async () => {
    const s = await open();
    await Promise.all(Array.from({ length: 50 }, () => come(s, 'site')));
    expect(await come(s, 'site')).toBe(BUSY);
    const site: [string, Principal][] = [
      ...Array.from({ length: 200 }, (_, n): [string, Principal] => [`tv-${n}`, SCREEN('main', `tv-${n}`)]),
      ...Array.from({ length: 100 }, (_, n): [string, Principal] => [
        `desk-${n}`,
        PERSON(['supervisor'], `${n}`),
      ]),
    ];
    for (const [cookie, principal] of site) s.gate.know(cookie, principal);
    const screens = site.map(([cookie]) =>
      s.screen({ boardId: 'main' }, ORIGIN, { 'x-client': 'site', cookie }),
    );
    const first = await Promise.all(screens.map((screen) => screen.next()));
    expect(first.filter(({ kind }) => kind !== 'snapshot')).toEqual([]);
    expect(s.push.screensCount()).toBe(300);
    expect(await s.metrics.expose()).toContain('floorcast_push_refused_total{reason="waiting"} 1');
  });
});
