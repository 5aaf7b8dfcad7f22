/**
 * What stands outside a site, with books of its own: tokens and customers of a device cloud, the webhook that alerts are
 * handed on to, and one that is told of alarms.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AlarmCall {
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export class OutsideStand {
  readonly url: string;
  /** Each time that an alert was handed on, by its id. */
  readonly handedOn: string[] = [];
  readonly alarmCalls: AlarmCall[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    // Of a server that listens on TCP.
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<OutsideStand> {
    const server = createServer((request, response) => void stand.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const stand = new OutsideStand(server);
    return stand;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const text = await bodyOf(request);
    if (text === null) return;
    if (pathname === '/token') return say(response, { access_token: 'token', expires_in: 3_600 });
    if (pathname === '/customers') {
      const deviceId = searchParams.get('device_id') ?? 'device-1';
      const customer = { customer_id: 'customer-1', account: null, devices: [{ device_id: deviceId }] };
      return say(response, { customers: [customer] });
    }
    const body = JSON.parse(text || '{}') as Record<string, unknown>;
    if (pathname === '/events') this.handedOn.push(String(body.alertId));
    if (pathname === '/alarms')
      this.alarmCalls.push({ id: String(request.headers['x-floorcast-call']), body });
    say(response, {});
  }
}

/** `null`: whoever sent it is gone. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch {
    return null;
  }
}

function say(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
