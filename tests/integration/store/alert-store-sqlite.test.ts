import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openAlertStore } from '../../../server/store/alert-store-sqlite';
import { alertStoreSuite } from '../../support/alert-store-suite';

alertStoreSuite('SQLite', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-alerts-'));
  return {
    store: openAlertStore(dataDir),
    reopen: async () => openAlertStore(dataDir),
    cleanUp: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
});
