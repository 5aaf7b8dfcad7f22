/** `npm run sign-in-link`: prints a link that signs its bearer in once, as administrator. */
import nextEnv from '@next/env';
import { createOneTimeLinks, LINK_MS, oneTimeLink } from '../server/access/sign-in/one-time-links';
import { createAuditLog } from '../server/audit/store-audit-log';
import { systemClock } from '../server/runtime/clock';
import { createLog } from '../server/runtime/log';
import { systemSecretBytes } from '../server/runtime/secret-bytes';
import type { Store } from '../server/store/ports';
import { withStore } from './store-place';

const HELP = `npm run sign-in-link   prints a link that signs its bearer in once, as administrator

The link is good for ${LINK_MS / 60_000} minutes, on the server whose store is in DATA_DIR (default ./data), or on every node
of the Redis where FLOORCAST_ROLE is set; they may be running.
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
  const { SIGN_IN, PUBLIC_URL, PORT } = process.env;
  if (!SIGN_IN) {
    process.stderr.write(NOT_CONFIGURED);
    return 1;
  }
  const token = await withStore(issued, { make: true });
  const link = oneTimeLink(PUBLIC_URL || `http://127.0.0.1:${PORT || 3000}`, token);
  process.stdout.write(
    `${link}\ngood once, for ${LINK_MS / 60_000} minutes: whoever has it is administrator\n`,
  );
  return 0;
}

async function issued(store: Store): Promise<string> {
  const log = createLog('error', (line) => process.stderr.write(line));
  const audit = createAuditLog({ store: store.audit, clock: systemClock, log });
  try {
    const parts = { store, audit, clock: systemClock, secretBytes: systemSecretBytes, log };
    return await createOneTimeLinks(parts).issue();
  } finally {
    await audit.stop();
  }
}

signInLink(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  },
);
