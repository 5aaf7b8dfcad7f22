/**
 * A process of its own that records in the store of a folder: `audit-appender.ts FOLDER COUNT NAME`. It prints the
 * number of each entry of its own once that is recorded, and `refused` where it cannot be.
 */
import { createAuditLog } from '../../server/audit/store-audit-log';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { openSqliteStore } from '../../server/store/sqlite';
import { auditEvent } from './audit-events';

const [folder = '', count = '0', name = ''] = process.argv.slice(2);

async function append(): Promise<void> {
  const store = openSqliteStore(folder);
  const audit = createAuditLog({ store: store.audit, clock: systemClock, log: silentLog });
  for (let n = 1; n <= Number(count); n += 1) {
    // Some at a time, as a busy server would.
    const some = Array.from({ length: (n % 5) + 1 }, () =>
      audit.record(auditEvent({ actorName: name, subject: `${n}` })),
    );
    await Promise.all(some);
    process.stdout.write(`${n}\n`);
  }
  await audit.stop();
  await store.close();
}

append().catch((thrown: unknown) => {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : '';
  process.stdout.write(`refused: ${String(thrown)}: ${cause}\n`);
  process.exit(3);
});
