/**
 * All chains that are kept, as the store has them, without their content: what the recorder writes is entered here
 * once it is stored, what is forgotten leaves. Whoever looks back asks here which chain to open.
 */
import type { StoredChain } from '../store/replay-ports';
import { type KeepingRules, overdueChains } from './chain-list';

export class ChainShelf {
  readonly #rules: KeepingRules;
  readonly #chains = new Map<number, StoredChain>();
  /** By board: when its moments last went before their time. */
  readonly #shortenedAt = new Map<string, number>();
  #newestId = 0;

  constructor(rules: KeepingRules) {
    this.#rules = rules;
  }

  /** What the store has at the start. */
  fill(chains: readonly StoredChain[]): void {
    for (const chain of chains) this.put(chain);
  }

  newId(): number {
    this.#newestId += 1;
    return this.#newestId;
  }

  find(id: number): StoredChain | undefined {
    return this.#chains.get(id);
  }

  put(chain: StoredChain): void {
    this.#chains.set(chain.id, chain);
    this.#newestId = Math.max(this.#newestId, chain.id);
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) this.#chains.delete(id);
  }

  of(boardId: string): readonly StoredChain[] {
    return [...this.#chains.values()].filter((chain) => chain.boardId === boardId);
  }

  get bytes(): number {
    return [...this.#chains.values()].reduce((sum, chain) => sum + chain.bytes, 0);
  }

  /** Chains that must go, with those that are about to be stored counted in. */
  overdue(
    coming: readonly StoredChain[],
    now: number,
  ): { readonly ids: readonly number[]; readonly shortened: readonly string[] } {
    const all = new Map(this.#chains);
    for (const chain of coming) all.set(chain.id, chain);
    return overdueChains([...all.values()], this.#rules, now);
  }

  noteShortened(boardIds: readonly string[], now: number): void {
    for (const boardId of boardIds) this.#shortenedAt.set(boardId, now);
  }

  /** Whether moments of it that would be young enough have gone. */
  isShortened(boardId: string, now: number): boolean {
    const at = this.#shortenedAt.get(boardId);
    return at !== undefined && now - at < this.#rules.keptMs;
  }
}
