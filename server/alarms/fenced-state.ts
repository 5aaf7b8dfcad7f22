/**
 * Keeps two nodes from deciding calls at once: the document of what alarms are and what was told is written on top of
 * the version that its owner read or wrote last. Who was paused and comes too late writes neither it nor calls; what
 * people did goes on being written. Of one's own write that nobody answered it finds the same, and it is read anew.
 */
import { ok, type Result } from '../../lib/result';
import { isCall, isState } from '../store/alarm-documents';
import type { DocumentStore, Write, WriteConflict } from '../store/ports';

export class FencedState implements Pick<DocumentStore, 'write'> {
  readonly #store: Pick<DocumentStore, 'write'>;
  readonly #overtaken: () => void;
  /** `null`: calls are another node's. */
  #version: number | null = null;

  /** `overtaken`: another wrote it. */
  constructor(store: Pick<DocumentStore, 'write'>, overtaken: () => void) {
    this.#store = store;
    this.#overtaken = overtaken;
  }

  own(version: number | null): void {
    this.#version = version;
  }

  async write(batch: readonly Write[]): Promise<Result<null, WriteConflict>> {
    if (!batch.some(isState)) return this.#store.write(batch);
    const version = this.#version;
    if (version === null) return this.#rest(batch);
    const written = await this.#store.write(
      batch.map((write) => (isState(write) ? { ...write, expectedVersion: version } : write)),
    );
    if (written.ok) {
      if (this.#version === version) this.#version = version + 1;
      return written;
    }
    this.#version = null;
    this.#overtaken();
    return this.#rest(batch);
  }

  async #rest(batch: readonly Write[]): Promise<Result<null, WriteConflict>> {
    const rest = batch.filter((write) => !isState(write) && !(isCall(write) && write.write === 'put'));
    return rest.length === 0 ? ok(null) : this.#store.write(rest);
  }
}
