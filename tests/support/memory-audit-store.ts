/** An audit store in memory, for tests of what stands on one; it can be made to fail, and be changed by hand. */
import {
  type Addition,
  type AuditStore,
  EMPTY_HEAD,
  type StoredHead,
  type StoredLine,
} from '../../server/store/ports';

export class MemoryAuditStore implements AuditStore {
  lines: string[] = [];
  /** While it is set every append rejects with it. */
  failure: Error | null = null;
  appendCount = 0;
  /** Every append waits for it. */
  gate: Promise<void> = Promise.resolve();
  #head: StoredHead = EMPTY_HEAD;

  async head(): Promise<StoredHead> {
    return this.#head;
  }

  async append(addition: (after: StoredHead) => Addition): Promise<StoredHead> {
    this.appendCount += 1;
    await this.gate;
    if (this.failure !== null) throw this.failure;
    const { lines, hash } = addition(this.#head);
    this.lines.push(...lines);
    this.#head = { seq: this.lines.length, hash };
    return this.#head;
  }

  async readForward(after: number, limit: number): Promise<readonly StoredLine[]> {
    return this.#all()
      .filter(({ seq }) => seq > after)
      .slice(0, limit);
  }

  async readBackward(before: number, limit: number): Promise<readonly StoredLine[]> {
    return this.#all()
      .reverse()
      .filter(({ seq }) => seq < before)
      .slice(0, limit);
  }

  #all(): StoredLine[] {
    return this.lines.map((line, index) => ({ seq: index + 1, line }));
  }
}
