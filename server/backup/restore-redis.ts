/**
 * Puts a backup into Redis, one that was made of Redis or of files: so a site grows from one process to several. All of
 * it is checked before anything is changed, and no node may run. From the first change to the last Redis says that it is
 * being restored, and no node opens it: cut off, it is neither old nor new, and the same command has to be run again.
 * What was there is saved as a backup first.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { AuditHead } from '../audit/audit-log';
import { verifyStore } from '../audit/verify-audit';
import type { RedisLink } from '../redis/redis-link';
import { messageOf } from '../runtime/errors';
import { EMPTY_UNIT } from '../store/alert-ports';
import { openAlertStore } from '../store/alert-store-sqlite';
import { ALERTS_FILE, MAIN_FILE, SESSIONS_FILE } from '../store/file-names';
import { ALERTS } from '../store/redis/alert-index';
import { MAX_REFUSALS } from '../store/redis/alert-scripts';
import { openRedisAlertStore } from '../store/redis/alert-store-redis';
import { documentKeys } from '../store/redis/document-scripts';
import {
  clearRedisStores,
  hasRedisStores,
  holdRedisStores,
  isRedisRestoring,
  releaseRedisStores,
} from '../store/redis/redis-schema';
import { openRedisStore } from '../store/redis/redis-store';
import { openRedisSessionStore } from '../store/redis/session-store-redis';
import { openSessionStore } from '../store/session-store-sqlite';
import { openSqliteStore } from '../store/sqlite';
import { auditIn, copyAudit, readAlerts, readDeliveries, readDocuments, readSessions } from './file-rows';
import { gatherFiles, type Restored, type RestoreOptions } from './restore-files';
import type { SaveOptions } from './save-files';
import { saveRedis } from './save-redis';

export interface RedisRestoreOptions extends RestoreOptions, Pick<SaveOptions, 'version' | 'now'> {
  /** Where it works, and where what was there is kept. */
  readonly dataDir: string;
}

/** It went wrong after the first change. */
export class RestoreCutOff extends Error {
  constructor(why: string, kept: string | null, options: ErrorOptions) {
    const before = kept === null ? '' : `; what was there is in ${kept}`;
    super(
      `Redis is neither old nor new, and no node opens it: run the same command again${before}. ${why}`,
      options,
    );
  }
}

/** Documents in one write. */
const BATCH = 100;

export async function restoreRedis(redis: RedisLink, options: RedisRestoreOptions): Promise<Restored> {
  const { dataDir, stamp, replace, version, now } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const work = mkdtempSync(path.join(dataDir, 'restoring-'));
  try {
    const folder = path.join(work, 'files');
    const checked = await gatherFiles(folder, options);
    await bringUpToDate(folder);
    const isCutOff = await isRedisRestoring(redis);
    const hasStores = !isCutOff && (await hasRedisStores(redis));
    if (hasStores && !replace) {
      throw new Error('Redis has a store already: --replace restores all the same, and saves that one first');
    }
    const kept = hasStores ? path.join(dataDir, `before-restore-${stamp}.tar.gz`) : null;
    if (kept !== null) await saveRedis(redis, { file: kept, version, now });
    const fence = await holdRedisStores(redis);
    try {
      await clearRedisStores(redis);
      await fill(redis, folder, fence);
      await verify(redis, checked.manifest.auditHead, options.brokenAudit);
      await releaseRedisStores(redis);
    } catch (thrown) {
      throw new RestoreCutOff(messageOf(thrown), kept, { cause: thrown });
    }
    return { ...checked, kept };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** By opening them once: each is then of this program's version. */
async function bringUpToDate(folder: string): Promise<void> {
  for (const store of [openSqliteStore(folder), openAlertStore(folder), openSessionStore(folder)]) {
    await store.close();
  }
}

async function fill(redis: RedisLink, folder: string, fence: number): Promise<void> {
  await fillMain(redis, path.join(folder, MAIN_FILE));
  const fenceOf = (duty: string) => () => ({ duty, number: fence });
  const sessions = openRedisSessionStore(redis, { fence: fenceOf('sessions') });
  for await (const unit of readSessions(path.join(folder, SESSIONS_FILE))) await sessions.write(unit);
  await sessions.close();
  const alerts = openRedisAlertStore(redis, { fence: fenceOf('alerts') });
  const file = path.join(folder, ALERTS_FILE);
  for await (const newAlerts of readAlerts(file)) await alerts.write({ ...EMPTY_UNIT, newAlerts });
  for await (const deliveries of readDeliveries(file)) await alerts.write({ ...EMPTY_UNIT, deliveries });
  const from = openAlertStore(folder);
  for await (const devices of from.devices()) await alerts.write({ ...EMPTY_UNIT, devices });
  await alerts.write({ ...EMPTY_UNIT, refusals: (await from.refusals(MAX_REFUSALS)).toReversed() });
  for (const { reason, count } of await from.refusalCounts()) {
    await done(redis.call('HSET', ALERTS.refusalCounts, reason, count));
  }
  await from.close();
  await alerts.close();
}

async function fillMain(redis: RedisLink, file: string): Promise<void> {
  const store = openRedisStore(redis);
  for await (const page of readDocuments(file)) {
    for (let from = 0; from < page.length; from += BATCH) {
      const batch = page.slice(from, from + BATCH);
      await store.write(batch.map(({ kind, id, content }) => ({ write: 'put', kind, id, content })));
      for (const { kind, id, version, content } of batch) {
        // Versions go on from where they were: who has read one may still have it.
        const row = `${version} ${JSON.stringify(content)}`;
        if (version !== 1) await done(redis.call('HSET', documentKeys(kind)[0], id, row));
      }
    }
  }
  const { audit, close } = auditIn(file);
  await copyAudit(audit, store.audit);
  close();
  await store.close();
}

async function verify(redis: RedisLink, head: AuditHead | null, brokenAudit: boolean): Promise<void> {
  const store = openRedisStore(redis);
  const verdict = await verifyStore(store.audit, head?.seq === 0 ? null : head);
  await store.close();
  if (!verdict.ok && !brokenAudit)
    throw new Error(`the audit log in Redis is not whole: ${verdict.error.message}`);
}

async function done(answer: ReturnType<RedisLink['call']>): Promise<void> {
  const { ok, ...rest } = await answer;
  if (!ok) throw new Error(`Redis did not take it: ${JSON.stringify(rest)}`);
}
