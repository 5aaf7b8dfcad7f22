import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Principal } from '../../../server/access/principal';
import { FakeClock } from '../../support/fake-clock';
import { FakeGate, MACHINE, PERSON, SCREEN } from '../../support/fake-gate';
import { change } from '../../support/fake-kpi-reader';
import { boardOf } from '../../support/push-boards';
import { ORIGIN, openStand, type Stand, type StandOptions, type TestScreen } from './push-stand';

let stand: Stand | null = null;
async function open(options: StandOptions = {}): Promise<Stand & { readonly clock: FakeClock }> {
  const clock = new FakeClock();
  stand = await openStand({
    clock,
    gate: new FakeGate(),
    boardsList: [boardOf('main'), boardOf('other')],
    ...options,
  });
  return { ...stand, clock };
}
afterEach(async () => {
  await stand?.close();
  stand = null;
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** Joins as this one; the screen has its snapshot. */
async function seat(s: Stand, principal: Principal, auth: object = { boardId: 'main' }): Promise<TestScreen> {
  s.gate.know('cookie', principal);
  const screen = s.screen(auth, ORIGIN, { cookie: 'cookie' });
  await screen.nextSnapshot();
  return screen;
}

const WHO: readonly [string, Principal, string][] = [
  ['a person signed out', PERSON(['supervisor']), 'unauthenticated'],
  ['a screen taken off the list', SCREEN(), 'revoked'],
  ['a machine whose secret is gone', MACHINE(['kpis:read']), 'unauthenticated'],
];

describe('one whose standing has ended', () => {
  it.each(WHO)('SEC-33 is refused and closed at once: %s', async (_, principal, code) => {
    const s = await open();
    const screen = await seat(s, principal);
    s.gate.change(principal, null);
    expect((await screen.nextRefusal()).code).toBe(code);
    expect((await screen.next()).kind).toBe('disconnect');
    await until(() => s.connections.size === 0);
  });

  it.each(WHO)('SEC-33 is refused within 5 s where nobody told of it: %s', async (_, principal, code) => {
    const s = await open();
    const screen = await seat(s, principal);
    s.gate.change(principal, null, false);
    await s.clock.advanceAsync(4_000, 100);
    expect((await screen.nextRefusal()).code).toBe(code);
    expect((await screen.next()).kind).toBe('disconnect');
    expect(s.push.screensCount()).toBe(0);
  });

  it('SEC-33 is gone a second later also where it reads nothing', async () => {
    const s = await open();
    s.gate.know('cookie', SCREEN());
    const ws = new WebSocket(`${s.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      headers: { origin: ORIGIN, cookie: 'cookie' },
    });
    const frames: string[] = [];
    ws.on('message', (data) => frames.push(String(data)));
    ws.on('error', () => {});
    await once(ws, 'open');
    ws.send('40/board,{"boardId":"main"}');
    await until(() => frames.some((frame) => frame.includes('"snapshot"')));
    ws.pause();
    s.gate.change(SCREEN(), null);
    await until(() => s.push.screensCount() === 0);
    expect(s.connections.size).toBe(1);
    s.clock.advance(1_000);
    await until(() => s.connections.size === 0);
    ws.terminate();
  });

  it.each<[string, Principal, Principal]>([
    ['a supervisor who is an agent only', PERSON(['supervisor']), PERSON(['agent'])],
    ['one without any role', PERSON(['admin']), PERSON([])],
    ['a machine that lost its scope', MACHINE(['kpis:read']), MACHINE(['alerts:read'])],
  ])('SEC-33 hears that it may no more, in the middle of its connection: %s', async (_, before, after) => {
    const s = await open();
    const screen = await seat(s, before);
    s.gate.change(before, after);
    expect((await screen.nextRefusal()).code).toBe('forbidden');
    expect((await screen.next()).kind).toBe('disconnect');
  });

  it('SEC-33 leaves the others where they are', async () => {
    const s = await open();
    const stays = await seat(s, PERSON(['admin'], 'p2'));
    const goes = await seat(s, PERSON(['supervisor']));
    s.gate.change(PERSON(['supervisor']), null);
    await goes.nextRefusal();
    s.reader.announce([change('all', 'waiting', 5)]);
    await stays.until('all#waiting', 5);
    expect(stays.frames.map(({ kind }) => kind)).toEqual(['snapshot', 'delta']);
  });

  it('SEC-34 gets no frame from then on, and cannot come back with what it knows', async () => {
    const s = await open();
    const screen = await seat(s, SCREEN());
    s.reader.announce([change('all', 'waiting', 1)]);
    const { epoch, seq } = await screen.nextDelta();
    s.reader.announce([change('all', 'waiting', 2)]);
    s.gate.change(SCREEN(), null);
    // What had waited for the board's cadence comes due after the decision.
    await new Promise((resolve) => setImmediate(resolve));
    s.reader.announce([change('all', 'waiting', 3)]);
    await s.clock.advanceAsync(1_000, 250);
    await until(() => s.connections.size === 0);
    expect(screen.frames.map(({ kind }) => kind)).toEqual(['snapshot', 'delta', 'refusal', 'disconnect']);

    const auth = { boardId: 'main', screenId: 's1', last: { epoch, seq } };
    const back = s.screen(auth, ORIGIN, { cookie: 'cookie' });
    expect((await back.nextRefusal()).code).toBe('revoked');
    const anonymous = s.screen({ boardId: 'main', last: { epoch, seq } }, ORIGIN, { cookie: 'cookie' });
    expect((await anonymous.nextRefusal()).code).toBe('unauthenticated');
    expect(back.frames.concat(anonymous.frames).filter(({ kind }) => kind === 'delta')).toEqual([]);
  });

  it('SEC-34 loses the frames that waited to be sent to it', async () => {
    const s = await open();
    s.gate.know('cookie', SCREEN());
    const ws = new WebSocket(`${s.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      headers: { origin: ORIGIN, cookie: 'cookie' },
    });
    ws.on('error', () => {});
    const frames: string[] = [];
    ws.on('message', (data) => frames.push(String(data)));
    await once(ws, 'open');
    ws.send('40/board,{"boardId":"main"}');
    await until(() => frames.some((frame) => frame.includes('"snapshot"')));
    ws.pause();
    // Until the pipe is full and a frame waits in this process.
    const detail = Array.from({ length: 600 }, (_, i) => ({ label: `${'x'.repeat(80)}${i}`, count: i }));
    for (let n = 0; s.push.counters.passedOver === 0; n += 1) {
      s.reader.announce([change('all', 'waiting', n, { detail })]);
      await s.clock.advanceAsync(250);
    }
    const [tcp] = [...s.connections];
    expect(tcp?.writableLength).toBeGreaterThan(0);
    const closed = once(ws, 'close');
    s.gate.change(SCREEN(), null);
    await until(() => s.connections.size === 0);
    const sent = s.push.counters.deliveries;
    ws.resume();
    await closed;
    expect(frames.filter((frame) => frame.startsWith('42')).length).toBeLessThan(sent);
    s.clock.advance(1_000);
    expect(s.clock.pendingCount).toBe(1); // The board's grace.
  });
});

describe('a gate that fails', () => {
  it.each<[string, () => Promise<void>]>([
    ['rejects', () => Promise.reject(new Error('the store is shut'))],
    ['does not answer', () => new Promise(() => {})],
  ])('SEC-36 does not stop the figures where it %s, nor the answer to a resync', async (_, trouble) => {
    const s = await open();
    const screen = await seat(s, SCREEN());
    s.gate.hold = trouble();
    s.gate.hold.catch(() => {});
    s.gate.change(SCREEN(), null);
    await s.clock.advanceAsync(12_000, 100);
    s.reader.announce([change('all', 'waiting', 7)]);
    await screen.until('all#waiting', 7);
    const before = s.gate.asked;
    screen.socket.emit('resync');
    await until(() => s.gate.asked > before);
    await s.clock.advanceAsync(2_000, 100);
    let frame = await screen.next();
    while (frame.kind === 'delta') frame = await screen.next();
    expect(frame.kind).toBe('snapshot');
    expect(s.push.screensCount()).toBe(1);
    // Once it answers again, what it says holds.
    s.gate.hold = null;
    await s.clock.advanceAsync(14_000, 100);
    expect((await screen.nextRefusal()).code).toBe('revoked');
  });
});

describe('a paired screen', () => {
  const path = '/screen/other?screen=s1&diagonal=55&distance=8';
  const moved = SCREEN('other');
  const auth = { boardId: 'main', screenId: 's1' };

  it.each([
    ['told of it', true],
    ['found out', false],
  ])(
    'PUSH-22 is sent to its new board, gets nothing more of the old one, and is closed if it stays: %s',
    async (_, tell) => {
      const s = await open({ screenPath: async () => path });
      const screen = await seat(s, SCREEN());
      s.gate.change(SCREEN(), moved, tell);
      await s.clock.advanceAsync(4_000, 100);
      expect(await screen.next()).toEqual({ kind: 'assignment', path });
      s.reader.announce([change('all', 'waiting', 1)]);
      screen.socket.emit('resync');
      await s.clock.advanceAsync(2_000, 100);
      expect(await screen.next()).toMatchObject({ kind: 'disconnect' });
      expect(screen.frames.map(({ kind }) => kind)).toEqual(['snapshot', 'assignment', 'disconnect']);
    },
  );

  it('PUSH-22 is sent to its board when it comes to another, and served where it goes', async () => {
    const s = await open({ screenPath: async () => path });
    s.gate.know('cookie', moved);
    const lost = s.screen(auth, ORIGIN, { cookie: 'cookie' });
    expect(await lost.next()).toEqual({ kind: 'assignment', path });
    s.clock.advance(2_000);
    expect((await lost.next()).kind).toBe('disconnect');
    const there = s.screen({ ...auth, boardId: 'other' }, ORIGIN, { cookie: 'cookie' });
    expect((await there.nextSnapshot()).board.id).toBe('other');
  });

  it('PUSH-22 hears of its measures when it comes and when they change, and keeps its seat', async () => {
    let diagonal = 55;
    const s = await open({ screenPath: async (id) => `/screen/main?screen=${id}&diagonal=${diagonal}` });
    const screen = await seat(s, SCREEN(), auth);
    expect(await screen.next()).toEqual({ kind: 'assignment', path: '/screen/main?screen=s1&diagonal=55' });
    diagonal = 65;
    s.gate.tell({ kind: 'screen', screenId: 's1' });
    expect(await screen.next()).toEqual({ kind: 'assignment', path: '/screen/main?screen=s1&diagonal=65' });
    await s.clock.advanceAsync(5_000, 100);
    s.reader.announce([change('all', 'waiting', 1)]);
    expect((await screen.next()).kind).toBe('delta');
  });

  it('PUSH-22 is revoked where it belongs nowhere, and closed to try again where that is not known', async () => {
    const answers = [Promise.resolve(null), Promise.reject(new Error('the store is shut'))];
    for (const answer of answers) answer.catch(() => {});
    const s = await open({ screenPath: () => answers.shift() ?? new Promise(() => {}) });
    s.gate.know('cookie', moved);
    const come = () => s.screen(auth, ORIGIN, { cookie: 'cookie' });
    expect((await come().nextRefusal()).code).toBe('revoked');
    for (let n = 0; n < 2; n += 1) {
      const screen = come();
      await until(() => screen.socket.connected);
      for (let step = 0; step < 8; step += 1) await s.clock.advanceAsync(1_000);
      expect(await screen.next()).toMatchObject({ kind: 'disconnect' });
    }
  });

  it('PUSH-23 is known as connected while it has a seat, and told of as seen again and again', async () => {
    const seen: string[] = [];
    const s = await open({ screenSeen: (screenId) => seen.push(screenId) });
    await seat(s, PERSON(['admin']));
    expect(s.push.screenIsConnected('s1')).toBe(false);
    const [one, two] = [await seat(s, SCREEN()), await seat(s, SCREEN())];
    expect([s.push.screenIsConnected('s1'), seen]).toEqual([true, ['s1', 's1']]);
    await s.clock.advanceAsync(4_000, 100);
    expect(seen.length).toBeGreaterThanOrEqual(4);
    one.close();
    await until(() => s.push.screensCount() === 2);
    expect(s.push.screenIsConnected('s1')).toBe(true);
    two.close();
    await until(() => s.push.screensCount() === 1);
    expect(s.push.screenIsConnected('s1')).toBe(false);
  });

  it('PUSH-23 keeps its seat where whoever keeps the list of screens fails', async () => {
    const screenSeen = () => {
      throw new Error('no list');
    };
    const s = await open({ screenSeen });
    const screen = await seat(s, SCREEN());
    await s.clock.advanceAsync(4_000, 100);
    screen.socket.emit('resync');
    expect((await screen.next()).kind).toBe('snapshot');
  });
});
