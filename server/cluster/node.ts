/**
 * One node of several, put together: its duties by leases, what it tells of them and hears of others, and how sure it may
 * be of all that. Sources tell it what they see by duty; it hands everything on to this node's engines, its own events
 * and others' alike, and its own to all others.
 */

import type { StreamEntry } from '../redis/redis-stream';
import type { Cancel, Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import { type Duty, shardOf } from './duties';
import { type DutyActor, DutyHolder } from './duty-holder';
import type { FeedEvent } from './feed-entry';
import { FeedLinks, type LinkNews } from './feed-links';
import { FeedListener, hearEvent, linkChangeOf } from './feed-listener';
import { type FeedItem, FeedWriter } from './feed-writer';
import type { LeaseRound, LeaseTable, Taken } from './lease-table';
import type { RedisFeed } from './redis-feed';

export interface NodeOptions {
  readonly nodeId: string;
  readonly mayHold: boolean;
  readonly table: LeaseTable;
  readonly feed: RedisFeed;
  readonly clock: Clock;
  readonly log: Log;
  readonly defer: (run: () => void) => void;
  /** All duties that there should be, as they are known now. */
  readonly duties: () => readonly Duty[];
  readonly mostPreparing: () => number;
  /** Who does the work. */
  readonly actor: DutyActor;
  /** An event for this node's engines. */
  readonly apply: (event: FeedEvent) => void;
  /** What became of links, for this node's engines. */
  readonly onLink: (news: LinkNews) => void;
  /** Events and bodies that make the whole of a duty of this node, without what is live. */
  readonly wholeOf: (duty: Duty) => readonly WholePart[];
  readonly onPlan: (body: string) => void;
  readonly onBeat: (node: string, status: unknown) => void;
  /** What this node says of its sources. */
  readonly status: () => unknown;
  readonly onRound: (round: LeaseRound, tookMs: number) => void;
}

export type WholePart = { readonly event: FeedEvent } | { readonly plan: string };

const REVIEW_MS = 250;
const BEAT_MS = 1_000;
/** The whole of another duty is told once so few wait to be written. */
const ROOM_FOR_ANSWERS = 3_000;

export class ClusterNode {
  readonly #options: NodeOptions;
  readonly #holder: DutyHolder;
  readonly #links: FeedLinks;
  readonly #writer: FeedWriter;
  readonly #listener: FeedListener;
  /** What is live by this node's own sources, of duties that it has or gets ready for, whatever others said meanwhile. */
  readonly #live = new Map<Duty, Set<string>>();
  readonly #answers: { readonly duty: Duty; readonly to: string }[] = [];
  readonly #cancels: Cancel[] = [];

  constructor(options: NodeOptions) {
    this.#options = options;
    const { nodeId, clock, log, feed, actor } = options;
    this.#links = new FeedLinks({ clock, say: options.onLink });
    this.#holder = new DutyHolder({ ...options, log, actor: this.#actor(actor) });
    const fenceOf = (duty: Duty) => this.#holder.fenceOf(duty);
    this.#writer = new FeedWriter({
      ...{ feed, nodeId, clock, fenceOf, defer: options.defer, held: () => this.#holder.held },
      tellWhole: (duty) => this.#tellWhole(duty, '', true),
      onFenced: () => this.#holder.look(),
    });
    this.#listener = new FeedListener({
      ...{ nodeId, clock, links: this.#links, apply: this.#apply, onPlan: options.onPlan },
      onBeat: options.onBeat,
      onAsked: (to, duties) => this.#asked(to, duties),
      ask: (duties) => void feed.ask(nodeId, duties),
    });
  }

  get holder(): DutyHolder {
    return this.#holder;
  }
  get links(): FeedLinks {
    return this.#links;
  }
  get writer(): FeedWriter {
    return this.#writer;
  }
  get listener(): FeedListener {
    return this.#listener;
  }

  start(): void {
    const { clock, status } = this.#options;
    this.#holder.start();
    this.#cancels.push(
      clock.every(REVIEW_MS, () => this.#review()),
      clock.every(BEAT_MS, () => {
        if (this.#holder.held.size > 0 || this.#options.mayHold) this.#writer.beat(JSON.stringify(status()));
      }),
    );
  }

  /** Entries of the stream, in order. */
  hear(entries: readonly StreamEntry[]): void {
    this.#listener.take(entries);
  }

  /** An event of a source that works for that duty on this node. */
  tell(duty: Duty, event: FeedEvent): void {
    const change = linkChangeOf(event);
    const live = this.#live.get(duty);
    for (const id of change?.ids ?? []) change?.heardAt === null ? live?.add(id) : live?.delete(id);
    const fence = this.#holder.fenceOf(duty);
    if (fence !== null) {
      hearEvent(duty, fence, event, { links: this.#links, apply: this.#apply });
      this.#writer.push(duty, { kind: 'events', to: '', event });
    } else if (live !== undefined && change === null) this.#options.apply(event);
  }

  readonly #apply = (event: FeedEvent): void => {
    this.#options.apply(event);
    if (event.kind === 'queuesListed') this.#links.list(event.queues.map(({ id }) => id));
  };

  /** These queues are another shard's by now. */
  forget(duty: Duty, ids: readonly string[]): void {
    for (const id of ids) this.#live.get(duty)?.delete(id);
    this.#links.forget(duty, ids);
  }

  /** A new plan, for all. */
  tellPlan(body: string): void {
    this.#writer.push('listing', { kind: 'plan', to: '', body });
  }

  /** Hands duties over, at most so long, and ends. */
  async stop(mostMs: number): Promise<void> {
    await this.#holder.leave(mostMs);
    for (const cancel of this.#cancels) cancel();
    await this.#writer.stop();
  }

  #actor(actor: DutyActor): DutyActor {
    return {
      held: (duty, taken) => {
        this.#begin(duty, taken);
        actor.held(duty, taken);
      },
      prepare: (duty) => {
        this.#live.set(duty, new Set());
        actor.prepare(duty);
      },
      isReady: (duty) => actor.isReady(duty),
      unprepare: (duty) => {
        this.#live.delete(duty);
        actor.unprepare(duty);
      },
      lost: (duty, since) => {
        this.#live.delete(duty);
        this.#links.disown(duty);
        return actor.lost(duty, since);
      },
    };
  }

  #begin(duty: Duty, { fence }: Taken): void {
    // What somebody else had live is not live here before this node says so.
    const known = this.#live.get(duty);
    const live = known ?? new Set();
    this.#live.set(duty, live);
    this.#links.own(duty, fence, live);
    this.#tellWhole(duty, '', known !== undefined);
  }

  #tellWhole(duty: Duty, to: string, withState: boolean): void {
    const items: FeedItem[] = (withState ? this.#options.wholeOf(duty) : []).map((part) =>
      'plan' in part ? { kind: 'plan', to, body: part.plan } : { kind: 'state', to, event: part.event },
    );
    for (const item of items) this.#writer.push(duty, item);
    this.#writer.push(duty, { kind: 'whole', to, body: JSON.stringify({ live: this.#links.liveOf(duty) }) });
  }

  #asked(to: string, duties: readonly Duty[]): void {
    for (const duty of duties) {
      const isKnown = this.#answers.some((answer) => answer.to === to && answer.duty === duty);
      if (!isKnown && this.#holder.fenceOf(duty) !== null) this.#answers.push({ duty, to });
    }
    this.#answerNext();
  }

  #answerNext(): void {
    while (this.#writer.waiting < ROOM_FOR_ANSWERS) {
      const next = this.#answers.shift();
      if (next === undefined) return;
      this.#tellWhole(next.duty, next.to, true);
      // One shard a turn: the whole of many would hold everything else up.
      if (shardOf(next.duty) !== null) return;
    }
  }

  #review(): void {
    this.#links.tick();
    this.#listener.review();
    this.#answerNext();
  }
}
