/** A store that fails, and says at length of what: of all that it was given, and of the settings. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../server/config/settings-list';
import type { AuditStore, DocumentStore, Store } from '../../../server/store/ports';
import { openSqliteStore } from '../../../server/store/sqlite';
import { canary } from '../../support/canaries';
import { WRITINGS } from '../../support/writings';
import { basic, openSecretStand, type SecretStand } from './secret-stand';

type Call = keyof DocumentStore | keyof AuditStore;
const BROKEN: readonly (readonly [string, readonly Call[]])[] = [
  ['reading a document', ['get']],
  ['listing documents', ['list']],
  ['writing documents', ['write']],
  ['writing the audit log', ['append']],
  ['reading the audit log', ['head', 'readBackward', 'readForward']],
  ['all of it', ['get', 'list', 'write', 'append', 'head', 'readBackward', 'readForward']],
];

let stand: SecretStand;
let broken: readonly Call[] = [];
let failures = 0;
beforeEach(async () => {
  [broken, failures] = [[], 0];
  stand = await openSecretStand();
  await stand.start('oidc', brokenStore);
});
afterEach(async () => {
  broken = [];
  await stand.stop();
  stand.cleanUp();
});

function brokenStore(dataDir: string): Store {
  const store = openSqliteStore(dataDir);
  return {
    get: (...given) => orFail('get', given, () => store.get(...given)),
    list: (...given) => orFail('list', given, () => store.list(...given)),
    write: (...given) => orFail('write', given, () => store.write(...given)),
    close: () => store.close(),
    audit: {
      head: () => orFail('head', [], () => store.audit.head()),
      append: (addition) =>
        orFail('append', [addition({ seq: 0, hash: '' })], () => store.audit.append(addition)),
      readForward: (...given) => orFail('readForward', given, () => store.audit.readForward(...given)),
      readBackward: (...given) => orFail('readBackward', given, () => store.audit.readBackward(...given)),
    },
  };
}

async function orFail<T>(call: Call, given: readonly unknown[], work: () => Promise<T>): Promise<T> {
  if (!broken.includes(call)) return work();
  failures += 1;
  const secrets = SETTINGS.filter(({ secret }) => secret).map(({ name }) => canary(name));
  const writing = WRITINGS[failures % WRITINGS.length];
  const said = secrets.map((secret) => writing?.write(secret)).join(' ');
  const cause = new Error(`${call} ${JSON.stringify(given)}`);
  throw Object.assign(new Error(`${call} failed for ${said} with ${JSON.stringify(given)}`, { cause }), {
    code: said,
    given,
    said,
  });
}

describe('secrets, where the store fails', () => {
  it.each(BROKEN)('SEC-67 are in no log line and no answer: %s', async (_, calls) => {
    const admin = await stand.admin();
    const { cookie } = await stand.signIn();
    const screen = await stand.screen('Wall');
    const { clientId, secret, token } = await stand.machine('Report');
    stand.clock.advance(61 * 60_000);
    broken = calls;
    await stand.signIn();
    await stand.ask('/auth/once', { method: 'POST', body: { token: secret } });
    await stand.ask('/oauth/token', {
      method: 'POST',
      authorization: basic(clientId, secret),
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      gives: ['machine token'],
    });
    for (const who of [admin, cookie ?? '', screen, '']) {
      for (const path of [
        '/api/v1/me',
        '/api/v1/people',
        '/api/v1/machines',
        '/api/v1/screens',
        '/api/v1/audit',
        '/api/v1/pairing',
      ]) {
        await stand.ask(path, { cookie: who, gives: ['screen token'] });
      }
      await stand.ask('/api/v1/machines', {
        method: 'POST',
        cookie: who,
        body: { name: 'M', scopes: ['kpis:read'] },
        gives: ['machine secret'],
      });
      await stand.ask('/api/v1/screen/token', { method: 'POST', cookie: who, gives: ['screen token'] });
    }
    await stand.ask('/api/v1/kpis', { authorization: `Bearer ${token}` });
    await stand.ask('/readyz', { authorization: `Bearer ${token}` });
    await stand.ask('/metrics', { authorization: `Bearer ${token}` });
    await stand.ask('/auth/sign-out', { method: 'POST', cookie: cookie ?? '', gives: ['idtoken', 'nonce'] });
    expect(failures).toBeGreaterThan(0);
    broken = [];
    await stand.readAll();
    expect(stand.watch.found()).toEqual([]);
  });
});
