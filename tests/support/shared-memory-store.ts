/** One store in memory for several nodes of a test: it counts writes by kind, can be slow, and can be away. */
import type { ChangeCount } from '../../server/cluster/change-watch';
import type { DocumentStore, StoredDocument, Write } from '../../server/store/ports';
import { MemoryStore } from './memory-store';

export class SharedMemoryStore extends MemoryStore implements ChangeCount {
  #changes = 0;
  readonly #kinds = new Map<string, number>();
  isAway = false;
  /** Waited for in front of each read and each write. */
  gate: (what: 'read' | 'write') => Promise<void> = async () => {};

  override async get(kind: string, id: string): Promise<StoredDocument | null> {
    await this.#pass('read');
    return super.get(kind, id);
  }

  /** What was there when it was asked, however long the answer takes. */
  override async list(kind: string): Promise<readonly StoredDocument[]> {
    const listed = await super.list(kind);
    await this.#pass('read');
    return listed;
  }

  override async write(batch: readonly Write[]): ReturnType<DocumentStore['write']> {
    await this.#pass('write');
    const written = await super.write(batch);
    if (written.ok && batch.length > 0) {
      this.#changes += 1;
      for (const { kind } of batch) this.#kinds.set(kind, this.#changes);
    }
    return written;
  }

  async changes(): Promise<number> {
    await this.#pass('read');
    return this.#changes;
  }

  async changedKinds(after: number): Promise<readonly string[]> {
    return [...this.#kinds].filter(([, at]) => at > after).map(([kind]) => kind);
  }

  async #pass(what: 'read' | 'write'): Promise<void> {
    if (this.isAway) throw new Error('the store is away');
    await this.gate(what);
  }
}
