/** `npm run backup -- FILE`: the whole store as one file, while the server runs or not. */
import nextEnv from '@next/env';
import { type Saved, saveFiles } from '../server/backup/save-files';
import { saveRedis } from '../server/backup/save-redis';
import { systemClock } from '../server/runtime/clock';
import { ownVersion, storeInRedis, withRedis } from './store-place';

const HELP = `npm run backup -- FILE   saves the whole store as one file: boards, people, screens, audit log, alerts, sessions

The store is the one in DATA_DIR (default ./data), or in Redis where FLOORCAST_ROLE is set; servers may run. FILE must
not be there yet; it is made for its owner only. Ends with 0; with 1 where nothing was saved; with 2 where the command is
not understood; with 3 where all was saved, and the audit log in it is not whole.
`;

async function backup([file, ...more]: readonly string[]): Promise<number> {
  if (file === undefined || file.startsWith('-') || more.length > 0) {
    process.stdout.write(HELP);
    return file === '--help' ? 0 : 2;
  }
  nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: console.error });
  const options = { file, version: ownVersion(), now: systemClock.now() };
  const address = storeInRedis();
  if (address !== null) return say(file, await withRedis(address, (redis) => saveRedis(redis, options)));
  return say(file, await saveFiles(process.env.DATA_DIR || './data', options));
}

function say(file: string, { manifest, auditFault }: Saved): number {
  for (const { name, bytes, schema } of manifest.parts) {
    process.stdout.write(`${name}: ${bytes} bytes, version ${schema}\n`);
  }
  const { auditHead } = manifest;
  if (auditHead !== null) process.stdout.write(`audit log up to ${auditHead.seq}:${auditHead.hash}\n`);
  process.stdout.write(`saved as ${file}\n`);
  if (auditFault === null) return 0;
  process.stderr.write(`the audit log is not whole: ${auditFault}. It was saved as it is\n`);
  return 3;
}

backup(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    process.stderr.write(`nothing was saved: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  },
);
