/**
 * The store's documents of one kind, read by their schema. One that cannot be read is as if it were not there, and is
 * logged once: it harms only itself. Changes are made on what was read, again where somebody else was faster.
 */
import type { z } from 'zod';
import { accessIdSchema } from '../../lib/contracts/access';
import type { Log } from '../runtime/log';
import type { DocumentStore, StoredDocument } from '../store/ports';

export interface Kept<T> {
  readonly id: string;
  readonly version: number;
  readonly content: T;
}

const MAX_TRIES = 10;
const MAX_LOGGED = 1_000;

export interface ShelfOptions<T> {
  readonly kind: string;
  readonly schema: z.ZodType<T>;
  readonly store: DocumentStore;
  readonly log: Log;
}

export class Shelf<T> {
  readonly #options: ShelfOptions<T>;
  readonly #logged = new Set<string>();

  constructor(options: ShelfOptions<T>) {
    this.#options = options;
  }

  async get(id: string): Promise<Kept<T> | null> {
    const document = await this.#options.store.get(this.#options.kind, id);
    return document === null ? null : this.#read(document);
  }

  async list(): Promise<readonly Kept<T>[]> {
    const documents = await this.#options.store.list(this.#options.kind);
    return documents.map((document) => this.#read(document)).filter((kept) => kept !== null);
  }

  /**
   * Writes what `change` makes of a document (`null`: there is none); where it makes `null`, nothing is written.
   * `change` is asked again when the document became another meanwhile. Gives what was written.
   */
  async change(id: string, change: (now: T | null) => T | null | Promise<T | null>): Promise<T | null> {
    const { kind, store } = this.#options;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const found = await store.get(kind, id);
      const next = await change(found === null ? null : (this.#read(found)?.content ?? null));
      if (next === null) return null;
      const expectedVersion = found?.version ?? 0;
      const written = await store.write([{ write: 'put', kind, id, content: next, expectedVersion }]);
      if (written.ok) return next;
    }
    throw new Error(`a ${kind} is being changed by others all the time`);
  }

  /** Writes `next` in the place of that very version; nothing where it has become another. */
  async replace(id: string, expectedVersion: number, next: T): Promise<void> {
    const { kind, store } = this.#options;
    await store.write([{ write: 'put', kind, id, content: next, expectedVersion }]);
  }

  /**
   * Removes a document where `may` says so of what it is by then. Gives what was removed; `null`: nothing was, by this
   * call. An unreadable one stays.
   */
  async take(id: string, may: (now: T) => boolean = () => true): Promise<T | null> {
    const { kind, store } = this.#options;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const kept = await this.get(id);
      if (kept === null || !may(kept.content)) return null;
      const written = await store.write([{ write: 'delete', kind, id, expectedVersion: kept.version }]);
      if (written.ok) return kept.content;
    }
    throw new Error(`a ${kind} is being changed by others all the time`);
  }

  #read(document: StoredDocument): Kept<T> | null {
    const { id, version } = document;
    const parsed = this.#options.schema.safeParse(document.content);
    // An id of another form is none of ours either, and whoever is shown a list with it could not read the list.
    if (parsed.success && accessIdSchema.safeParse(id).success) return { id, version, content: parsed.data };
    if (!this.#logged.has(id) && this.#logged.size < MAX_LOGGED) {
      this.#logged.add(id);
      this.#options.log.error('a stored document cannot be read', { kind: document.kind, id });
    }
    return null;
  }
}
