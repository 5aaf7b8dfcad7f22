/**
 * Writes to the store, one batch after the other. What failed is kept and goes in front of the next batch, so that a
 * call is never lost whose note “told” is stored. Of several writes of one document the last counts, so that they are
 * never more than there are documents of alarms: calls 200 at most.
 */
import { createSerial } from '../runtime/serial';
import type { DocumentStore, Write } from '../store/ports';

export class KeptWrites {
  readonly #store: Pick<DocumentStore, 'write'>;
  readonly #failed: (thrown: unknown) => void;
  readonly #serial = createSerial();
  #kept: readonly Write[] = [];

  constructor(store: Pick<DocumentStore, 'write'>, failed: (thrown: unknown) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  /** Whether something waits for the next batch. */
  get isBehind(): boolean {
    return this.#kept.length > 0;
  }

  /** Never rejects. */
  async write(writes: readonly Write[]): Promise<void> {
    try {
      await this.#serial(() => this.#flush(writes, true));
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  /** Rejects where it cannot be stored; then it is not kept. */
  must(writes: readonly Write[]): Promise<void> {
    return this.#serial(() => this.#flush(writes, false));
  }

  /** A task of its own, in order with the others. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#serial(task);
  }

  async #flush(writes: readonly Write[], isKept: boolean): Promise<void> {
    const batch = lastOfEach([...this.#kept, ...writes]);
    if (batch.length === 0) return;
    try {
      await this.#store.write(batch);
      this.#kept = [];
    } catch (thrown) {
      if (isKept) this.#kept = batch;
      throw thrown;
    }
  }
}

function lastOfEach(writes: readonly Write[]): readonly Write[] {
  const byDocument = new Map<string, Write>();
  for (const write of writes) {
    const key = JSON.stringify([write.kind, write.id]);
    const before = byDocument.get(key);
    byDocument.delete(key);
    // A batch is stored whole or not at all: what was to be made and is deleted already was never there.
    if (before?.write !== 'put' || write.write !== 'delete') byDocument.set(key, write);
  }
  return [...byDocument.values()];
}
