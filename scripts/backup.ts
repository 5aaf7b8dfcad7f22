/** `npm run backup -- FILE`: the whole store as one file, while the server runs or not. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import nextEnv from '@next/env';
import { type Saved, saveFiles } from '../server/backup/save-files';
import { systemClock } from '../server/runtime/clock';

const HELP = `npm run backup -- FILE   saves the whole store as one file: boards, people, screens, audit log, alerts, sessions

The store is the one in DATA_DIR (default ./data); the server may run. FILE must not be there yet; it is made for its
owner only. Ends with 0; with 1 where nothing was saved; with 2 where the command is not understood; with 3 where all
was saved, and the audit log in it is not whole.
`;

async function backup([file, ...more]: readonly string[]): Promise<number> {
  if (file === undefined || file.startsWith('-') || more.length > 0) {
    process.stdout.write(HELP);
    return file === '--help' ? 0 : 2;
  }
  nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: console.error });
  const options = { file, version: ownVersion(), now: systemClock.now() };
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

function ownVersion(): string {
  const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  // Our own package.json.
  return (JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8')) as { version: string })
    .version;
}

backup(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    process.stderr.write(`nothing was saved: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  },
);
