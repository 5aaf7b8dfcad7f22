/** A simulator with devices on a fake clock, a client of its device cloud, and links to its appliances. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { DEVICE_CLIENT, type DeviceOptions } from '../../../server/simulator/options';
import { type Answer, type SimStage, setSimStage } from '../../unit/simulator/sim-stage';

export interface Heard {
  readonly type?: string;
  readonly id?: string;
  readonly [key: string]: unknown;
}

export interface Link {
  readonly socket: WebSocket;
  /** All frames, as text; binary ones as `<binary>`. */
  readonly raw: string[];
  /** Frames that are JSON, of one type or of all but heartbeats and metrics. */
  of(type?: string): readonly Heard[];
  command(id: string, command: string, params?: object): void;
  ask(id: string): void;
  readonly isOpen: boolean;
}

export interface ApplianceStage extends SimStage {
  token(client?: { id: string; secret: string }): Promise<Answer>;
  cloud(path: string, token?: string): Promise<Answer>;
  inject(fault: object): Promise<Answer>;
  control(path: string): Promise<Record<string, unknown>>;
  link(deviceId: string, token?: string): Promise<Link>;
  /** The status of a handshake that is refused. */
  refused(deviceId: string, token?: string): Promise<number | undefined>;
  /** Moves the clock until it is so. */
  until(holds: () => boolean, stepMs?: number): Promise<void>;
}

export async function setApplianceStage(devices: Partial<DeviceOptions> = {}): Promise<ApplianceStage> {
  const stage = await setSimStage({
    world: { kind: 'made-up', queues: 12, seed: 1, warmUp: false, callsPerHour: 300 },
    devices: { port: 0, devices: 60, ownFaults: false, ...devices },
  });
  const sockets: WebSocket[] = [];
  let shared: string | null = null;

  async function token(client = DEVICE_CLIENT): Promise<Answer> {
    const response = await fetch(`${stage.simulator.url}/cloud/oauth/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
      body: 'grant_type=client_credentials',
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }
  async function bearer(): Promise<string> {
    shared ??= String((await token()).body.access_token);
    return shared;
  }
  async function dial(deviceId: string, given: string | undefined): Promise<WebSocket> {
    const url = `${stage.simulator.url.replace('http', 'ws')}/appliances/${encodeURIComponent(deviceId)}`;
    const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${given ?? (await bearer())}` } });
    sockets.push(socket);
    socket.on('error', () => {});
    return socket;
  }
  async function until(holds: () => boolean, stepMs = 20): Promise<void> {
    for (let round = 0; !holds(); round += 1) {
      if (round > 3_000) throw new Error('never');
      await stage.pass(stepMs, stepMs);
      for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
  return {
    ...stage,
    token,
    until,
    cloud: async (path, given) => stage.call('GET', `/cloud${path}`, { token: given ?? (await bearer()) }),
    inject: (body) => stage.call('POST', '/simulator/faults', { body }),
    control: async (path) => (await stage.call('GET', `/simulator/${path}`)).body,
    async link(deviceId, given) {
      const socket = await dial(deviceId, given);
      const link = listen(socket);
      await once(socket, 'open');
      return link;
    },
    async refused(deviceId, given) {
      const socket = await dial(deviceId, given);
      const [, response] = await once(socket, 'unexpected-response');
      response.resume();
      return response.statusCode;
    },
    async stop() {
      for (const socket of sockets) socket.terminate();
      await stage.stop();
    },
  };
}

function listen(socket: WebSocket): Link {
  const raw: string[] = [];
  socket.on('message', (data: Buffer, isBinary: boolean) =>
    raw.push(isBinary ? '<binary>' : data.toString()),
  );
  const send = (body: object) => socket.send(JSON.stringify(body));
  return {
    socket,
    raw,
    of(type) {
      const all = raw.flatMap(parsed);
      return all.filter((one) =>
        type === undefined ? one.type !== 'heartbeat' && one.type !== 'metrics' : one.type === type,
      );
    },
    command: (id, command, params = {}) => send({ type: 'command', id, command, params }),
    ask: (id) => send({ type: 'ask', id }),
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
  };
}

function parsed(text: string): Heard[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
