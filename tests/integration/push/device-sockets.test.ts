/** The namespaces of devices on real sockets: who is served, what he gets, and how it ends. */
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { agentDeviceSchema } from '../../../lib/contracts/device';
import { liveEventSchema } from '../../../lib/contracts/diagnostics';
import { refusalSchema } from '../../../lib/contracts/push';
import type { Principal } from '../../../server/access/principal';
import { ACCESS_GRID, CALLERS, principalOf } from '../../support/access-grid';
import { FakeClock } from '../../support/fake-clock';
import { FakeDiagnosticsDesk, FakeTelemetryDesk, sessionOf } from '../../support/fake-device-desks';
import { FakeGate, MACHINE, PERSON } from '../../support/fake-gate';
import { NotedAudit } from '../../support/noted-audit';
import { ORIGIN, openStand, type StandOptions } from './push-stand';

const AGENT = PERSON(['agent'], 'p2');
const AS_AGENT = { cookie: 'who=agent' };
const DEVICE = { conversationId: 'i-1' };
const SESSION = { interactionId: 'i-1' };

const closings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function open(options: StandOptions = {}, { sessions = true } = {}) {
  const clock = new FakeClock();
  const gate = new FakeGate();
  const audit = new NotedAudit();
  const telemetry = new FakeTelemetryDesk();
  const desk = new FakeDiagnosticsDesk();
  gate.know(AS_AGENT.cookie, AGENT);
  const platformIdentity = async (principal: Principal) => {
    const isAgent = principal.kind === 'person' && principal.personId === 'p2';
    return { genesysUserId: isAgent ? 'user-1' : null, email: null };
  };
  const devices = { telemetry, diagnostics: sessions ? desk : null, platformIdentity };
  const stand = await openStand({ clock, gate, audit, devices, ...options });
  closings.push(stand.close);
  const join = (
    namespace: '/device' | '/diagnostics',
    auth: object = namespace === '/device' ? DEVICE : SESSION,
    headers: Record<string, string> = AS_AGENT,
    origin = ORIGIN,
  ) => {
    const client = new TestClient(stand.url + namespace, auth, { ...headers, origin });
    closings.push(() => client.close());
    return client;
  };
  return { ...stand, clock, gate, audit, telemetry, desk, join };
}

type Frame = readonly [event: string, payload?: unknown];

/** Keeps what it got, checked by its contract. */
class TestClient {
  readonly socket: Socket;
  readonly #frames: Frame[] = [];
  #wake = () => {};

  constructor(url: string, auth: object, extraHeaders: Record<string, string>) {
    const way = { transports: ['websocket'], reconnection: false, forceNew: true };
    this.socket = io(url, { ...way, auth, extraHeaders });
    this.socket.on('telemetry', (raw) => this.#took(['telemetry', agentDeviceSchema.strict().parse(raw)]));
    this.socket.on('live', (raw) => this.#took(['live', liveEventSchema.parse(raw)]));
    this.socket.on('refusal', (raw) => this.#took(['refusal', refusalSchema.parse(raw).code]));
    this.socket.on('disconnect', () => this.#took(['disconnect']));
    this.socket.on('connect_error', () => this.#took(['error']));
  }

  async next(): Promise<Frame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  get waiting(): number {
    return this.#frames.length;
  }

  close(): void {
    this.socket.disconnect();
  }

  #took(frame: Frame): void {
    this.#frames.push(frame);
    this.#wake();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the namespace /device', () => {
  it('PUSH-30 sends the device on joining, and whenever it is another', async () => {
    const { join, telemetry } = await open();
    const widget = join('/device');
    expect(await widget.next()).toMatchObject(['telemetry', { interactionId: 'i-1' }]);
    expect(telemetry.asked).toMatchObject([{ interactionId: 'i-1', reach: 'own', genesysUserId: 'user-1' }]);
    telemetry.change('i-1', { deviceStatus: 'offline', battery: null });
    const frame = await widget.next();
    expect(frame).toMatchObject(['telemetry', { telemetry: { deviceStatus: 'offline', battery: null } }]);
  });

  it('PUSH-30 watches a device for as long as somebody looks at it', async () => {
    const { join, telemetry, connections } = await open();
    const [one, other] = [join('/device'), join('/device')];
    await one.next();
    await other.next();
    expect(telemetry.watchers).toBe(2);
    one.close();
    await until(() => telemetry.watchers === 1);
    other.socket.io.engine.close();
    await until(() => telemetry.watchers === 0 && connections.size === 0);
  });

  it('PUSH-34 tells one that does not read the newest when it reads again, and nothing piles up', async () => {
    const { join, telemetry, clock, connections } = await open();
    const widget = join('/device');
    await widget.next();
    const [tcp] = connections;
    // As if the network took nothing: what the server writes stays with it.
    tcp?.cork();
    for (let battery = 1; battery <= 50; battery += 1) telemetry.change('i-1', { battery });
    tcp?.uncork();
    clock.advance(250);
    const seen: unknown[] = [];
    for (;;) {
      const [, payload] = await widget.next();
      seen.push(payload);
      if (agentDeviceSchema.parse(payload).telemetry.battery === 50) break;
      clock.advance(250);
    }
    expect(seen.length).toBeLessThanOrEqual(2);
  });
});

describe('the namespace /diagnostics', () => {
  it('PUSH-31 gives the live view as the stream does', async () => {
    const { join, desk } = await open();
    const page = join('/diagnostics');
    expect(await page.next()).toMatchObject(['live', { kind: 'session', seq: 1, mayRun: ['ping_latency'] }]);
    desk.tell('i-1', { kind: 'samples', at: 5, values: { errors: 0 } });
    expect(await page.next()).toMatchObject(['live', { kind: 'samples', seq: 2 }]);
    desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { state: 'ERROR' }) });
    expect(await page.next()).toMatchObject(['live', { kind: 'session', session: { state: 'ERROR' } }]);
    page.close();
    await until(() => desk.watchers === 0);
  });

  it('PUSH-31 shows what may be run by the roles of the moment', async () => {
    const { join, gate } = await open();
    const page = join('/diagnostics');
    await page.next();
    gate.change(AGENT, PERSON(['agent', 'senior_tech'], 'p2'));
    const frame = await page.next();
    expect(frame).toMatchObject(['live', { kind: 'session', mayRun: ['ping_latency', 'reboot_module'] }]);
  });

  it('PUSH-34 leaves samples out for one that does not read, and gives it the newest session', async () => {
    const { join, desk, clock } = await open();
    const page = join('/diagnostics');
    await page.next();
    for (let at = 0; at < 500; at += 1) {
      desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { since: at }) });
    }
    const seen: unknown[] = [];
    for (;;) {
      const [, payload] = await page.next();
      seen.push(payload);
      const event = liveEventSchema.parse(payload);
      if (event.kind === 'session' && event.session.since === 499) break;
      clock.advance(100);
    }
    expect(seen.length).toBeLessThanOrEqual(10);
  });

  it('PUSH-32 without a link to appliances there is no session', async () => {
    const { join } = await open({}, { sessions: false });
    expect(await join('/diagnostics').next()).toEqual(['refusal', 'interaction.unknown']);
  });
});

describe.each(['/device', '/diagnostics'] as const)('who comes by %s', (namespace) => {
  const target = namespace === '/device' ? 'socket device' : 'socket diagnostics';

  it.each([...CALLERS])('PUSH-32 is served as the table says, being %s', async (caller) => {
    const { join, gate, audit, telemetry, desk } = await open();
    if (caller !== 'anonymous') gate.know('who=caller', principalOf(caller));
    for (const one of [telemetry, desk]) one.ownerOf.set('i-1', 'somebody else');
    const headers: Record<string, string> = caller === 'anonymous' ? {} : { cookie: 'who=caller' };
    const client = join(namespace, undefined, headers);
    const expected = ACCESS_GRID.get(target)?.get(caller);
    const [event, code] = await client.next();
    if (expected === 'allowed') expect(event).not.toBe('refusal');
    // His own conversations, and this one is another's.
    else if (expected === 'own') expect([event, code]).toEqual(['refusal', 'interaction.unknown']);
    else {
      expect([event, code]).toEqual(['refusal', expected]);
      expect(audit.refusals).toMatchObject([{ action: 'access.refused', outcome: 'refused' }]);
      expect(audit.refusals[0]?.details).toEqual(
        new Map([
          ['target', target],
          ['interaction', 'i-1'],
          ['code', expected],
        ]),
      );
    }
  });

  it.each([{}, { conversationId: 'a b', interactionId: 'a b' }, { conversationId: 1, interactionId: {} }])(
    'PUSH-32 with the handshake %j is turned away, and nobody is asked',
    async (auth) => {
      const { join, gate, telemetry, desk } = await open();
      const client = join(namespace, auth);
      expect(await client.next()).toEqual(['refusal', 'handshake.invalid']);
      expect(await client.next()).toEqual(['disconnect']);
      expect([gate.presented, telemetry.asked, desk.reads]).toEqual([null, [], 0]);
    },
  );

  it('PUSH-32 for a conversation that is none is told so and closed', async () => {
    const { join, connections } = await open();
    const client = join(namespace, { conversationId: 'i-9', interactionId: 'i-9' });
    expect(await client.next()).toEqual(['refusal', 'interaction.unknown']);
    expect(await client.next()).toEqual(['disconnect']);
    await until(() => connections.size === 0);
  });

  it('PUSH-32 from a foreign origin does not come in, and is silent once in', async () => {
    const { join, metrics, telemetry, desk } = await open();
    expect(await join(namespace, undefined, AS_AGENT, 'https://evil.test').next()).toEqual(['error']);
    const client = join(namespace);
    await client.next();
    client.socket.emit('execute', { command: 'reboot_module' });
    expect(await client.next()).toEqual(['disconnect']);
    expect(await metrics.expose()).toContain('floorcast_push_refused_total{reason="event"} 1');
    await until(() => telemetry.watchers + desk.watchers === 0);
  });

  it('PUSH-33 by a token is served as its person, and by no cookie beside it', async () => {
    const { join, gate } = await open();
    gate.know('Bearer widget', { ...AGENT, tokenExpiresAt: 1e15 });
    const auth = { ...DEVICE, ...SESSION, token: 'widget' };
    expect((await join(namespace, auth, {}).next())[0]).not.toBe('refusal');
    expect(await join(namespace, { ...auth, token: 'nobody' }).next()).toEqual([
      'refusal',
      'unauthenticated',
    ]);
  });

  it('PUSH-35 who guesses tokens is told to stop once there were too many', async () => {
    const { join } = await open({ mayFail: () => false });
    const auth = { ...DEVICE, ...SESSION, token: 'guess' };
    expect(await join(namespace, auth, {}).next()).toEqual(['refusal', 'limit.messages']);
  });

  it.each([
    ['signed out', null, 'unauthenticated'],
    ['no agent any more', PERSON([], 'p2'), 'forbidden'],
  ] as const)('PUSH-33 gets nothing more from the moment that he is %s', async (_, standing, code) => {
    const { join, gate, telemetry, desk } = await open();
    const client = join(namespace);
    await client.next();
    gate.change(AGENT, standing);
    expect(await client.next()).toEqual(['refusal', code]);
    expect(await client.next()).toEqual(['disconnect']);
    expect(telemetry.watchers + desk.watchers).toBe(0);
  });

  it('PUSH-33 is asked about again within 5 s by itself, where nobody tells', async () => {
    const { join, gate, clock } = await open();
    const client = join(namespace);
    await client.next();
    gate.change(AGENT, null, false);
    for (let step = 0; step < 49; step += 1) {
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.next()).toEqual(['refusal', 'unauthenticated']);
  });

  it('PUSH-33 is not served on an answer that a change has overtaken', async () => {
    const { join, gate, telemetry, desk } = await open();
    let release = () => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const one of [telemetry, desk]) one.hold = hold;
    const client = join(namespace);
    await until(() => telemetry.asked.length + desk.reads > 0);
    gate.change(AGENT, null);
    expect(await client.next()).toEqual(['refusal', 'unauthenticated']);
    release();
    expect(await client.next()).toEqual(['disconnect']);
    await new Promise((resolve) => setImmediate(resolve));
    expect([telemetry.watchers + desk.watchers, client.waiting]).toEqual([0, 0]);
  });

  it('PUSH-33 whose reach is another is asked whether it is still his', async () => {
    const { join, gate, telemetry, desk } = await open();
    const supervisor = PERSON(['supervisor'], 'p3');
    gate.know('who=supervisor', supervisor);
    const client = join(namespace, undefined, { cookie: 'who=supervisor' });
    await client.next();
    gate.change(supervisor, PERSON(['agent'], 'p3'));
    const [event, payload] = await client.next();
    if (namespace === '/device') expect([event, payload]).toEqual(['refusal', 'interaction.unknown']);
    else expect([event, payload]).toMatchObject(['live', { kind: 'end', code: 'gone' }]);
    expect(await client.next()).toEqual(['disconnect']);
    expect(telemetry.watchers + desk.watchers).toBe(0);
  });

  it('PUSH-35 whose desk fails is closed to come again', async () => {
    const { join, telemetry, desk, metrics } = await open();
    const fault = Promise.reject(new Error('a fault'));
    // Only one of the two is asked.
    fault.catch(() => {});
    for (const one of [telemetry, desk]) one.hold = fault;
    expect(await join(namespace).next()).toEqual(['disconnect']);
    expect(await metrics.expose()).toContain('floorcast_push_refused_total{reason="unknown"} 1');
  });

  it('PUSH-35 says too much and is closed; stopping closes all, and leaves nothing', async () => {
    const { join, push, clock, gate, telemetry, desk } = await open();
    const client = join(namespace);
    await client.next();
    for (let n = 0; n < 40; n += 1) {
      (client.socket.io.engine as { send(text: string): void }).send(`2${namespace},["x"]`);
    }
    expect((await client.next())[0]).toMatch(/refusal|disconnect/);
    const other = join(namespace);
    await other.next();
    clock.advance(2_000);
    await push.stop();
    expect([clock.pendingCount, gate.listenersCount, telemetry.watchers, desk.watchers]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('PUSH-32 joins once a connection and namespace', async () => {
    const { join, gate } = await open();
    gate.know('Bearer m', MACHINE(['diagnostics:run']));
    const client = join(namespace);
    await client.next();
    const auth = JSON.stringify({ ...DEVICE, ...SESSION });
    (client.socket.io.engine as { send(text: string): void }).send(`40${namespace},${auth}`);
    expect(await client.next()).toEqual(['disconnect']);
  });
});
