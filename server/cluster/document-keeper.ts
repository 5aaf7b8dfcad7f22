/**
 * Keeps a copy of the shared documents in memory, and writes them again where Redis was emptied or started again without
 * its data: once, by one node that looked a moment ago; what somebody wrote since stays. A Redis that only went back (a
 * failover) is read anew. Until that is done a document that is known and not found is "not known now", and no "it is gone": so
 * nobody is signed out, and no board goes from a wall, for it.
 */
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { StoredDocument, Write } from '../store/ports';
import type { RedisStore } from '../store/redis/redis-store';
import { StoreUnavailable } from '../store/store-unavailable';
import type { ChangeCount } from './change-watch';

/** Who fills a store that was emptied: one node, once. */
export interface Filling {
  /** `mine`: this node is to. `others`: another does. `done`: it was filled since it was emptied. Rejects where Redis is away. */
  begin(): Promise<'mine' | 'others' | 'done'>;
  done(): Promise<void>;
}

export interface DocumentKeeperOptions {
  readonly store: RedisStore;
  readonly filling: Filling;
  readonly clock: Clock;
  readonly log: Log;
}

/** A copy is at most so old, and no kind is read more often. */
const COPY_MS = 3_000;
const BATCH = 200;
/** Who did not look for longer may know what was deleted since. */
const LOOKED_MS = 10_000;

export class DocumentKeeper implements ChangeCount {
  readonly #options: DocumentKeeperOptions;
  readonly #copies = new Map<string, ReadonlyMap<string, StoredDocument>>();
  #known = 0;
  #copiedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #reviewing: Promise<number> | null = null;
  #restored = 0;

  constructor(options: DocumentKeeperOptions) {
    this.#options = options;
  }

  /** Documents that were written again since the start. */
  get restored(): number {
    return this.#restored;
  }

  /** The number of writes to the store, after what was lost of it has been written again. Rejects where it cannot be asked. */
  changes(): Promise<number> {
    this.#reviewing ??= this.#review().finally(() => {
      this.#reviewing = null;
    });
    return this.#reviewing;
  }

  changedKinds(after: number): Promise<readonly string[]> {
    return this.#options.store.changedKinds(after);
  }

  /** The store, which rejects where a document is missing only because Redis went back. */
  guarded(): RedisStore {
    const { store } = this.#options;
    const get: RedisStore['get'] = async (kind, id) => {
      const found = await store.get(kind, id);
      if (found !== null || this.#copies.get(kind)?.has(id) !== true) return found;
      if ((await store.changes()) >= this.#known) return null;
      throw new StoreUnavailable('the shared store lost what it held: it is written again');
    };
    return new Proxy(store, {
      get: (target, name) => {
        if (name === 'get') return get;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  async #review(): Promise<number> {
    const { store, clock } = this.#options;
    const now = await store.changes();
    const lookedAt = this.#lookedAt;
    this.#lookedAt = clock.monotonicNow();
    if (now < this.#known) return this.#wentBack(clock.monotonicNow() - lookedAt < LOOKED_MS);
    if (now > this.#known && clock.monotonicNow() - this.#copiedAt >= COPY_MS) await this.#copy(now);
    return now;
  }

  async #copy(now: number): Promise<void> {
    const { store, clock } = this.#options;
    this.#copiedAt = clock.monotonicNow();
    for (const kind of await store.changedKinds(this.#known)) {
      const documents = await store.list(kind);
      this.#copies.set(kind, new Map(documents.map((document) => [document.id, document])));
    }
    this.#known = now;
  }

  async #wentBack(isFresh: boolean): Promise<number> {
    const { store, filling, log } = this.#options;
    const turn = isFresh ? await filling.begin() : 'done';
    // Nobody takes it for empty meanwhile.
    if (turn === 'others') throw new StoreUnavailable('another node writes again what the shared store lost');
    if (turn === 'mine') {
      const count = await this.#restore();
      await filling.done();
      this.#restored += count;
      log.error('the shared store was emptied: what this node knew is written again', { documents: count });
    } else log.warn('the shared store went back in time: it is read anew');
    this.#known = 0;
    this.#copies.clear();
    this.#copiedAt = Number.NEGATIVE_INFINITY;
    return store.changes();
  }

  /** What is there already, somebody wrote since. */
  async #restore(): Promise<number> {
    let count = 0;
    for (const [kind, copies] of this.#copies) {
      const held = new Set((await this.#options.store.list(kind)).map(({ id }) => id));
      const lost = [...copies.values()].filter(({ id }) => !held.has(id));
      for (let at = 0; at < lost.length; at += BATCH) count += await this.#put(lost.slice(at, at + BATCH));
    }
    return count;
  }

  /** All at once; one by one where another node was faster with some. */
  async #put(documents: readonly StoredDocument[]): Promise<number> {
    const { store } = this.#options;
    const writes = documents.flatMap(({ kind, id, content }): Write[] =>
      content === undefined ? [] : [{ write: 'put', kind, id, content, expectedVersion: 0 }],
    );
    if ((await store.write(writes)).ok) return writes.length;
    let count = 0;
    for (const write of writes) if ((await store.write([write])).ok) count += 1;
    return count;
  }
}
