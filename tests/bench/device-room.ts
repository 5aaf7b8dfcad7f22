/** The server's own room of devices for a benchmark: its links, sessions, store and audit log, without pages. */
import type { MetricWindow } from '../../lib/contracts/diagnostics';
import { createAuditLog } from '../../server/audit/store-audit-log';
import type { Actor } from '../../server/devices/diagnostics-desk';
import { openDevices } from '../../server/devices/open-devices';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { systemRandom } from '../../server/runtime/random';
import { openSessionStore } from '../../server/store/session-store-sqlite';
import { openSqliteStore } from '../../server/store/sqlite';

export interface BenchRoom {
  /** A session with that device, which somebody looks at. Resolves when it is begun. */
  begin(deviceId: string, onWindow: (window: MetricWindow) => void): Promise<void>;
  /** Sessions by state. */
  states(): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

const ACTOR: Actor = {
  ...{ actor: 'local', name: 'Bench', roles: ['admin'], address: '127.0.0.1' },
  ...{ genesysUserId: null, email: null },
  reach: 'all',
};

/** `host`: where appliances, customers and tokens are. */
export async function openBenchRoom(host: string, dataDir: string): Promise<BenchRoom> {
  const ground = {
    ...{ clock: systemClock, random: systemRandom, log: silentLog, metrics: createMetrics() },
    zones: { timeZone: 'UTC', timeZoneOf: () => 'UTC' },
  };
  const store = openSqliteStore(dataDir);
  const audit = createAuditLog({ ...ground, store: store.audit });
  const room = openDevices({
    ...ground,
    config: {
      ...{ apiUrl: null, customerUrl: `http://${host}`, linkUrl: `ws://${host}/link`, linkCa: null },
      client: { tokenUrl: `http://${host}/token`, clientId: 'bench', clientSecret: 'bench' },
      ...{ roles: { kind: 'account' }, transcript: { kind: 'off' } },
    },
    openStore: () => openSessionStore(dataDir),
    ...{ audit, interactions: null, sink: () => {} },
  });
  room.start();
  const sessions = room.openSessions?.();
  if (sessions === undefined) throw new Error('there are no diagnostic sessions');
  await sessions.start();
  const { desk } = sessions;
  const leaves: (() => void)[] = [];
  return {
    async begin(deviceId, onWindow) {
      const interactionId = `interaction-${deviceId}`;
      const wish = { interactionId, customerId: `customer-${deviceId}`, deviceId, requestId: undefined };
      const begun = await desk.initiate({ ...wish, requestedCommands: [] }, ACTOR);
      if (!begun.ok) throw new Error(begun.error.message);
      leaves.push(
        desk.watch(interactionId, (event) => {
          if (event.kind === 'window') onWindow(event.window);
        }),
      );
    },
    async states() {
      const { sessions } = await desk.list(ACTOR);
      const counts = new Map<string, number>();
      for (const { state } of sessions) counts.set(state, (counts.get(state) ?? 0) + 1);
      return counts;
    },
    async stop() {
      for (const leave of leaves) leave();
      await sessions.stop();
      await room.stop();
      await audit.stop();
      await store.close();
    },
  };
}
