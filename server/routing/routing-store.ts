/** Where sums of routing events are kept for other dashboards, and read back. Types only; Redis implements it. */
import type { RoutingAverage } from '../../lib/contracts/routing';
import type { Result } from '../../lib/result';
import type { Batch } from './routing-totals';

export interface WriteOutcome {
  /** Queues that are written for sure. */
  readonly written: ReadonlySet<string>;
  /** Queues that never will be: something else stands in their place. */
  readonly refused: ReadonlySet<string>;
  /** Why not all are written. */
  readonly problem: string | null;
}

export interface RoutingStore {
  /**
   * Adds each queue's totals at once or not at all. A batch that is written again (same writer, same number) adds
   * nothing.
   */
  write(batch: Batch): Promise<WriteOutcome>;
  /** Those that are there, in the order asked for. */
  read(queueIds: readonly string[]): Promise<Result<readonly RoutingAverage[], string>>;
}
