/**
 * The ports of the store: JSON documents by kind and id, each with a version that grows by one at every change; and
 * lines that are only ever appended. Asynchronous, because not every store lives in this process. What it holds are
 * our own documents and lines; whoever reads one parses it by its schema.
 */
import type { Result } from '../../lib/result';

export interface StoredDocument {
  readonly kind: string;
  readonly id: string;
  /** 1 for a new document. */
  readonly version: number;
  /** Plain JSON; `undefined` where what is stored is none. */
  readonly content: unknown;
}

/** `expectedVersion`: the write happens only if that is the document's version now (0: there is none). */
export type Write =
  | {
      readonly write: 'put';
      readonly kind: string;
      readonly id: string;
      readonly content: unknown;
      readonly expectedVersion?: number;
    }
  | {
      readonly write: 'delete';
      readonly kind: string;
      readonly id: string;
      readonly expectedVersion?: number;
    };

/** Somebody else was faster: nothing of the batch was written. */
export interface WriteConflict {
  readonly kind: string;
  readonly id: string;
  readonly expectedVersion: number;
  readonly foundVersion: number;
}

export interface DocumentStore {
  get(kind: string, id: string): Promise<StoredDocument | null>;
  /** By id, in code point order. */
  list(kind: string): Promise<readonly StoredDocument[]>;
  /** All or nothing, also through a crash. Deleting what is not there is no error. */
  write(batch: readonly Write[]): Promise<Result<null, WriteConflict>>;
  close(): Promise<void>;
}

/** Where the audit log ends: number and hash of its newest line. */
export interface StoredHead {
  /** 0: nothing was ever appended. */
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_HEAD: StoredHead = { seq: 0, hash: '0'.repeat(64) };

export interface StoredLine {
  readonly seq: number;
  /** As it was appended; empty where what is stored is no text any more. */
  readonly line: string;
}

export interface Addition {
  readonly lines: readonly string[];
  /** The last line's: the new head's. */
  readonly hash: string;
}

/** Append-only: nothing that is in it can be changed or taken out through this port. */
export interface AuditStore {
  head(): Promise<StoredHead>;
  /**
   * Appends the lines that `addition` makes for after the head, and moves the head, all or nothing, also through a
   * crash; on the disk when it resolves. Nobody else appends between the two; `addition` may be asked more than once.
   */
  append(addition: (after: StoredHead) => Addition): Promise<StoredHead>;
  /** Oldest first, those numbered above `after`. */
  readForward(after: number, limit: number): Promise<readonly StoredLine[]>;
  /** Newest first, those numbered below `before`. */
  readBackward(before: number, limit: number): Promise<readonly StoredLine[]>;
}

/** Documents and audit log of one place: closing it closes both. */
export interface Store extends DocumentStore {
  readonly audit: AuditStore;
}
