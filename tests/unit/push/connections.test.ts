import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Connections, type EngineSocket } from '../../../server/push/connections';
import { FakeClock } from '../../support/fake-clock';

/** A connection as far as it is looked at: its engine, and below it its TCP socket. */
class FakeConnection {
  readonly tcp = Object.assign(new EventEmitter(), { destroyed: false, destroy: () => this.end() });
  readonly request = { socket: this.tcp } as unknown as IncomingMessage; // Only its socket is used.
  readonly engine: EngineSocket;

  constructor() {
    const close = () => this.engine.emit('close');
    // Only these fields and the events are used.
    this.engine = Object.assign(new EventEmitter(), {
      request: this.request,
      close,
    }) as unknown as EngineSocket;
  }

  end(): void {
    if (this.tcp.destroyed) return;
    this.tcp.destroyed = true;
    this.tcp.emit('close');
  }
}

function open(addressOf: () => string = () => 'here') {
  const clock = new FakeClock();
  return { clock, connections: new Connections(clock, addressOf) };
}

const NONE = { connections: 0, perAddress: 0, waiting: 0, waitingPerAddress: 0 };

describe('the connections', () => {
  it('SEC-38 are counted until they are gone, those with a seat as waiting no more', () => {
    const { connections } = open();
    const [one, two] = [new FakeConnection(), new FakeConnection()];
    for (const { engine } of [one, two]) connections.add(engine);
    connections.seated(one.engine);
    connections.seated(one.engine);
    expect(connections.loadFor(one.request)).toEqual({
      connections: 2,
      perAddress: 2,
      waiting: 1,
      waitingPerAddress: 1,
    });
    one.end();
    connections.seated(one.engine);
    two.end();
    expect(connections.loadFor(one.request)).toEqual(NONE);
  });

  it('SEC-38 are not counted where they were gone before they came', () => {
    const { connections } = open();
    const connection = new FakeConnection();
    connection.end();
    connections.add(connection.engine);
    expect(connections.loadFor(connection.request)).toEqual(NONE);
  });

  it('SEC-81 are counted by the network of 64 bits, whatever address of it is another each time', () => {
    let turn = 0;
    const { connections } = open(() => `2001:db8:7:7::${(++turn).toString(16)}`);
    const all = Array.from({ length: 5 }, () => new FakeConnection());
    for (const { engine } of all) connections.add(engine);
    for (const { engine } of all.slice(0, 2)) connections.seated(engine);
    const [some] = all;
    if (some === undefined) throw new Error('there are five');
    expect(connections.loadFor(some.request)).toMatchObject({ perAddress: 5, waitingPerAddress: 3 });
    expect(connections.addressOf(some.request)).toMatch(/^2001:db8:7:7::/);
    for (const connection of all) connection.end();
    expect(connections.loadFor(some.request)).toEqual(NONE);
  });

  it('PUSH-19 are destroyed a second after they were told to go, once, and leave no timer', async () => {
    const { clock, connections } = open();
    const connection = new FakeConnection();
    connections.add(connection.engine);
    connections.ending(connection.engine);
    connection.engine.emit('close');
    expect(clock.pendingCount).toBe(1);
    clock.advance(999);
    expect(connection.tcp.destroyed).toBe(false);
    const gone = connections.closeAll();
    clock.advance(1);
    expect(connection.tcp.destroyed).toBe(true);
    await gone;
    expect(clock.pendingCount).toBe(0);
  });

  it('PUSH-19 leave no timer where the socket goes before its engine notices', () => {
    const { clock, connections } = open();
    const connection = new FakeConnection();
    connections.add(connection.engine);
    connection.end();
    connection.engine.emit('close');
    expect(clock.pendingCount).toBe(0);
  });
});
