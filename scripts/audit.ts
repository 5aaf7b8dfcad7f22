/** `npm run audit -- verify|export`: whether the audit log is whole, and its entries as a file. */
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import nextEnv from '@next/env';
import { exportLines, linesOf, verifyExport } from '../server/audit/audit-export';
import type { AuditHead } from '../server/audit/audit-log';
import { verifyStore } from '../server/audit/verify-audit';
import type { AuditStore } from '../server/store/ports';
import { withStore } from './store-place';

const HELP = `npm run audit -- verify [FILE] [--head SEQ:HASH]
    whether the log (or an exported FILE) is whole; names the first entry that is wrong.
    --head: an entry as the server's log told it ("the audit log ends here"), which must still be there
npm run audit -- export [FILE] [--since TIME] [--until TIME]
    one entry a line, to FILE or to the terminal; TIME as 2026-11-20 or 2026-11-20T09:00Z, --until not included

The log is in the store in DATA_DIR (default ./data), or in Redis where FLOORCAST_ROLE is set; servers may run. Ends with 0,
with 1 where something is wrong, with 2 where the command is not understood.
`;

/** Who can write the store can make a chain anew, or cut it with its head: only a copy elsewhere tells. */
const NOT_COMPARED = 'not compared with a head that was kept elsewhere: see --head\n';

interface Command {
  readonly verb: 'verify' | 'export';
  readonly file: string | null;
  readonly keptHead: AuditHead | null;
  readonly since: number | null;
  readonly until: number | null;
}

async function audit(args: readonly string[]): Promise<number> {
  const command = readCommand(args);
  if (command === null) {
    process.stdout.write(HELP);
    return args[0] === '--help' ? 0 : 2;
  }
  const { verb, file } = command;
  if (verb === 'verify' && file !== null) {
    return say(await verifyExport(() => linesOf(createReadStream(file)), command.keptHead), command);
  }
  return withLog(async (store) => {
    if (verb === 'verify') return say(await verifyStore(store, command.keptHead), command);
    await exportTo(file, exportLines(store, command));
    return 0;
  });
}

/** `null` for what is not understood. */
function readCommand(args: readonly string[]): Command | null {
  try {
    const text = { type: 'string' } as const;
    const options = { head: text, since: text, until: text };
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [verb, file = null, ...more] = positionals;
    const isVerify = verb === 'verify' && values.since === undefined && values.until === undefined;
    const isExport = verb === 'export' && values.head === undefined;
    if (!(isVerify || isExport) || more.length > 0) return null;
    const { head, since, until } = values;
    return { verb, file, keptHead: headFrom(head), since: timeFrom(since), until: timeFrom(until) };
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    return null;
  }
}

function headFrom(text: string | undefined): AuditHead | null {
  if (text === undefined) return null;
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (match === null) throw new Error('--head is a number, a colon and 64 digits, as the server told it');
  return { seq: Number(match[1]), hash: match[2] ?? '' };
}

function timeFrom(text: string | undefined): number | null {
  if (text === undefined) return null;
  const at = /^\d{4}-\d{2}-\d{2}(T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new Error(`${text}: a time is written like 2026-11-20T09:00Z`);
  return at;
}

async function withLog(use: (log: AuditStore) => Promise<number>): Promise<number> {
  nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: console.error });
  // An empty one would be whole.
  return withStore((store) => use(store.audit), { make: false });
}

function say(verdict: Awaited<ReturnType<typeof verifyStore>>, { keptHead }: Command): number {
  if (!verdict.ok) {
    process.stderr.write(`the audit log is not whole: ${verdict.error.message}\n`);
    return 1;
  }
  const { count, head } = verdict.value;
  process.stdout.write(`${count} entries, chain whole, head ${head.seq}:${head.hash}\n`);
  if (keptHead === null) process.stdout.write(NOT_COMPARED);
  return 0;
}

/** Names and addresses are in it: a new file is for its owner only. */
async function exportTo(file: string | null, lines: AsyncIterable<string>): Promise<void> {
  const text = Readable.from(withEnds(lines));
  if (file === null) await pipeline(text, process.stdout, { end: false });
  else await pipeline(text, createWriteStream(file, { mode: 0o600 }));
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

audit(process.argv.slice(2)).then(
  // No exit here: a pipe that is read slowly would lose the end of an export.
  (code) => {
    process.exitCode = code;
  },
  (thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
  },
);
