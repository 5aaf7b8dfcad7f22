/**
 * Floorcast's part of diagnostic sessions as a process of its own, to be killed: desk, link, audit log and stores, as
 * the server puts them together. Arguments: folder and address of the appliances. It begins a session, or goes on with
 * the one that there is, and says `open`; each line on its input is a command to ask, or `states`; it says what came of
 * it, and ends in order on SIGTERM.
 */
import process from 'node:process';
import { createInterface } from 'node:readline';
import { ok } from '../../../../lib/result';
import { createAuditLog } from '../../../../server/audit/store-audit-log';
import type { Actor } from '../../../../server/devices/diagnostics-desk';
import { createApplianceLinks } from '../../../../server/devices/link/appliance-links';
import { createMetricWatch } from '../../../../server/devices/metrics/metric-watch';
import type { Transcript } from '../../../../server/devices/ports';
import { createDiagnosticsDesk } from '../../../../server/devices/sessions/create-diagnostics-desk';
import { systemClock } from '../../../../server/runtime/clock';
import { createLog } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { systemRandom } from '../../../../server/runtime/random';
import { openSessionStore } from '../../../../server/store/session-store-sqlite';
import { openSqliteStore } from '../../../../server/store/sqlite';

const [dataDir = '', url = ''] = process.argv.slice(2);
const interactionId = 'interaction-1';
const actor: Actor = {
  ...{ actor: 'person:sen', name: 'Sen', roles: ['senior_tech'], address: '127.0.0.1' },
  ...{ reach: 'all', genesysUserId: null, email: null },
};
const transcript: Transcript = {
  ...{ say: () => {}, measured: () => {}, windowMs: () => 5_000, subscribe: () => () => {}, end: () => {} },
  status: () => ({ state: 'off', backlog: 0, lastSentAt: null }),
  stop: async () => {},
};

const runtime = {
  ...{ clock: systemClock, random: systemRandom, metrics: createMetrics() },
  log: createLog('error', (line) => process.stderr.write(line)),
};
const documents = openSqliteStore(dataDir);
const store = openSessionStore(dataDir);
const audit = createAuditLog({ ...runtime, store: documents.audit });
const devices = [{ deviceId: 'device-1', product: null }];
const room = createDiagnosticsDesk({
  ...runtime,
  ...{
    store,
    audit,
    transcript,
    openMetricWatch: createMetricWatch,
    interactions: null,
    platformRoles: null,
  },
  customers: { find: async () => ok([{ customerId: 'customer-1', account: null, devices }]) },
  openLink: createApplianceLinks({
    ...runtime,
    url,
    ca: null,
    tokens: { token: async () => ok('token'), invalidate: () => {} },
  }),
});

async function answer(line: string): Promise<string> {
  if (line === 'states') {
    const session = await room.desk.session(interactionId, actor);
    return `states ${session?.commands.map(({ state }) => state).join()}`;
  }
  const asked = await room.desk.execute({ interactionId, command: line, params: {} }, actor);
  return asked.ok ? `accepted ${asked.value.id}` : `refused ${asked.error.kind}`;
}

async function stop(): Promise<void> {
  await room.stop();
  await audit.stop();
  await store.close();
  await documents.close();
  process.exit(0);
}

await room.start();
const begun = await room.desk.initiate(
  { interactionId, customerId: 'customer-1', deviceId: 'device-1', requestedCommands: [] },
  actor,
);
process.stdout.write(begun.ok ? 'open\n' : `not begun: ${begun.error.kind}\n`);
process.once('SIGTERM', () => void stop());
// A file that may not grow is an error of the write then, as on a full disk, and not the end of the process.
process.on('SIGXFSZ', () => {});
createInterface({ input: process.stdin }).on('line', (line) => {
  void answer(line).then((said) => process.stdout.write(`${said}\n`));
});
