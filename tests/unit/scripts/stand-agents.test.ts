import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { executeSchema, initiateSchema } from '../../../lib/contracts/diagnostics';
import { MadeUpAgents, startAgents, type Talk, talksIn } from '../../../scripts/stand-agents';
import { seededRandom } from '../../../server/runtime/random';
import { FakeClock } from '../../support/fake-clock';

const talk = (n: number): Talk => ({ interactionId: `i-${n}`, customerId: `c-${n}`, deviceId: `d-${n}` });
const talks = (count: number) => Array.from({ length: count }, (_, n) => talk(n));

describe('made-up agents', () => {
  it('SIM-80 begin, run commands, and end: each once, six at a time', () => {
    for (let seed = 0; seed < 50; seed++) {
      const agents = new MadeUpAgents(seededRandom(seed));
      const open = new Map<string, number>();
      const ended = new Set<string>();
      for (let now = 0; now < 300_000; now += 3_000) {
        const shown = talks(40).slice(0, now < 200_000 ? 40 : 3);
        for (const { path, body } of agents.next(shown, now)) {
          const id = String(body.interactionId ?? path.split('/')[0]);
          if (path === 'initiate') {
            expect(initiateSchema.parse(body).requestedCommands).toHaveLength(2);
            expect(open.has(id) || ended.has(id)).toBe(false);
            open.set(id, 0);
          } else if (path === 'execute') {
            expect(executeSchema.parse(body).command).toBe('channel_scan');
            open.set(id, (open.get(id) ?? 9) + 1);
            expect(open.get(id)).toBe(1);
          } else {
            expect(path).toBe(`${id}/end`);
            expect(open.delete(id)).toBe(true);
            ended.add(id);
          }
          expect(open.size).toBeLessThanOrEqual(6);
        }
      }
      expect(ended.size).toBeGreaterThan(3);
      expect(open.size).toBe(0);
    }
  });

  it('SIM-80 leave standing calls, unknown callers and lost devices alone', () => {
    const one = {
      ...{ conversationId: 'i', customerId: 'c', isStanding: false },
      devices: [
        { deviceId: 'off', online: false },
        { deviceId: 'on', online: true },
      ],
    };
    const others = [
      { ...one, isStanding: true },
      { ...one, customerId: null },
      { ...one, devices: [] },
    ];
    expect(talksIn({ conversations: [one, ...others] })).toEqual([
      { interactionId: 'i', customerId: 'c', deviceId: 'on' },
    ]);
    expect(talksIn('nonsense')).toEqual([]);
  });
});

describe('a demo’s made-up agents', () => {
  let server: Server;
  let answer: (request: IncomingMessage) => [number, unknown];
  const wishes: string[] = [];
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('SIM-80 go on when they are not answered, and stop when they are told', async () => {
    const listed = talks(40).map(({ interactionId, customerId, deviceId }) => ({
      ...{ conversationId: interactionId, customerId, isStanding: false },
      devices: [{ deviceId, online: true }],
    }));
    let looks = 0;
    answer = ({ url }) => {
      if (url === '/simulator/conversations') looks += 1;
      return looks === 1
        ? [500, 'no JSON']
        : [url === '/v1/diagnostics/initiate' ? 503 : 200, { conversations: listed }];
    };
    server = createServer((request, response) => {
      void text(request).then(() => {
        if (request.method === 'POST') wishes.push(`${request.headers.origin} ${request.url}`);
        const [status, body] = answer(request);
        response
          .writeHead(status, { connection: 'close' })
          .end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // Listening on TCP: an address of that kind.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clock = new FakeClock();
    const stop = startAgents({ url, simulatorUrl: url, clock, random: seededRandom(1) });
    const next = async (until: () => boolean) => {
      clock.advance(3_000);
      while (!until()) await new Promise((resolve) => setImmediate(resolve));
    };
    await next(() => looks === 1);
    // The look that failed must be over before the next one can begin.
    while (looks === 1) {
      clock.advance(3_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (wishes.length < 6) await new Promise((resolve) => setImmediate(resolve));
    expect(new Set(wishes)).toEqual(new Set([`${url} /v1/diagnostics/initiate`]));
    await stop();
    const asked = looks;
    clock.advance(60_000);
    expect(looks).toBe(asked);
  });
});
