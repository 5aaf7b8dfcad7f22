/**
 * A store in a folder with something of everything in it, told apart by a number; and all that a store holds, as the
 * ports give it, to be compared.
 */
import { chained } from '../../server/audit/audit-chain';
import type { AlertStore } from '../../server/store/alert-ports';
import { openAlertStore } from '../../server/store/alert-store-sqlite';
import type { Store } from '../../server/store/ports';
import { openReplayStore } from '../../server/store/replay-store-sqlite';
import type { SessionStore } from '../../server/store/session-ports';
import { openSessionStore } from '../../server/store/session-store-sqlite';
import { openSqliteStore } from '../../server/store/sqlite';
import { commandRow, sessionRow, windowRow } from '../unit/devices/sessions/session-rows';
import { alertRow, alertUnit, deliveryRow, deviceRow, numbered, refusalRow } from './alert-rows';
import { drafts } from './audit-events';
import { replayUnit, storedChain } from './replay-store-suite';

export const SAMPLE_KINDS = ['board', 'person'];
const MANY = 100_000;

export interface StoresOfData {
  readonly store: Store;
  readonly alerts: AlertStore;
  readonly sessions: SessionStore;
}

/** `n`: what tells it from others; the more, the larger. */
export async function fillStores({ store, alerts, sessions }: StoresOfData, n: number): Promise<void> {
  for (const round of [1, 2]) {
    const content = { n, round, text: 'ü\u2028"\\' };
    await store.write([
      { write: 'put', kind: 'board', id: `board-${n}`, content },
      { write: 'put', kind: 'board', id: '__proto__', content: [null, 1.5] },
    ]);
  }
  await store.write(
    numbered(1, n, (id) => ({ write: 'put', kind: 'person', id: `p${id}`, content: { id } }) as const),
  );
  await store.audit.append((after) => chained(drafts(n * 3), after));
  await alerts.write(
    alertUnit({
      newAlerts: numbered(1, n * 10, (id) => alertRow(id)),
      devices: [deviceRow('device-1'), deviceRow(`device-${n}`)],
      deliveries: [deliveryRow(1), deliveryRow(2, { state: 'dead', reason: 'no' }), deliveryRow(3)],
      refusals: numbered(1, n, (id) => refusalRow(id)),
    }),
  );
  await sessions.write({
    sessions: [
      sessionRow(`s${n}`),
      sessionRow(`earlier${n}`, {
        startedAt: 5,
        endedAt: 6,
        interactionId: sessionRow(`s${n}`).interactionId,
      }),
    ],
    commands: [
      commandRow(1, { id: `c${n}`, sessionId: `s${n}` }),
      commandRow(2, { id: `e${n}`, sessionId: `earlier${n}`, isEndRecorded: true }),
    ],
    windows: numbered(1, n, (id) => windowRow(`s${n}`, id)),
  });
}

/** A folder's whole store, filled and closed. */
export async function makeStore(dataDir: string, n: number): Promise<void> {
  const store = openSqliteStore(dataDir);
  const alerts = openAlertStore(dataDir);
  const sessions = openSessionStore(dataDir);
  const replay = openReplayStore(dataDir);
  await fillStores({ store, alerts, sessions }, n);
  await replay.write(
    replayUnit({
      chains: [storedChain(n)],
      pieces: [{ chainId: n, content: Buffer.from([0, 255, n]) }],
      points: [{ trend: 't', at: n, value: null }],
    }),
  );
  for (const each of [store, alerts, sessions, replay]) await each.close();
}

/** All that is in the stores. */
export async function contentsOf({ store, alerts, sessions }: StoresOfData) {
  const documents = await Promise.all(SAMPLE_KINDS.map((kind) => store.list(kind)));
  const found = await alerts.find({ limit: MANY });
  const started = await sessions.since(0, MANY);
  return {
    documents: documents.flat(),
    head: await store.audit.head(),
    lines: await store.audit.readForward(0, MANY),
    alerts: found,
    devices: (await all(alerts.devices())).sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1)),
    deliveries: (await alerts.delivery(found.map(({ id }) => id))).toSorted((a, b) => a.seq - b.seq),
    waiting: await all(alerts.waitingDeliveries()),
    refusals: await alerts.refusals(MANY),
    refusalCounts: await alerts.refusalCounts(),
    sessions: started,
    open: await sessions.open(),
    commands: await Promise.all(started.map(({ session }) => sessions.find(session.interactionId))),
    windows: await Promise.all(started.map(({ session }) => sessions.windows(session.id, MANY))),
  };
}

/** All that is in the store of a folder; what boards showed too. */
export async function storeIn(dataDir: string) {
  const stores = {
    store: openSqliteStore(dataDir),
    alerts: openAlertStore(dataDir),
    sessions: openSessionStore(dataDir),
  };
  const replay = openReplayStore(dataDir);
  const chains = await replay.chains();
  const contents = {
    ...(await contentsOf(stores)),
    chains,
    pieces: await Promise.all(chains.map(({ id }) => replay.pieces(id))),
    points: await replay.points(0),
  };
  for (const each of [...Object.values(stores), replay]) await each.close();
  return contents;
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}
