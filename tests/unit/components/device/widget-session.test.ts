/** The widget's shell by a clock that moves when it is told to: asking, the link, silence, the token. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Asked } from '../../../../components/device/widget/asking';
import { askDevice, askToken } from '../../../../components/device/widget/asking';
import {
  type LinkListener,
  NAMESPACE,
  openDeviceLink,
  TELEMETRY,
  type TextSocket,
} from '../../../../components/device/widget/device-socket';
import type { AgentToken } from '../../../../components/device/widget/reading';
import { WidgetSession } from '../../../../components/device/widget/widget-session';
import type { Failure } from '../../../../components/device/widget/widget-state';
import { lookOf } from '../../../../components/device/widget/widget-view';
import { DEVICE_NAMESPACE, TELEMETRY_EVENT } from '../../../../lib/contracts/diagnostics';
import messages from '../../../../messages/en.json';
import { FakeClock } from '../../../support/fake-clock';
import { AT, agentDevice } from './made-up-sessions';

const TONGUE = { words: messages.widget, locale: 'en', timeZone: 'UTC' };

function stand(answer: () => Asked = () => ({ device: agentDevice() })) {
  const clock = new FakeClock(AT);
  const asked: (string | null)[] = [];
  const links: { token: string | null; listener: LinkListener; isOpen: boolean }[] = [];
  let renewal: AgentToken | 'signedOut' | 'needless' | null = { token: 'second', lifeMs: 60_000 };
  let renewals = 0;
  const session = new WidgetSession(
    {
      ask: async (token) => {
        asked.push(token);
        return answer();
      },
      renew: async () => {
        renewals += 1;
        return renewal;
      },
      join: (token, listener) => {
        const link = { token, listener, isOpen: true };
        links.push(link);
        return () => {
          link.isOpen = false;
        };
      },
    },
    clock,
    () => 0,
  );
  const looks: ReturnType<typeof lookOf>[] = [];
  session.subscribe((moment) => looks.push(lookOf(moment, TONGUE)));
  const stop = session.start();
  return {
    ...{ clock, asked, links, session, stop },
    now: () => looks.at(-1),
    link: () => links.at(-1),
    renewals: () => renewals,
    renewAs: (next: typeof renewal) => {
      renewal = next;
    },
  };
}

describe('the widget', () => {
  it('UI-97 shows what it was told, marks it when the server is silent for 5 s, and heals', async () => {
    const { clock, links, link, now, stop } = stand();
    expect(now()?.phase).toBe('loading');
    await clock.advanceAsync(1);
    link()?.listener.onJoined();
    expect(now()).toMatchObject({ status: 'online', stale: '' });
    await clock.advanceAsync(4_000, 500);
    link()?.listener.onHeard();
    await clock.advanceAsync(4_000, 500);
    expect(now()?.stale).toBe('');
    await clock.advanceAsync(1_000, 500);
    expect(now()).toMatchObject({ status: 'online', stale: expect.stringContaining('09:00:04') });
    link()?.listener.onLost({ kind: 'away' });
    await clock.advanceAsync(500);
    expect(links).toHaveLength(2);
    expect(links[0]?.isOpen).toBe(false);
    await clock.advanceAsync(500);
    expect(now()?.stale).toBe('');
    stop();
    expect([clock.pendingCount, link()?.isOpen]).toEqual([0, false]);
  });

  it('UI-96 counts by the server’s clock, also where this machine’s is a day off', async () => {
    const serverTime = AT + 86_400_000;
    const { clock, now, stop } = stand(() => ({ device: agentDevice({ lastSeen: serverTime }, serverTime) }));
    await clock.advanceAsync(1);
    expect(now()?.lastSeen).toBe('just now');
    await clock.advanceAsync(60_500, 500);
    expect(now()?.lastSeen).toBe('1 minute ago');
    clock.jumpWallClock(-3_600_000);
    await clock.advanceAsync(60_500, 500);
    expect(now()?.lastSeen).toBe('2 minutes ago');
    stop();
  });

  it('UI-98 asks for a sign-in where nobody is known, then asks and joins with the token, and renews it before its end', async () => {
    let failure: Failure | null = { kind: 'signedOut' };
    const { clock, asked, link, links, now, session, renewals, renewAs, stop } = stand(() =>
      failure === null ? { device: agentDevice() } : { failure },
    );
    await clock.advanceAsync(1);
    expect(now()).toMatchObject({ asksSignIn: true, serial: '' });
    failure = null;
    session.give({ token: 'first', lifeMs: 100_000 });
    await clock.advanceAsync(1);
    expect([asked, link()?.token]).toEqual([[null, 'first'], 'first']);
    renewAs(null);
    await clock.advanceAsync(75_000, 1_000);
    expect([renewals(), link()?.token]).toEqual([1, 'first']);
    renewAs({ token: 'second', lifeMs: 100_000 });
    await clock.advanceAsync(5_000, 1_000);
    expect([renewals(), link()?.token, links.filter(({ isOpen }) => isOpen).length]).toEqual([
      2,
      'second',
      1,
    ]);
    link()?.listener.onLost({ kind: 'signedOut' });
    expect(now()).toMatchObject({ asksSignIn: true, serial: '', battery: '–' });
    await clock.advanceAsync(200_000, 5_000);
    expect(renewals()).toBe(2);
    stop();
  });

  it('UI-99 ignores what is no update, and shows one', async () => {
    const { clock, now, session, stop } = stand();
    await clock.advanceAsync(1);
    const update = { type: 'TELEMETRY_UPDATE', deviceId: 'SN-1', deviceStatus: 'offline', battery: 3 };
    for (const message of [null, 'x', { ...update, type: 'X' }, { ...update, battery: 300 }])
      session.post(message);
    expect(now()?.status).toBe('online');
    session.post(update);
    expect(now()).toMatchObject({ status: 'offline', battery: '3%, low' });
    stop();
  });
});

describe('asking by HTTP', () => {
  const signal = new AbortController().signal;
  const said =
    (status: number, body: unknown, headers: Record<string, string> = {}) =>
    async () =>
      new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
  const ask = (fetch: () => Promise<Response>) =>
    askDevice(fetch, { conversationId: 'c-1', token: null, signal });

  it.each([
    [said(200, agentDevice()), { device: agentDevice() }],
    [said(200, '<html>'), { failure: { kind: 'away' } }],
    [said(401, { code: 'unauthenticated' }), { failure: { kind: 'signedOut' } }],
    [said(403, { code: 'forbidden' }), { failure: { kind: 'refused', why: 'forbidden' } }],
    [said(404, { code: 'interaction.unknown' }), { failure: { kind: 'refused', why: 'unknown' } }],
    [said(404, { code: 'source.off' }), { failure: { kind: 'refused', why: 'off' } }],
    [said(503, ''), { failure: { kind: 'away' } }],
    [() => Promise.reject(new TypeError('no network')), { failure: { kind: 'away' } }],
  ])('UI-92 makes a value of every answer (%#)', async (fetch, expected) => {
    expect(await ask(fetch)).toEqual(expected);
  });

  it('UI-98 asks for a token, with the server’s own time', async () => {
    const date = new Date(AT).toUTCString();
    const token = (fetch: () => Promise<Response>) => askToken(fetch, { token: 'a', signal, now: () => AT });
    const given = { token: 'b', expiresAt: AT + 9_000 };
    expect(await token(said(200, given, { date }))).toEqual({ token: 'b', lifeMs: 9_000 });
    expect(await token(said(200, { token: 5 }))).toBeNull();
    expect(await token(said(401, {}))).toBe('signedOut');
    expect(await token(said(409, {}))).toBe('needless');
    expect(await token(said(503, {}))).toBeNull();
  });

  it('UI-98 shows its token as a bearer’s, and only where it has one', async () => {
    const fetch = vi.fn<(path: string, init: RequestInit) => Promise<Response>>(said(200, agentDevice()));
    await askDevice(fetch, { conversationId: 'c-1', token: 'abc', signal });
    await askDevice(fetch, { conversationId: 'c-1', token: null, signal });
    const headers = fetch.mock.calls.map(([, init]) => init.headers);
    expect(headers).toEqual([
      { accept: 'application/json', authorization: 'Bearer abc' },
      { accept: 'application/json' },
    ]);
  });
});

describe('the link', () => {
  class FakeSocket implements TextSocket {
    onmessage: TextSocket['onmessage'] = null;
    onclose: TextSocket['onclose'] = null;
    onerror: TextSocket['onerror'] = null;
    readonly sent: string[] = [];
    isClosed = false;
    send(text: string): void {
      this.sent.push(text);
    }
    close(): void {
      this.isClosed = true;
    }
    say(data: unknown): void {
      this.onmessage?.({ data });
    }
  }

  function opened() {
    const [clock, socket] = [new FakeClock(AT), new FakeSocket()];
    const heard: unknown[] = [];
    const leave = openDeviceLink({
      ...{ open: () => socket, auth: { token: 't', conversationId: 'c-1' }, clock },
      listener: {
        onJoined: () => heard.push('joined'),
        onDevice: (device) => heard.push(device),
        onHeard: () => {},
        onLost: (failure) => heard.push(failure),
      },
    });
    return { clock, socket, heard, leave };
  }

  it('UI-94 has the names of the contract', () => {
    expect([NAMESPACE, TELEMETRY]).toEqual([DEVICE_NAMESPACE, TELEMETRY_EVENT]);
  });

  it('UI-94 is over after the silence that the server’s pings allow, once, and says nothing after', () => {
    const { clock, socket, heard } = opened();
    socket.say('0{"pingInterval":2000,"pingTimeout":2500}');
    expect(socket.sent).toEqual(['40/device,{"token":"t","conversationId":"c-1"}']);
    socket.say('40/device,{}');
    clock.advance(4_000);
    socket.say('2');
    expect(socket.sent.at(-1)).toBe('3');
    clock.advance(4_400);
    expect(heard).toEqual(['joined']);
    clock.advance(100);
    expect(heard).toEqual(['joined', { kind: 'away' }]);
    socket.onclose?.();
    expect([heard.length, socket.isClosed, clock.pendingCount]).toEqual([2, true, 0]);
  });

  it('UI-94 waits 5 s to be let in', () => {
    const { clock, heard } = opened();
    clock.advance(5_000);
    expect(heard).toEqual([{ kind: 'away' }]);
  });

  it.each([
    ['unauthenticated', { kind: 'signedOut' }],
    ['revoked', { kind: 'signedOut' }],
    ['forbidden', { kind: 'refused', why: 'forbidden' }],
    ['interaction.unknown', { kind: 'refused', why: 'unknown' }],
    ['limit.messages', { kind: 'away' }],
  ])('UI-94 hears why it is refused: %s', (code, failure) => {
    const { socket, heard } = opened();
    socket.say(`42/device,["refusal",{"code":"${code}","message":"x"}]`);
    expect(heard).toEqual([failure]);
  });

  it('UI-94 leaves out what it cannot read, what is binary, and another conversation’s device', () => {
    const { socket, heard, leave } = opened();
    socket.say(new ArrayBuffer(3));
    socket.say('42/device,["telemetry",{"x":1}]');
    socket.say(`42/device,["telemetry",${JSON.stringify({ ...agentDevice(), interactionId: 'c-2' })}]`);
    expect(heard).toEqual([]);
    socket.say(`42/device,["telemetry",${JSON.stringify(agentDevice())}]`);
    expect(heard).toEqual([agentDevice()]);
    leave();
    expect([heard.length, socket.isClosed]).toEqual([1, true]);
  });

  it('UI-94 is understood by the real Socket.IO', async () => {
    const server = createServer();
    const io = new Server(server, { transports: ['websocket'], pingInterval: 50, pingTimeout: 40 });
    const auths: unknown[] = [];
    io.of(DEVICE_NAMESPACE).on('connection', (socket) => {
      auths.push(socket.handshake.auth);
      socket.emit(TELEMETRY_EVENT, agentDevice());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
    const clock = new FakeClock(AT);
    const events: string[] = [];
    let pings = 0;
    let onChange = () => {};
    const until = async (isSo: () => boolean) => {
      while (!isSo()) {
        await new Promise<void>((resolve) => {
          onChange = resolve;
        });
      }
    };
    const note = (event: string) => {
      events.push(event);
      onChange();
    };
    openDeviceLink({
      open: () =>
        new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`) as unknown as TextSocket, // The same methods.
      auth: { conversationId: 'c-1' },
      clock,
      listener: {
        onJoined: () => note('joined'),
        onDevice: ({ telemetry }) => note(`device ${telemetry.deviceId}`),
        onHeard: () => {
          pings += 1;
          onChange();
        },
        onLost: ({ kind }) => note(`lost ${kind}`),
      },
    });
    // More frames than the opening has: pings were answered, and the server stayed.
    await until(() => pings >= 6);
    expect([auths, events]).toEqual([[{ conversationId: 'c-1' }], ['joined', 'device SN-1']]);
    io.of(DEVICE_NAMESPACE).disconnectSockets(true);
    await until(() => events.length === 3);
    expect(events[2]).toBe('lost away');
    await io.close();
  });
});
