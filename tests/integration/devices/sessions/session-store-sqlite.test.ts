import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { openSessionStore, sessionsFile } from '../../../../server/store/session-store-sqlite';
import { sessionStoreSuite } from '../../../support/session-store-suite';
import { commandRow, sessionRow, unitOf } from '../../../unit/devices/sessions/session-rows';

sessionStoreSuite('SQLite', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-sessions-'));
  return {
    store: openSessionStore(dataDir),
    reopen: async () => openSessionStore(dataDir),
    cleanUp: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
});

describe('the store of sessions in SQLite', () => {
  it('DEV-51 leaves out a row that cannot be read, says so, and gives all others', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-sessions-'));
    const told: unknown[] = [];
    const store = openSessionStore(dataDir, { leftOut: (table, count) => told.push([table, count]) });
    const sessions = ['a', 'b', 'c', 'd'].map((id) => sessionRow(id));
    const commands = [1, 2].map((seq) => commandRow(seq, { sessionId: 'a' }));
    await store.write(unitOf({ sessions, commands }));
    const raw = new Database(sessionsFile(dataDir));
    raw.exec("UPDATE sessions SET content = 'no json' WHERE id = 'b'");
    raw.exec("UPDATE sessions SET content = CAST(x'ff00fe' AS TEXT) WHERE id = 'c'");
    raw.exec("UPDATE sessions SET content = '{}' WHERE id = 'd'");
    raw.exec("UPDATE commands SET content = '[]' WHERE seq = 1");
    raw.close();
    const open = await store.open();
    expect(open.map(({ session, commands: own }) => [session.id, own.map(({ seq }) => seq)])).toEqual([
      ['a', [2]],
    ]);
    expect(told).toEqual([
      ['sessions', 3],
      ['commands', 1],
    ]);
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
