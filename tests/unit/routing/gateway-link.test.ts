import { afterEach, describe, expect, it } from 'vitest';
import type { RoutingEvent } from '../../../lib/contracts/routing';
import { err, ok } from '../../../lib/result';
import { GatewayLink } from '../../../server/routing/gateway-link';
import type { GatewaySocketHandlers } from '../../../server/routing/gateway-socket';
import { failure } from '../../../server/runtime/errors';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';

const FRAME = JSON.stringify({
  ...{ queueId: 'q1', interactionId: 'i', eventType: 'answered', waitTime: 5, timestamp: 1_795_000_000_000 },
});

class Gateway {
  readonly clock = new FakeClock();
  readonly opened: string[] = [];
  readonly events: RoutingEvent[] = [];
  readonly dropped: (string | null)[] = [];
  pings = 0;
  tokenFails = false;
  handlers: GatewaySocketHandlers | null = null;
  readonly link = new GatewayLink({
    url: 'wss://gateway.example.com/events?v=1',
    tokens: {
      token: async () =>
        this.tokenFails
          ? err(failure('fatal', 'x', 'the client is refused', { retryAfterMs: 9_000 }))
          : ok('t&1'),
      invalidate: (token) => void this.dropped.push(token),
    },
    openSocket: (address, handlers) => {
      this.opened.push(address);
      this.handlers = handlers;
      return {
        ping: () => {
          this.pings += 1;
        },
        end: () => {
          if (this.handlers === handlers) this.handlers = null;
        },
      };
    },
    ...{ clock: this.clock, random: () => 1, log: silentLog },
    onEvent: (event) => void this.events.push(event),
    onStatus: () => undefined,
  });

  async start(): Promise<void> {
    this.link.start();
    await this.clock.advanceAsync(0);
  }

  async open(): Promise<void> {
    await this.start();
    this.handlers?.opened();
  }
}

let gateway: Gateway;
afterEach(() => {
  gateway.link.stop();
  expect(gateway.clock.pendingCount).toBe(0);
});

describe('the link to a gateway', () => {
  it('ROUTE-30 listens with a token in its address, and is live once it is open', async () => {
    gateway = new Gateway();
    await gateway.start();
    expect(gateway.opened).toEqual(['wss://gateway.example.com/events?v=1&access_token=t%261']);
    expect(gateway.link.status().state).toBe('connecting');
    gateway.handlers?.opened();
    expect(gateway.link.status()).toMatchObject({ state: 'live', message: null });
    for (const text of [FRAME, '{', FRAME, '{}']) gateway.handlers?.frame(text);
    gateway.handlers?.otherFrame();
    expect(gateway.events).toHaveLength(2);
    expect(gateway.link.counts()).toEqual({
      events: 2,
      rejected: { json: 1, event: 1, binary: 1, 'too-long': 0 },
    });
  });

  it.each([
    [1008, /scope of ROUTING_EVENTS_CLIENT_ID/, ['t&1']],
    [1002, /region of ROUTING_EVENTS_URL/, []],
    [1011, /\(1011\)/, []],
    [0, /^the gateway closed the connection$/, []],
  ])('ROUTE-31 says what a close by %i means', async (code, message, dropped) => {
    gateway = new Gateway();
    await gateway.open();
    gateway.handlers?.closed(code);
    expect(gateway.link.status()).toMatchObject({ state: 'down', message: expect.stringMatching(message) });
    expect(gateway.dropped).toEqual(dropped);
  });

  it('ROUTE-32 comes back after 2, 4, … 60 seconds at most, and from the start once it held for a while', async () => {
    gateway = new Gateway();
    await gateway.start();
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const before = gateway.opened.length;
      gateway.handlers?.refused(503);
      let waited = 0;
      while (gateway.opened.length === before) {
        await gateway.clock.advanceAsync(1_000);
        waited += 1;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
    gateway.handlers?.opened();
    for (let second = 0; second < 35; second += 5) {
      await gateway.clock.advanceAsync(5_000);
      gateway.handlers?.alive();
    }
    gateway.handlers?.closed(0);
    const before = gateway.opened.length;
    await gateway.clock.advanceAsync(2_000);
    expect(gateway.opened.length).toBe(before + 1);
  });

  it('ROUTE-33 asks who says nothing, and takes him for lost after 40 seconds', async () => {
    gateway = new Gateway();
    await gateway.open();
    await gateway.clock.advanceAsync(39_000, 1_000);
    expect([gateway.pings, gateway.link.status().state]).toEqual([2, 'live']);
    gateway.handlers?.alive();
    await gateway.clock.advanceAsync(39_000, 1_000);
    expect(gateway.link.status().state).toBe('live');
    await gateway.clock.advanceAsync(20_000, 1_000);
    expect(gateway.link.status()).toMatchObject({ state: 'down', message: 'the gateway fell silent' });
  });

  it('ROUTE-32 waits as long as the login service asks, and says why', async () => {
    gateway = new Gateway();
    gateway.tokenFails = true;
    await gateway.start();
    expect(gateway.link.status()).toMatchObject({ state: 'down', message: 'the client is refused' });
    gateway.tokenFails = false;
    await gateway.clock.advanceAsync(8_999);
    expect(gateway.opened).toEqual([]);
    await gateway.clock.advanceAsync(1);
    expect(gateway.opened).toHaveLength(1);
  });

  it('ROUTE-30 hears nothing of a socket that it has left', async () => {
    gateway = new Gateway();
    await gateway.open();
    const { handlers } = gateway;
    handlers?.closed(0);
    handlers?.frame(FRAME);
    handlers?.closed(1008);
    expect([gateway.events, gateway.dropped]).toEqual([[], []]);
  });
});
