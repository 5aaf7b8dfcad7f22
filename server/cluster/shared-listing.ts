/**
 * What is listed and planned at the whole site, as this node knows it: queues, presences, and which shard carries which
 * queue. As one text it can be kept for nodes that start while nobody could tell them.
 */
import { z } from 'zod';
import { type QueueId, queueId } from '../../lib/ids';
import type { KpiEvent, PresencesListed, QueuesListed } from '../kpi/events';
import { type Duty, shardDuty } from './duties';
import { parseBody } from './feed-entry';
import type { WholePart } from './node';
import type { SharedPlan } from './site-ports';

const planSchema = z.array(z.array(z.string()));
const keptSchema = z.object({
  queues: z.looseObject({ kind: z.literal('queuesListed'), queues: z.array(z.unknown()) }).nullable(),
  presences: z
    .looseObject({ kind: z.literal('presencesListed'), presences: z.array(z.unknown()) })
    .nullable(),
  plan: planSchema,
});

export class SharedListing {
  #plan: SharedPlan = [];
  #shards: ReadonlyMap<QueueId, number> = new Map();
  #queues: QueuesListed | null = null;
  #presences: PresencesListed | null = null;
  #version = 0;

  get plan(): SharedPlan {
    return this.#plan;
  }

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  /** The duties of shards that have queues. */
  duties(): readonly Duty[] {
    return this.#plan.flatMap((ids, index) => (ids.length > 0 ? [shardDuty(index)] : []));
  }

  shardOf(id: QueueId): number | undefined {
    return this.#shards.get(id);
  }

  byShard(queueIds: readonly QueueId[]): ReadonlyMap<number, readonly QueueId[]> {
    const shards = new Map<number, QueueId[]>();
    for (const id of queueIds) {
      const shard = this.#shards.get(id);
      if (shard === undefined) continue;
      const ids = shards.get(shard) ?? [];
      ids.push(id);
      shards.set(shard, ids);
    }
    return shards;
  }

  note(event: KpiEvent): void {
    if (event.kind === 'queuesListed') this.#queues = event;
    else if (event.kind === 'presencesListed') this.#presences = event;
    else return;
    this.#version += 1;
  }

  adopt(plan: SharedPlan): void {
    this.#plan = plan;
    this.#shards = new Map(plan.flatMap((ids, index) => ids.map((id) => [id, index] as const)));
    this.#version += 1;
  }

  /** `null`: it is no plan. */
  readPlan(body: string): SharedPlan | null {
    return parseBody(planSchema, body)?.map((ids) => ids.map(queueId)) ?? null;
  }

  parts(): readonly WholePart[] {
    const listed = [this.#queues, this.#presences].flatMap((event) => (event === null ? [] : [{ event }]));
    // Where nothing was planned, nobody is to let go of what he carries.
    return this.#plan.length === 0 ? listed : [...listed, { plan: JSON.stringify(this.#plan) }];
  }

  /** `null`: nothing is listed. */
  text(): string | null {
    if (this.#queues === null) return null;
    return JSON.stringify({ queues: this.#queues, presences: this.#presences, plan: this.#plan });
  }

  /** What was kept as text: events for this node's engines, and the plan. `null`: it is none. */
  readText(text: string): { readonly events: readonly KpiEvent[]; readonly plan: SharedPlan } | null {
    const kept = parseBody(keptSchema, text);
    if (kept === null) return null;
    const events = [kept.queues, kept.presences].filter((event) => event !== null);
    // As another node's source made them.
    return { events: events as unknown as KpiEvent[], plan: kept.plan.map((ids) => ids.map(queueId)) };
  }
}
