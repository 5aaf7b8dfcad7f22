/**
 * The audit log as a file: one entry a line, exactly as it is stored, and a last line that says which entry the first
 * one follows and which is the newest, so that the file can be verified anywhere, a part of the log too.
 */
import { z } from 'zod';
import { err, type Result } from '../../lib/result';
import { type AuditStore, EMPTY_HEAD } from '../store/ports';
import { readLine } from './audit-chain';
import type { AuditHead } from './audit-log';
import type { ChainFault, ChainSummary } from './chain-check';
import { storedLines, verifyLines } from './verify-audit';

/** Epoch ms; `since` is in it, `until` is not. `null`: from the first, to the newest entry. */
export interface ExportRange {
  readonly since: number | null;
  readonly until: number | null;
}

const headSchema = z.strictObject({ seq: z.number().int().nonnegative(), hash: z.string().length(64) });
const trailerSchema = z.strictObject({
  /** What the first entry follows. */
  after: headSchema,
  /** The last entry. */
  head: headSchema,
});
type Trailer = z.infer<typeof trailerSchema>;

/**
 * Lines without their ends. A range goes from the first entry that was made in it to the last such one, with all
 * between: a clock that was set back leaves no hole in the chain.
 */
export async function* exportLines(store: AuditStore, range: ExportRange): AsyncGenerator<string> {
  if (range.since === null && range.until === null) {
    let head: AuditHead = EMPTY_HEAD;
    for await (const { line } of storedLines(store, (found) => (head = found))) yield line;
    yield trailerLine({ after: EMPTY_HEAD, head });
    return;
  }
  const part = await partOf(store, range);
  for await (const { seq, line } of storedLines(store, () => {}, part.after.seq)) {
    if (seq > part.head.seq) break;
    yield line;
  }
  yield trailerLine(part);
}

/** Verifies an exported file; `read` gives its lines anew at each call. */
export async function verifyExport(
  read: () => AsyncIterable<string>,
  keptHead: AuditHead | null,
): Promise<Result<ChainSummary, ChainFault>> {
  let last = '';
  for await (const line of read()) last = line;
  const trailer = readTrailer(last);
  if (trailer === null) {
    const message = 'the file does not end as an export does: it was cut short, or its last line was edited';
    return err({ kind: 'cut-short', seq: null, message });
  }
  const { after, head } = trailer;
  return verifyLines(withoutLast(read()), { after, head: () => head, keptHead });
}

/** The lines of a file; one that is not UTF-8 is empty, and so no entry. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      yield textOf(Buffer.concat([rest, chunk.subarray(from, end)]));
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
  }
  if (rest.length > 0) yield textOf(rest);
}

const NEWLINE = 0x0a;

function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : '';
}

async function partOf(store: AuditStore, { since, until }: ExportRange): Promise<Trailer> {
  let newest: AuditHead = EMPTY_HEAD;
  let after: AuditHead | null = null;
  let head: AuditHead = EMPTY_HEAD;
  for await (const { line } of storedLines(store, (found) => (newest = found))) {
    const entry = readLine(line);
    if (!entry.ok) continue;
    const { seq, at, previousHash, hash } = entry.value;
    if ((since !== null && at < since) || (until !== null && at >= until)) continue;
    after ??= { seq: seq - 1, hash: previousHash };
    head = { seq, hash };
  }
  if (until === null) head = newest;
  return { after: since === null ? EMPTY_HEAD : (after ?? head), head };
}

function trailerLine({ after, head }: Trailer): string {
  return JSON.stringify({
    after: { seq: after.seq, hash: after.hash },
    head: { seq: head.seq, hash: head.hash },
  });
}

/** `null` for a last line that is not exactly as one is written. */
function readTrailer(line: string): Trailer | null {
  try {
    const parsed = trailerSchema.safeParse(JSON.parse(line));
    return parsed.success && trailerLine(parsed.data) === line ? parsed.data : null;
  } catch {
    // JSON.parse throws nothing but SyntaxError.
    return null;
  }
}

async function* withoutLast(lines: AsyncIterable<string>): AsyncGenerator<{ line: string; seq: null }> {
  let held: string | null = null;
  for await (const line of lines) {
    if (held !== null) yield { line: held, seq: null };
    held = line;
  }
}
