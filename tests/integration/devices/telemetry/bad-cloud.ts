/** A device cloud, its tokens and its customers on a real server, which behave as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCustomerDirectory } from '../../../../server/devices/customers';
import { createCloudTokens } from '../../../../server/devices/telemetry/cloud-tokens';
import { createTelemetryDesk } from '../../../../server/devices/telemetry/telemetry-desk';
import { createHttpClient } from '../../../../server/runtime/http-client';
import { createLog } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { FakeClock } from '../../../support/fake-clock';

export type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

export const SECRET = 'cl1ent-s3cret+of/the=cloud';
export const TOKEN = 'T0ken-of/the+Cloud=';
export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
export const ONLINE = json({ status: 'online', battery_level: 80, firmware_version: '4.2' });
/** Takes the request and says nothing. */
export const hang: Answer = () => {};

export interface Behaviour {
  readonly token?: Answer;
  readonly status?: Answer;
  readonly customers?: Answer;
}

const SECRETS = { clientId: 'the-client', clientSecret: SECRET };

export async function openBadCloud(behaviour: Behaviour, onClose: (close: () => Promise<unknown>) => void) {
  const asked: { readonly path: string; readonly authorization: string | undefined }[] = [];
  const arrivals: (() => void)[] = [];
  const counts = new Map<string, number>();
  const token: Answer = (_, response, nth) =>
    json({ access_token: `${TOKEN}${nth}`, expires_in: 600 })(_, response, nth);
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, authorization: request.headers.authorization });
    const [kind, answer] = path.startsWith('/token')
      ? (['token', behaviour.token ?? token] as const)
      : path.startsWith('/crm/')
        ? (['customers', behaviour.customers ?? json({ customers: [] })] as const)
        : (['status', behaviour.status ?? ONLINE] as const);
    const nth = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, nth);
    request.resume();
    answer(request, response, nth);
    for (const arrived of arrivals.splice(0)) arrived();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const url = `http://127.0.0.1:${port}`;
  const clock = new FakeClock();
  const http = createHttpClient(clock);
  onClose(() => new Promise((resolve) => server.close(resolve)));
  onClose(async () => server.closeAllConnections());
  onClose(() => http.close());
  const lines: string[] = [];
  const metrics = createMetrics();
  const { signal } = new AbortController();
  const client = { ...SECRETS, tokenUrl: `${url}/token` };
  const tokens = createCloudTokens({ client, http: http.http, clock, signal });
  // Nothing of it is told to the log: what must not stand there must not come there.
  const log = createLog('debug', (line) => lines.push(line));
  const ground = { tokens, http: http.http, clock, log, signal, metrics };
  const customers = createCustomerDirectory({ ...ground, url: `${url}/crm` });
  const apiUrl = `${url}/api`;
  const desk = createTelemetryDesk({ ...ground, apiUrl, customers, interactions: null, random: () => 0.5 });
  onClose(async () => desk.stop());
  const arrival = () => new Promise<void>((resolve) => arrivals.push(resolve));
  const paths = () => asked.map(({ path }) => path);
  return { desk, clock, asked, paths, arrival, lines, metrics, url };
}
