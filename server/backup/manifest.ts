/**
 * What a backup says of itself, as the last of its parts: who made it, when, and of each part its schema, length and
 * hash. Whoever restores trusts nothing that is not as it says. Pure.
 */
import { z } from 'zod';
import { problemsOf } from '../store/problem-words';

export const MANIFEST_NAME = 'manifest.json';
/** Grows when an older program could not read a backup rightly. */
export const BACKUP_FORMAT = 1;
/** Of a manifest's text: there are few parts. */
export const MOST_MANIFEST_BYTES = 100_000;

const count = z.number().int().nonnegative();
const partSchema = z.object({
  name: z.string(),
  /** The version of its tables, or of its keys. */
  schema: count,
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const manifestSchema = z.object({
  product: z.literal('Floorcast'),
  format: z.literal(BACKUP_FORMAT),
  /** Where it was made: of the files of one process, or of several nodes' Redis. Its parts are the same. */
  kind: z.enum(['files', 'redis']),
  /** Of the program that made it. */
  version: z.string(),
  savedAt: z.iso.datetime(),
  parts: z.array(partSchema).max(100),
  /** Where the audit log ended; `null`: there was none yet. */
  auditHead: z.object({ seq: count, hash: z.string() }).nullable(),
});

export type BackupPart = z.infer<typeof partSchema>;
export type Manifest = z.infer<typeof manifestSchema>;

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Throws an Error that says what is wrong with it. */
export function readManifest(text: string): Manifest {
  const content = jsonOf(text);
  const format = z.object({ format: z.number() }).safeParse(content).data?.format ?? 0;
  if (format > BACKUP_FORMAT) {
    throw new Error(
      `it was made by a newer Floorcast (backup format ${format}, this one knows ${BACKUP_FORMAT})`,
    );
  }
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new Error(`its manifest cannot be read: ${problemsOf(parsed.error, 'manifest').join('; ')}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse throws nothing but SyntaxError; what is no JSON fits no schema.
    return undefined;
  }
}
