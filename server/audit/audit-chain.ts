/**
 * How an entry of the audit log is written and chained. Its text is JSON with the fields in one order and the details
 * as sorted pairs; its hash is SHA-256, in hex, of the previous entry's hash followed by that text; its line is the
 * text with both hashes at the end. A line is read back only if writing it again gives the same characters: no byte
 * of it can change unseen. Pure.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type AuditEntry, auditEntrySchema } from '../../lib/contracts/access';
import { err, ok, type Result } from '../../lib/result';
import type { Addition } from '../store/ports';
import type { AuditEvent, AuditHead } from './audit-log';

/** Something that happened, not yet in the chain. */
export interface AuditDraft extends AuditEvent {
  /** Epoch ms. */
  readonly at: number;
}

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const lineSchema = z.strictObject({
  ...auditEntrySchema.shape,
  details: z.array(z.tuple([z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])])),
  previousHash: hashSchema,
  hash: hashSchema,
});
type ChainedFields = z.infer<typeof lineSchema>;

/** The lines of some drafts after the entry that `after` names, and the last one's hash. */
export function chained(drafts: readonly AuditDraft[], after: AuditHead): Addition {
  let head = after;
  const lines = drafts.map((draft) => {
    const fields = { ...draft, seq: head.seq + 1, details: [...draft.details].sort(byKey) };
    const text = textOf(fields);
    const hash = hashOf(head.hash, text);
    const line = lineOf(text, head.hash, hash);
    head = { seq: fields.seq, hash };
    return line;
  });
  return { lines, hash: head.hash };
}

/** `unreadable`: no entry at all; `edited`: one that was not written so. */
export function readLine(line: string): Result<AuditEntry, 'unreadable' | 'edited'> {
  const parsed = lineSchema.safeParse(jsonOf(line));
  if (!parsed.success) return err('unreadable');
  const { previousHash, hash } = parsed.data;
  const details = Object.fromEntries(parsed.data.details);
  // Through the object and back: a key that stands there twice, or pairs out of order, give another text.
  const text = textOf({ ...parsed.data, details: Object.entries(details).sort(byKey) });
  const isAsWritten = hashOf(previousHash, text) === hash && lineOf(text, previousHash, hash) === line;
  return isAsWritten ? ok({ ...parsed.data, details }) : err('edited');
}

type TextFields = Omit<ChainedFields, 'details' | 'previousHash' | 'hash'> & {
  readonly details: readonly (readonly [string, ChainedFields['details'][number][1]])[];
};

function textOf(fields: TextFields): string {
  const { seq, at, actor, actorName, action, subject, outcome, address, details } = fields;
  return JSON.stringify({ seq, at, actor, actorName, action, subject, outcome, address, details });
}

function lineOf(text: string, previousHash: string, hash: string): string {
  return `${text.slice(0, -1)},"previousHash":"${previousHash}","hash":"${hash}"}`;
}

function hashOf(previousHash: string, text: string): string {
  return createHash('sha256').update(previousHash).update(text).digest('hex');
}

/** By code units: the same everywhere, whatever the locale. */
function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // JSON.parse throws nothing but SyntaxError; what is no JSON fits no schema.
    return undefined;
  }
}
