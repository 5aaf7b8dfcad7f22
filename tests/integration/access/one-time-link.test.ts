import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOneTimeLinks, type OneTimeLinks } from '../../../server/access/sign-in/one-time-links';
import { createAuditLog, type StoreAuditLog } from '../../../server/audit/store-audit-log';
import { verifyStore } from '../../../server/audit/verify-audit';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { systemSecretBytes } from '../../../server/runtime/secret-bytes';
import type { Store } from '../../../server/store/ports';
import { openSqliteStore } from '../../../server/store/sqlite';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

let dataDir: string;
let sandbox: Sandbox;
/** The server, which is running all the time. */
let store: Store;
let audit: StoreAuditLog;
let links: OneTimeLinks;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'floorcast-link-'));
  sandbox = createSandbox(['node_modules', 'package.json', 'tsconfig.json', 'server', 'lib', 'scripts']);
  store = openSqliteStore(dataDir);
  audit = createAuditLog({ store: store.audit, clock: systemClock, log: silentLog });
  links = createOneTimeLinks({
    ...{ store, audit, clock: systemClock, secretBytes: systemSecretBytes, log: silentLog },
  });
});
afterEach(async () => {
  await audit.stop();
  await store.close();
  sandbox.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

/** In a folder without a .env, so that only these settings count. */
function run(settings: Record<string, string>, ...args: string[]) {
  const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  return sandbox.node([tsx, 'scripts/sign-in-link.ts', ...args], {
    ...{ PATH: process.env.PATH, NODE_ENV: 'production', DATA_DIR: dataDir },
    ...settings,
  });
}

describe('npm run sign-in-link', () => {
  it('ACC-11 prints a link that the running server takes, once', async () => {
    const { status, stdout, stderr } = run({ SIGN_IN: 'oidc', PUBLIC_URL: 'https://wall.test' });
    expect([status, stderr]).toEqual([0, '']);
    const [line = '', about] = stdout.split('\n');
    expect(line).toMatch(/^https:\/\/wall\.test\/sign-in#once=[A-Za-z0-9_-]{43}$/);
    expect(about).toContain('15 minutes');
    const token = line.slice(line.indexOf('=') + 1);
    for (const file of ['floorcast.db', 'floorcast.db-wal']) {
      expect(readFileSync(join(dataDir, file)).includes(token)).toBe(false);
    }
    expect(await links.redeem(token)).toBe(true);
    expect(await links.redeem(token)).toBe(false);
    await links.issue();
    const made = { action: 'one-time-link.made', actor: 'server' };
    expect(await audit.entries({ limit: 9 })).toMatchObject([made, made]);
    expect((await verifyStore(store.audit, null)).ok).toBe(true);
  });

  it('ACC-11 prints a link to this machine where no other address is set', () => {
    expect(run({ SIGN_IN: 'local', PORT: '8080' }).stdout).toMatch(
      /^http:\/\/127\.0\.0\.1:8080\/sign-in#once=/,
    );
    expect(run({ SIGN_IN: 'local' }).stdout).toMatch(/^http:\/\/127\.0\.0\.1:3000\/sign-in#once=/);
  });

  it('ACC-11 makes no link where there are no accounts, and says what to set', async () => {
    const { status, stdout, stderr } = run({});
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('SIGN_IN');
    expect(await store.list('one-time-links')).toEqual([]);
    expect(run({}, '--help').status).toBe(0);
    expect(run({ SIGN_IN: 'local' }, 'twice').status).toBe(2);
  });
});
