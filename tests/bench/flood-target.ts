/** Where the flood's alerts are handed on to: it answers 503 and 429 for a while, then takes all, and keeps the books. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FloodTarget {
  readonly url: string;
  /** Ids of the alerts that it has taken, in order, repeats too. */
  readonly taken: readonly string[];
  readonly refusals: number;
  /** The time of its refusals begins now. */
  begin(): void;
  /** The most tries that came in any span of so long, ms. */
  mostWithin(ms: number): number;
  stop(): Promise<void>;
}

export async function startFloodTarget(refusesMs: number): Promise<FloodTarget> {
  const taken: string[] = [];
  const attemptedAt: number[] = [];
  let refusals = 0;
  let refusesUntil = Number.POSITIVE_INFINITY;
  const server = createServer(async (request, response) => {
    attemptedAt.push(performance.now());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (performance.now() < refusesUntil) {
      refusals += 1;
      if (refusals % 2 === 0) response.writeHead(503).end();
      else response.writeHead(429, { 'retry-after': '1' }).end();
      return;
    }
    const { alertId } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { alertId: string };
    taken.push(alertId);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"invocationId":"1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/events`,
    taken,
    get refusals() {
      return refusals;
    },
    begin() {
      refusesUntil = performance.now() + refusesMs;
    },
    mostWithin(ms) {
      let [most, first] = [0, 0];
      for (const [last, at] of attemptedAt.entries()) {
        while ((attemptedAt[first] ?? at) <= at - ms) first += 1;
        most = Math.max(most, last - first + 1);
      }
      return most;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
