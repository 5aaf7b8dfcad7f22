import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readKeptPast } from '../../../server/replay/open-replay';
import { createLog } from '../../../server/runtime/log';
import { openReplayStore } from '../../../server/store/replay-store-sqlite';
import { replayStoreSuite } from '../../support/replay-store-suite';

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'floorcast-replay-'));
  folders.push(made);
  return made;
}
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

replayStoreSuite('SQLite', async () => {
  const dataDir = folder();
  return {
    store: openReplayStore(dataDir),
    reopen: async () => openReplayStore(dataDir),
    cleanUp: async () => {},
  };
});

describe('replay.db', () => {
  it('REPLAY-10 that is no database is said once, and nothing is recorded', async () => {
    const dataDir = folder();
    writeFileSync(
      path.join(dataDir, 'replay.db'),
      'no database at all, and long enough to be taken for one'.repeat(40),
    );
    const said: string[] = [];
    const log = createLog('warn', (line) => said.push(line));
    expect(await readKeptPast({ openStore: () => openReplayStore(dataDir), now: 0, log })).toBeNull();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('replay.db');
  });
});
