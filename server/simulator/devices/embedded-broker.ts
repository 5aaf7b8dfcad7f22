/**
 * The broker inside the simulator: MQTT 3.1.1 on a loopback port of its own, anyone may publish and subscribe, nothing
 * outlives the process. What the fleet says goes through it one message after the other, in order. Its package is one
 * for development only, and is loaded when a broker is asked for.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Aedes } from 'aedes';

export interface BrokerPublication {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly retain: boolean;
}

export interface EmbeddedBroker {
  readonly port: number;
  /** In order, QoS 1. `taken` runs once the broker has it. */
  publish(publication: BrokerPublication, taken: () => void): void;
  /** What has not been handed to it yet. */
  readonly waitingCount: number;
  /** Ends every connection, as a broken line does; how many. */
  cut(): number;
  stop(): Promise<void>;
}

/** Beyond it, with a subscriber who does not read, messages are lost: they are never said to be taken. */
const MAX_WAITING = 50_000;

/** Rejects where the port is taken, or the package is not installed. */
export async function startBroker(
  where: { readonly host: string; readonly port: number; readonly keptFor?: string | undefined },
  /** Somebody has subscribed to devices' alerts. */
  subscribed: () => void,
): Promise<EmbeddedBroker> {
  const broker = await (await loadAedes()).createBroker();
  if (where.keptFor !== undefined) await knowSession(broker, where.keptFor);
  broker.on('subscribe', (subscriptions) => {
    if (subscriptions.some(({ topic }) => /(^|\/)(alerts|#)$/.test(topic))) subscribed();
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  const port = await listen(server, where);
  const line = createLine(broker);
  return {
    port,
    publish: line.publish,
    get waitingCount() {
      return line.count();
    },
    cut() {
      const count = sockets.size;
      for (const socket of sockets) socket.destroy();
      return count;
    },
    async stop() {
      line.waiting.length = 0;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  };
}

/** As if this client had been there before, and was away: it finds its session. */
async function knowSession(broker: Aedes, clientId: string): Promise<void> {
  // The types of aedes say nothing of what it keeps; this is how it adds subscriptions itself.
  const { persistence } = broker as unknown as {
    readonly persistence: {
      addSubscriptions(client: { readonly id: string }, subscriptions: readonly object[]): Promise<unknown>;
    };
  };
  await persistence.addSubscriptions({ id: clientId }, [{ topic: 'devices/+/alerts', qos: 1 }]);
}

async function loadAedes(): Promise<typeof Aedes> {
  try {
    return (await import('aedes')).Aedes;
  } catch (thrown) {
    throw new Error('the embedded broker needs the packages for development: npm ci', { cause: thrown });
  }
}

interface Waiting {
  readonly publication: BrokerPublication;
  readonly taken: () => void;
}

/** One at a time: the broker itself would let them overtake each other. */
function createLine(broker: Aedes) {
  const waiting: Waiting[] = [];
  let busy = false;
  function next(): void {
    const first = waiting.shift();
    busy = first !== undefined;
    if (first === undefined || broker.closed) return;
    const { topic, payload, retain } = first.publication;
    broker.publish({ cmd: 'publish', topic, payload, retain, qos: 1, dup: false }, (error) => {
      if (error === undefined || error === null) first.taken();
      // Not from within the broker's callback: a long line would be a deep stack.
      setImmediate(next);
    });
  }
  return {
    waiting,
    /** With the one that is being handed over. */
    count: () => waiting.length + (busy ? 1 : 0),
    publish(publication: BrokerPublication, taken: () => void): void {
      if (waiting.length >= MAX_WAITING) return;
      waiting.push({ publication, taken });
      if (!busy) next();
    },
  };
}

function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
