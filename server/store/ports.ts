/**
 * The port of the store: JSON documents by kind and id, each with a version that grows by one at every change.
 * Asynchronous, because not every store lives in this process. What it holds are our own documents; whoever reads
 * one parses it by its schema.
 */
import type { Result } from '../../lib/result';

export interface StoredDocument {
  readonly kind: string;
  readonly id: string;
  /** 1 for a new document. */
  readonly version: number;
  /** Plain JSON. */
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
