/** A simulator on a fake clock, and a bare client for it: HTTP by fetch, sockets that remember their frames. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { DEMO_CLIENT, type SimulatorOptions } from '../../../server/simulator/options';
import type { SimClient } from '../../../server/simulator/platform/tokens';
import { type RunningSimulator, startSimulator } from '../../../server/simulator/simulator';
import { parseCallRecords } from '../../../server/simulator/world/call-records';
import { FakeClock } from '../../support/fake-clock';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Each test says what it expects of it.
  readonly body: Record<string, unknown>;
  readonly text: string;
}
export interface Frame {
  readonly topicName: string;
  readonly eventBody: Record<string, unknown>;
}
export interface Channel {
  readonly id: string;
  readonly connectUri: string;
  readonly expires: string;
}

export interface SimStage {
  readonly clock: FakeClock;
  readonly simulator: RunningSimulator;
  login(client?: SimClient): Promise<string>;
  call(method: string, path: string, options?: { token?: string; body?: unknown }): Promise<Answer>;
  channel(token: string, topics?: readonly string[]): Promise<Channel>;
  connect(channel: Channel): Promise<Listener>;
  /** Moves the clock, with real I/O in between. */
  pass(ms: number, stepMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Listener {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  readonly raw: (string | Buffer)[];
  /** Frames whose topic ends like that. */
  of(suffix: string): Frame[];
  /** The close code; 1006 for an abrupt end. */
  closed(): Promise<number>;
}

export async function setSimStage(options: Partial<SimulatorOptions> = {}): Promise<SimStage> {
  const clock = new FakeClock();
  const simulator = await startSimulator({
    port: 0,
    clock,
    random: seededRandom(1),
    log: silentLog,
    world: { kind: 'made-up', queues: 3, seed: 1, warmUp: false, callsPerHour: 600 },
    ...options,
  });
  const listeners: WebSocket[] = [];
  async function call(
    method: string,
    path: string,
    more: { token?: string; body?: unknown } = {},
  ): Promise<Answer> {
    const body = typeof more.body === 'string' ? more.body : JSON.stringify(more.body);
    const response = await fetch(`${simulator.url}${path}`, {
      method,
      headers: more.token === undefined ? {} : { Authorization: `Bearer ${more.token}` },
      ...(more.body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text), text };
  }
  return {
    clock,
    simulator,
    call,
    async login(client = DEMO_CLIENT) {
      const response = await fetch(`${simulator.url}/oauth/token`, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
        body: 'grant_type=client_credentials',
      });
      return String(parsed(await response.text()).access_token);
    },
    async channel(token, topics = []) {
      const { body } = await call('POST', '/api/v2/notifications/channels', { token });
      const channel = body as unknown as Channel;
      const path = `/api/v2/notifications/channels/${channel.id}/subscriptions`;
      if (topics.length > 0) await call('PUT', path, { token, body: topics.map((id) => ({ id })) });
      return channel;
    },
    async connect(channel) {
      const socket = new WebSocket(channel.connectUri);
      listeners.push(socket);
      const listener = listen(socket);
      await once(socket, 'open');
      return listener;
    },
    pass: (ms, stepMs = 25) => clock.advanceAsync(ms, stepMs),
    async stop() {
      for (const socket of listeners) socket.terminate();
      await simulator.stop();
      await clock.advanceAsync(1);
    },
  };
}

/** A file's replay, held, with its queue ids by name. */
export async function setReplay(csv: string, speed: number, more: Partial<SimulatorOptions> = {}) {
  const records = parseCallRecords(csv);
  if (!records.ok) throw new Error(records.error.join('\n'));
  const stage = await setSimStage({
    world: { kind: 'replay', records: records.value, speed, autoStart: false },
    ...more,
  });
  const ids = new Map(stage.simulator.truth().queues.map((queue) => [queue.name, queue.id]));
  return { stage, id: (name: string) => ids.get(name) ?? '' };
}

function listen(socket: WebSocket): Listener {
  const frames: Frame[] = [];
  const raw: (string | Buffer)[] = [];
  let code: number | null = null;
  socket.on('close', (closeCode: number) => {
    code = closeCode;
  });
  socket.on('error', () => {});
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    raw.push(isBinary ? data : data.toString());
    const frame = parsed(data.toString());
    if (typeof frame.topicName === 'string') frames.push(frame as unknown as Frame);
  });
  return {
    socket,
    frames,
    raw,
    of: (suffix) => frames.filter((frame) => frame.topicName.endsWith(suffix)),
    async closed() {
      if (code === null) await once(socket, 'close');
      return code ?? 0;
    },
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
