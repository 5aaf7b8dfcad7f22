/**
 * What this node's sources do and hear as a part of the whole site: which shards are carried here, which rooms are open
 * here, what others say of theirs. It stands between the sources and the engines of figures, and knows both by their
 * ports only.
 */
import type { GenesysStatus, Sources } from '../../lib/contracts/source';
import { queueId } from '../../lib/ids';
import type { DeviceEvent, KpiEvent, SessionEvent } from '../kpi/events';
import { type Duty, shardDuty, shardOf } from './duties';
import type { DutyActor } from './duty-holder';
import type { FeedEvent } from './feed-entry';
import type { LinkNews } from './feed-links';
import type { ClusterNode, WholePart } from './node';
import { joinedGenesys, type NodeStatus, nodeStatusSchema, statusOfRoom } from './node-status';
import { RoomFigures } from './room-figures';
import { SharedListing } from './shared-listing';
import type { GenesysCarrier, SharedPlan, SharedShard, SiteOptions } from './site-ports';

/** What nobody repeated for so long is not so any more. */
const STATUS_MS = 5_000;

export class Site {
  readonly #options: SiteOptions;
  readonly #startedAt: number;
  /** Shards whose channels are open here: owned, and got ready for. */
  readonly #carried = new Set<number>();
  /** Since when, by the table's clock. */
  readonly #owned = new Map<number, number>();
  readonly #said = new Map<string, { readonly tick: number; readonly status: NodeStatus }>();
  /** The last word on each owner of figures, for who comes later. */
  readonly #figures = { alerts: new RoomFigures(), sessions: new RoomFigures() };
  readonly #listing = new SharedListing();
  #node: ClusterNode | null = null;
  #mayCall = false;

  constructor(options: SiteOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** To be called once, before anything is told. */
  join(node: ClusterNode): void {
    this.#node = node;
  }

  /** Whether this node has the duty of telling webhooks. */
  get mayCall(): boolean {
    return this.#mayCall;
  }

  get listing(): SharedListing {
    return this.#listing;
  }

  readonly duties = (): readonly Duty[] => {
    const { alerts, sessions } = this.#options;
    return [
      ...(this.#options.genesys() === null ? [] : (['listing'] as const)),
      ...(alerts === null ? [] : (['alerts'] as const)),
      ...(sessions === null ? [] : (['sessions'] as const)),
      'calls',
      ...this.#listing.duties(),
    ];
  };

  /** The door for what Genesys Cloud tells this node. */
  readonly fromGenesys = (event: KpiEvent): void => {
    switch (event.kind) {
      case 'queuesListed':
      case 'presencesListed':
        this.#node?.tell('listing', event);
        return;
      case 'linkLost':
      case 'linkRestored':
        for (const [shard, queueIds] of this.#listing.byShard(event.queueIds))
          this.#node?.tell(shardDuty(shard), { ...event, queueIds });
        return;
      default: {
        const shard = this.#listing.shardOf(event.queueId);
        if (shard !== undefined) this.#node?.tell(shardDuty(shard), event);
      }
    }
  };
  readonly fromAlerts = (event: DeviceEvent): void => {
    if (event.kind === 'deviceLinkRestored') this.#complete('alerts', event.at);
    this.#node?.tell('alerts', event);
  };
  readonly fromSessions = (event: SessionEvent): void => {
    if (event.kind === 'sessionsRestored') this.#complete('sessions', event.at);
    this.#node?.tell('sessions', event);
  };

  /** This node made a plan. */
  readonly planned = (plan: SharedPlan): void => {
    this.#adopt(plan);
    this.#node?.tellPlan(JSON.stringify(plan));
  };
  readonly planHeard = (body: string): void => {
    const plan = this.#listing.readPlan(body);
    if (plan !== null) this.#adopt(plan);
  };

  /** What was kept of lists and plan. Whoever lists later says more. */
  readonly listingKept = (text: string): void => {
    const kept = this.#listing.readText(text);
    if (kept === null) return;
    for (const event of kept.events) this.apply(event);
    this.#adopt(kept.plan);
  };

  /** An event of this node or another, for the engines here. */
  readonly apply = (event: FeedEvent): void => {
    const { engines } = this.#options;
    switch (event.kind) {
      case 'deviceFiguresObserved':
        this.#figures.alerts.note(event);
        engines.devices(event);
        return;
      case 'sessionFiguresObserved':
        this.#figures.sessions.note(event);
        engines.sessions(event);
        return;
      case 'deviceLinkLost':
      case 'deviceLinkRestored':
      case 'sessionsLost':
      case 'sessionsRestored':
        return;
      default:
        this.#listing.note(event);
        engines.queues(event);
    }
  };

  readonly onLink = (news: LinkNews): void => {
    const { engines } = this.#options;
    const { duty, at } = news;
    const gone = news.kind === 'lost' ? { at, heardAt: news.heardAt, isBeyondBlip: news.isBeyondBlip } : null;
    if (shardOf(duty) !== null) {
      const queueIds = news.ids.map(queueId);
      engines.queues(
        gone === null ? { kind: 'linkRestored', queueIds, at } : { kind: 'linkLost', queueIds, ...gone },
      );
    } else if (duty === 'alerts') {
      engines.devices(
        gone === null ? { kind: 'deviceLinkRestored', at } : { kind: 'deviceLinkLost', ...gone },
      );
    } else if (duty === 'sessions') {
      engines.sessions(gone === null ? { kind: 'sessionsRestored', at } : { kind: 'sessionsLost', ...gone });
    }
  };

  readonly wholeOf = (duty: Duty): readonly WholePart[] => {
    const shard = shardOf(duty);
    if (shard !== null) {
      return (this.#listing.plan[shard] ?? []).flatMap((id) => {
        const state = this.#options.engines.stateOf(id);
        return state === null ? [] : [{ event: { kind: 'queueTold', queueId: id, state } as const }];
      });
    }
    if (duty === 'listing') return this.#listing.parts();
    if (duty !== 'alerts' && duty !== 'sessions') return [];
    return this.#figures[duty].all().map((event) => ({ event }));
  };

  readonly actor: DutyActor = {
    held: (duty, { since }) => {
      const index = shardOf(duty);
      if (index !== null) {
        this.#carried.add(index);
        this.#owned.set(index, since);
        this.#carry();
        this.#sayShard(index, { owned: { since }, endedAt: null });
      } else this.#begin(duty);
    },
    prepare: (duty) => {
      const index = shardOf(duty);
      if (index === null) return;
      this.#carried.add(index);
      this.#carry();
    },
    isReady: (duty) => this.#options.genesys()?.isCaughtUp(shardOf(duty) ?? -1) ?? false,
    unprepare: (duty) => this.#drop(duty),
    lost: async (duty, since) => {
      const index = shardOf(duty);
      if (index === null) return this.#end(duty);
      this.#owned.delete(index);
      this.#sayShard(index, { owned: null, endedAt: since });
      this.#drop(duty);
    },
  };

  readonly status = (): NodeStatus => {
    const { genesys, alerts, sessions } = this.#options;
    return {
      genesys: this.#genesysStatus(genesys()),
      mqtt: alerts?.status() ?? null,
      devices: sessions?.status() ?? null,
    };
  };

  readonly onBeat = (node: string, said: unknown): void => {
    const parsed = nodeStatusSchema.safeParse(said);
    if (!parsed.success) return;
    this.#said.set(node, { tick: this.#options.clock.monotonicNow(), status: parsed.data });
    this.#options.onStatus();
  };

  /** Of the whole site, as this node hears it; `off` for what the site does not have is the caller's word. */
  sources(): Pick<Sources, 'genesys' | 'mqtt'> {
    const since = this.#options.clock.monotonicNow() - STATUS_MS;
    for (const [node, { tick }] of this.#said) if (tick < since) this.#said.delete(node);
    const all = [this.status(), ...[...this.#said.values()].map(({ status }) => status)];
    const shards = this.#listing.duties();
    const links = this.#node?.links;
    const silent = shards.filter((duty) => links?.isHeard(duty) !== true).length;
    const startedAt = this.#startedAt;
    return {
      genesys: joinedGenesys(
        all.flatMap(({ genesys }) => genesys ?? []),
        { shards: shards.length, silent, since: startedAt },
      ),
      mqtt: statusOfRoom(
        all.flatMap(({ mqtt }) => mqtt ?? []),
        startedAt,
      ),
    };
  }

  /** `null`: no shard is this node's. Those that it only gets ready for are no trouble of anybody. */
  #genesysStatus(genesys: GenesysCarrier | null): GenesysStatus | null {
    const owned = [...this.#carried].filter((index) => this.#owned.has(index));
    if (genesys === null || owned.length === 0) return null;
    const status = genesys.status();
    const isBusy = owned.length < this.#carried.size && status.state === 'degraded';
    return isBusy && owned.every((index) => genesys.isCaughtUp(index))
      ? { ...status, state: 'live', message: null }
      : status;
  }

  #adopt(plan: SharedPlan): void {
    const before = this.#listing.plan;
    this.#listing.adopt(plan);
    for (const [index, ids] of before.entries()) {
      const now = new Set(plan[index]);
      const gone = ids.filter((id) => !now.has(id));
      if (gone.length === 0) continue;
      this.#node?.forget(shardDuty(index), gone);
      if (this.#owned.has(index))
        this.#options.onShard({ index, queueIds: gone, owned: null, endedAt: null });
    }
    // After all that go: a queue may go from one shard of this node to another.
    for (const [index, since] of this.#owned) {
      const old = new Set(before[index]);
      const isMore = plan[index]?.some((id) => !old.has(id)) ?? false;
      if (isMore) this.#sayShard(index, { owned: { since }, endedAt: null });
    }
    this.#carry();
  }

  #carry(): void {
    this.#options.genesys()?.carry(this.#listing.plan, this.#carried);
  }

  #drop(duty: Duty): void {
    if (!this.#carried.delete(shardOf(duty) ?? -1)) return;
    this.#carry();
  }

  #sayShard(index: number, what: Pick<SharedShard, 'owned' | 'endedAt'>): void {
    this.#options.onShard({ index, queueIds: this.#listing.plan[index] ?? [], ...what });
  }

  #begin(duty: Duty): void {
    const { genesys, alerts, sessions } = this.#options;
    if (duty === 'listing') genesys()?.startListing(this.#listing.plan);
    else if (duty === 'calls') {
      this.#mayCall = true;
      void this.#options.onCalls();
    } else if (duty === 'alerts' || duty === 'sessions') {
      const isNew = (duty === 'alerts' ? alerts : sessions)?.begin();
      if (isNew === true) this.#figures[duty].begin();
    }
  }

  #complete(duty: 'alerts' | 'sessions', at: number): void {
    for (const event of this.#figures[duty].complete(at)) this.#node?.tell(duty, event);
  }

  async #end(duty: Duty): Promise<void> {
    const { genesys, alerts, sessions } = this.#options;
    if (duty === 'listing') genesys()?.stopListing();
    else if (duty === 'alerts') await alerts?.end();
    else if (duty === 'sessions') await sessions?.end();
    else {
      this.#mayCall = false;
      await this.#options.onCalls();
    }
  }
}
