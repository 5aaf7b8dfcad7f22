import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../server/store/sqlite';
import { chainOf } from '../../support/audit-events';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

const { lines, head } = chainOf(6);
const HEAD = `${head.seq}:${head.hash}`;

let house: Sandbox;
beforeEach(() => {
  house = createSandbox();
});
afterEach(() => house.remove());

function audit(...args: readonly string[]) {
  const env = { ...process.env, DATA_DIR: undefined };
  return house.node(['--import', 'tsx', path.join(ROOT, 'scripts', 'audit.ts'), ...args], env);
}

/** The folder is named in the .env file, as an operator would. */
async function recorded(): Promise<() => Promise<void>> {
  house.write('.env', 'DATA_DIR=./kept\n');
  const store = openSqliteStore(path.join(house.folder, 'kept'));
  await store.audit.append(() => ({ lines, hash: head.hash }));
  return () => store.close();
}

describe('npm run audit', () => {
  it('AUDIT-14 verifies and exports while the server runs, and verifies what was exported', async () => {
    const close = await recorded();
    try {
      expect(audit('verify')).toMatchObject({
        status: 0,
        stdout: `6 entries, chain whole, head ${HEAD}\nnot compared with a head that was kept elsewhere: see --head\n`,
      });
      expect(audit('verify', '--head', HEAD).status).toBe(0);
      const wrong = audit('verify', '--head', `5:${head.hash}`);
      expect(wrong).toMatchObject({
        status: 1,
        stderr:
          'the audit log is not whole: entry 5 is not the one whose hash was kept: the chain was made anew\n',
      });
      const shown = audit('export');
      expect(shown.stdout.split('\n').slice(0, 6)).toEqual(lines);
      expect(audit('export', 'all.jsonl')).toMatchObject({ status: 0, stdout: '' });
      const file = path.join(house.folder, 'all.jsonl');
      expect(readFileSync(file, 'utf8')).toBe(shown.stdout);
      expect(statSync(file).mode & 0o077).toBe(0);
      expect(audit('verify', 'all.jsonl', '--head', HEAD)).toMatchObject({
        status: 0,
        stdout: `6 entries, chain whole, head ${HEAD}\n`,
      });
      house.write('edited.jsonl', shown.stdout.replace('"seq":4', '"seq":40'));
      expect(audit('verify', 'edited.jsonl')).toMatchObject({
        status: 1,
        stderr: 'the audit log is not whole: entry 4 was edited: it does not give its own hash\n',
      });
      // Entries are a second apart, the first 1,000 s into 1970.
      const part = audit('export', '--since', '1970-01-01T00:16:42Z', '--until', '1970-01-01T00:16:44Z');
      expect(part.stdout.split('\n').slice(0, -2)).toEqual(lines.slice(2, 4));
    } finally {
      await close();
    }
  }, 60_000);

  it('AUDIT-14 says where there is nothing to read, and does not make a store to find it whole', () => {
    const absent = audit('verify');
    expect(absent.status).toBe(1);
    expect(absent.stderr).toContain(
      `there is no store at ${path.join(house.folder, 'data', 'floorcast.db')}`,
    );
    expect(audit('verify', 'no-such-file').status).toBe(1);
  }, 60_000);

  it.each([
    [[]],
    [['remove']],
    [['verify', 'a', 'b']],
    [['verify', '--since', '2026-01-01']],
    [['verify', '--head', '5']],
    [['export', '--head', HEAD]],
    [['export', '--since', 'yesterday']],
    [['export', '--what']],
  ])('AUDIT-14 answers with its help and 2 to %j', (args) => {
    const { status, stdout } = audit(...args);
    expect(status).toBe(2);
    expect(stdout).toContain('npm run audit -- verify [FILE] [--head SEQ:HASH]');
  });

  it('AUDIT-14 gives its help when asked', () => {
    expect(audit('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--until') });
  });
});
