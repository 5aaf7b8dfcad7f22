/** A store of what boards showed in memory; it can be made to fail, and its rows be looked at. */
import type { TrendPoint } from '../../lib/contracts/push';
import type { ReplayStore, ReplayUnit, StoredChain } from '../../server/store/replay-ports';

export class MemoryReplayStore implements ReplayStore {
  readonly rows = new Map<number, StoredChain>();
  readonly content = new Map<number, Uint8Array[]>();
  allPoints: TrendPoint[] = [];
  /** While it is set every write rejects with it. */
  failure: Error | null = null;
  writeCount = 0;
  isClosed = false;

  get bytes(): number {
    return [...this.content.values()].flat().reduce((sum, piece) => sum + piece.byteLength, 0);
  }

  async write(unit: ReplayUnit): Promise<void> {
    this.writeCount += 1;
    if (this.isClosed) throw new Error('the store of what boards showed is closed');
    if (this.failure !== null) throw this.failure;
    for (const chain of structuredClone(unit.chains)) this.rows.set(chain.id, chain);
    for (const { chainId, content } of unit.pieces) {
      this.content.set(chainId, [...(this.content.get(chainId) ?? []), content]);
    }
    const news = new Set(unit.points.map(({ trend, at }) => `${trend}@${at}`));
    this.allPoints = [
      ...this.allPoints.filter(({ trend, at }) => !news.has(`${trend}@${at}`)),
      ...unit.points,
    ];
    for (const id of unit.forgotten) {
      this.rows.delete(id);
      this.content.delete(id);
    }
    const { pointsBefore } = unit;
    if (pointsBefore !== null) this.allPoints = this.allPoints.filter(({ at }) => at >= pointsBefore);
  }

  async chains() {
    return [...this.rows.values()].sort((a, b) => a.id - b.id);
  }

  async pieces(chainId: number) {
    return this.content.get(chainId) ?? [];
  }

  async points(since: number) {
    const kept = this.allPoints.filter(({ at }) => at >= since);
    return kept.sort((a, b) => (a.trend === b.trend ? a.at - b.at : a.trend < b.trend ? -1 : 1));
  }

  async close() {
    this.isClosed = true;
  }
}
