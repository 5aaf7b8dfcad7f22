/**
 * Saves the stores that lie in Redis, while nodes write: rows are read by the page and written into files as SQLite has
 * them, so a backup is the same whatever it is of. Documents are of one moment. The audit log is a whole chain up to one
 * entry, read last. Alerts and sessions are each as some moment of the backup had them, and found by indexes made anew.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { RedisLink } from '../redis/redis-link';
import { EMPTY_UNIT } from '../store/alert-ports';
import { openAlertStore } from '../store/alert-store-sqlite';
import { ALERTS_FILE, MAIN_FILE } from '../store/file-names';
import { RAISED_WALK } from '../store/redis/alert-index';
import { MAX_REFUSALS } from '../store/redis/alert-scripts';
import { openRedisAlertStore } from '../store/redis/alert-store-redis';
import { alertTable } from '../store/redis/alert-tables';
import { documentsOfOneMoment } from '../store/redis/all-documents';
import { createRedisDesk, partsOf, textOfReply } from '../store/redis/redis-desk';
import { checkRedisSchema } from '../store/redis/redis-schema';
import { openRedisStore } from '../store/redis/redis-store';
import { openRedisSessionStore } from '../store/redis/session-store-redis';
import { commandOf, commandsKey, STARTED_SESSIONS } from '../store/redis/session-tables';
import { createTableReader, FORWARDS } from '../store/redis/table-reader';
import { openSessionStore } from '../store/session-store-sqlite';
import { openSqliteStore } from '../store/sqlite';
import { refuseToOverwrite } from './archive';
import { copyAudit, writeDocuments, writeRefusalCounts } from './file-rows';
import { type Saved, type SaveOptions, saveFiles } from './save-files';

const ALL_WINDOWS = Number.MAX_SAFE_INTEGER;
/** Nothing is written through these doors. */
const NO_FENCE = () => ({ duty: 'backup', number: 0 });

export async function saveRedis(redis: RedisLink, options: SaveOptions): Promise<Saved> {
  refuseToOverwrite(options.file);
  const schema = await checkRedisSchema(redis);
  if (!schema.ok) throw new Error(schema.error);
  const folder = mkdtempSync(`${options.file}.saving-`);
  try {
    await copyAlerts(redis, folder);
    await copySessions(redis, folder);
    await copyMain(redis, folder);
    return await saveFiles(folder, options, 'redis');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function copyAlerts(redis: RedisLink, folder: string): Promise<void> {
  const from = openRedisAlertStore(redis, { fence: NO_FENCE });
  const to = openAlertStore(folder);
  try {
    const reader = createTableReader(createRedisDesk(redis, 'the alert store'));
    for await (const newAlerts of reader.pages(alertTable(RAISED_WALK), FORWARDS)) {
      // After their alerts: what is sent meanwhile is not sent again.
      const deliveries = await from.delivery(newAlerts.map(({ id }) => id));
      await to.write({ ...EMPTY_UNIT, newAlerts, deliveries });
    }
    for await (const devices of from.devices()) await to.write({ ...EMPTY_UNIT, devices });
    await to.write({ ...EMPTY_UNIT, refusals: (await from.refusals(MAX_REFUSALS)).toReversed() });
    const counts = await from.refusalCounts();
    await to.close();
    writeRefusalCounts(path.join(folder, ALERTS_FILE), counts);
  } finally {
    await to.close();
    await from.close();
  }
}

async function copySessions(redis: RedisLink, folder: string): Promise<void> {
  const from = openRedisSessionStore(redis, { fence: NO_FENCE });
  const to = openSessionStore(folder);
  try {
    const desk = createRedisDesk(redis, 'the store of sessions');
    for await (const sessions of createTableReader(desk).pages(STARTED_SESSIONS, FORWARDS)) {
      for (const session of sessions) {
        const rows = partsOf(await desk.ask('HVALS', commandsKey(session.id))).map(textOfReply);
        const commands = rows.map(commandOf).filter((row) => row !== null);
        commands.sort((a, b) => a.number - b.number);
        const windows = await from.windows(session.id, ALL_WINDOWS);
        await to.write({
          sessions: [session],
          commands: commands.map(({ command }) => command),
          windows: windows.map((window) => ({ ...window, sessionId: session.id })),
        });
      }
    }
  } finally {
    await to.close();
    await from.close();
  }
}

async function copyMain(redis: RedisLink, folder: string): Promise<void> {
  const from = openRedisStore(redis);
  const to = openSqliteStore(folder);
  try {
    const documents = await documentsOfOneMoment(redis, from);
    await copyAudit(from.audit, to.audit);
    await to.close();
    writeDocuments(path.join(folder, MAIN_FILE), documents);
  } finally {
    await to.close();
    await from.close();
  }
}
