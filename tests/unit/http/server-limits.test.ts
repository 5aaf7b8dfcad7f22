import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { addressList } from '../../../server/http/client-address';
import { countConnections, createLimitedServer } from '../../../server/http/server-limits';

class FakeSocket extends EventEmitter {
  destroyed = false;
  constructor(readonly remoteAddress: string) {
    super();
  }
  destroy(): this {
    this.destroyed = true;
    this.emit('close');
    return this;
  }
}

/** How many of `count` sockets from there stay open. */
function opened(admit: (socket: FakeSocket) => void, address: string, count: number): FakeSocket[] {
  const sockets = Array.from({ length: count }, () => new FakeSocket(address));
  for (const socket of sockets) admit(socket);
  return sockets.filter((socket) => !socket.destroyed);
}

describe('countConnections', () => {
  const limited = () => {
    const admit = countConnections(3, addressList(['10.0.0.5']));
    // Of a socket it uses the three members that the fake has.
    return admit as unknown as (socket: FakeSocket) => void;
  };

  it('SEC-14 one address has a bounded number of connections, and gets room again as they close', () => {
    const admit = limited();
    const [first] = opened(admit, '198.51.100.1', 5);
    expect(opened(admit, '198.51.100.1', 1)).toHaveLength(0);
    expect(opened(admit, '::ffff:198.51.100.1', 1)).toHaveLength(0);
    expect(opened(admit, '198.51.100.2', 5)).toHaveLength(3);
    first?.destroy();
    expect(opened(admit, '198.51.100.1', 5)).toHaveLength(1);
  });

  it('SEC-14 a network of IPv6 addresses is one client', () => {
    const admit = limited();
    const addresses = Array.from({ length: 9 }, (_, i) => `2001:db8::${i + 1}`);
    expect(addresses.flatMap((address) => opened(admit, address, 1))).toHaveLength(3);
  });

  it('SEC-14 proxies that are trusted are not counted', () => {
    expect(opened(limited(), '10.0.0.5', 50)).toHaveLength(50);
  });
});

describe('createLimitedServer', () => {
  it('SEC-84 looks each second for those whose time is over: headers have 10 s, a request 30 s, not a look more', () => {
    const server = createLimitedServer();
    // Node keeps the option there; its typings leave it out.
    const { connectionsCheckingInterval } = server as unknown as { connectionsCheckingInterval: number };
    const { headersTimeout, requestTimeout, keepAliveTimeout } = server;
    expect({ connectionsCheckingInterval, headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
      connectionsCheckingInterval: 1_000,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 10_000,
    });
  });
});
