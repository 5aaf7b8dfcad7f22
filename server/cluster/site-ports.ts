/** What a site is made of on one node, as `site` sees it. Types only. */
import type { GenesysStatus, SourceStatus } from '../../lib/contracts/source';
import type { QueueId } from '../../lib/ids';
import type { DeviceEvent, KpiEvent, SessionEvent } from '../kpi/events';
import type { Clock } from '../runtime/clock';

/** The queues of each shard, by its place. */
export type SharedPlan = readonly (readonly QueueId[])[];

export interface GenesysCarrier {
  startListing(plan: SharedPlan): void;
  stopListing(): void;
  carry(plan: SharedPlan, shards: ReadonlySet<number>): void;
  isCaughtUp(shard: number): boolean;
  status(): GenesysStatus;
}
export interface SiteRoom {
  /** False: it was begun already. */
  begin(): boolean;
  end(): Promise<void>;
  /** `null`: it is not open here. */
  status(): SourceStatus | null;
}

export interface SiteOptions {
  readonly clock: Clock;
  /** `null`: there is no Genesys Cloud here. */
  readonly genesys: () => GenesysCarrier | null;
  /** `null`: there is none at this site. */
  readonly alerts: SiteRoom | null;
  readonly sessions: SiteRoom | null;
  readonly engines: {
    readonly queues: (event: KpiEvent) => void;
    readonly devices: (event: DeviceEvent) => void;
    readonly sessions: (event: SessionEvent) => void;
    readonly stateOf: (queueId: QueueId) => unknown;
  };
  /** Shards that this node owns, or not any more since then by the shared clock (`null`: nobody else does). */
  readonly onShard: (shard: SharedShard) => void;
  readonly onStatus: () => void;
  /** `mayCall` is another; resolves when that is taken up. */
  readonly onCalls: () => Promise<void>;
}

export interface SharedShard {
  readonly index: number;
  readonly queueIds: readonly QueueId[];
  readonly owned: { readonly since: number } | null;
  /** Of the owner after this node. */
  readonly endedAt: number | null;
}
