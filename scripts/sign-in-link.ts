/** `npm run sign-in-link`: prints a link that signs its bearer in once, as administrator. */
import nextEnv from '@next/env';
import { createOneTimeLinks, LINK_MS, oneTimeLink } from '../server/access/sign-in/one-time-links';
import { createAuditLog } from '../server/audit/store-audit-log';
import { systemClock } from '../server/runtime/clock';
import { createLog } from '../server/runtime/log';
import { systemSecretBytes } from '../server/runtime/secret-bytes';
import { openSqliteStore } from '../server/store/sqlite';

const HELP = `npm run sign-in-link   prints a link that signs its bearer in once, as administrator

The link is good for ${LINK_MS / 60_000} minutes, on the server whose store is in DATA_DIR (default ./data), which may be running.
`;
const NOT_CONFIGURED = `sign-in is not configured: without SIGN_IN there are no accounts, and nothing to sign in to.
Set SIGN_IN (genesys, oidc or local) as .env.example tells, and start the server with it.
`;

async function signInLink([asked]: readonly string[]): Promise<number> {
  if (asked !== undefined) {
    process.stdout.write(HELP);
    return asked === '--help' ? 0 : 2;
  }
  nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: console.error });
  const { SIGN_IN, PUBLIC_URL, PORT, DATA_DIR } = process.env;
  if (!SIGN_IN) {
    process.stderr.write(NOT_CONFIGURED);
    return 1;
  }
  const store = openSqliteStore(DATA_DIR || './data');
  const log = createLog('error', (line) => process.stderr.write(line));
  const audit = createAuditLog({ store: store.audit, clock: systemClock, log });
  try {
    const parts = { store, audit, clock: systemClock, secretBytes: systemSecretBytes, log };
    const links = createOneTimeLinks(parts);
    const link = oneTimeLink(PUBLIC_URL || `http://127.0.0.1:${PORT || 3000}`, await links.issue());
    process.stdout.write(
      `${link}\ngood once, for ${LINK_MS / 60_000} minutes: whoever has it is administrator\n`,
    );
    return 0;
  } finally {
    await audit.stop();
    await store.close();
  }
}

signInLink(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  },
);
