/** Averages of routing events for whoever asks, as they stand in Redis now. */
import type { RoutingResponse } from '../../lib/contracts/routing';
import type { SourceStatus } from '../../lib/contracts/source';
import { err, ok, type Result } from '../../lib/result';
import type { RoutingStore } from './routing-store';
import type { RoutingTotals } from './routing-totals';

export interface RoutingDesk {
  /** Canonical ids; those of which nothing is kept are left out. In an operator's words, where Redis does not answer. */
  averages(queueIds: readonly string[]): Promise<Result<Omit<RoutingResponse, 'serverTime'>, string>>;
}

export interface RoutingDeskOptions {
  readonly store: RoutingStore;
  readonly totals: RoutingTotals;
  /** `null`: there is none. */
  readonly gateway: () => SourceStatus | null;
}

export function createRoutingDesk({ store, totals, gateway }: RoutingDeskOptions): RoutingDesk {
  return {
    async averages(queueIds) {
      const read = await store.read(queueIds);
      if (!read.ok) return err(read.error);
      return ok({ unwritten: totals.waiting, gateway: gateway(), queues: [...read.value] });
    },
  };
}
