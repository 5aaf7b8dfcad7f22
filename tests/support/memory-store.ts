/** A store in memory, for tests of what stands on one. */
import { err, ok, type Result } from '../../lib/result';
import type { DocumentStore, StoredDocument, Write, WriteConflict } from '../../server/store/ports';

export class MemoryStore implements DocumentStore {
  #documents = new Map<string, StoredDocument>();

  async get(kind: string, id: string): Promise<StoredDocument | null> {
    return this.#documents.get(keyOf(kind, id)) ?? null;
  }

  async list(kind: string): Promise<readonly StoredDocument[]> {
    const found = [...this.#documents.values()].filter((document) => document.kind === kind);
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async write(batch: readonly Write[]): Promise<Result<null, WriteConflict>> {
    const next = new Map(this.#documents);
    for (const write of batch) {
      const { kind, id, expectedVersion } = write;
      const key = keyOf(kind, id);
      const foundVersion = next.get(key)?.version ?? 0;
      if (expectedVersion !== undefined && expectedVersion !== foundVersion) {
        return err({ kind, id, expectedVersion, foundVersion });
      }
      if (write.write === 'delete') next.delete(key);
      else next.set(key, { kind, id, version: foundVersion + 1, content: structuredClone(write.content) });
    }
    this.#documents = next;
    return ok(null);
  }

  async close(): Promise<void> {}
}

function keyOf(kind: string, id: string): string {
  return JSON.stringify([kind, id]);
}
