/**
 * How sure this node may be of what each duty's owner tells: which of its subjects are live, and since when nothing was
 * heard. Who is silent for five seconds is stale here, whatever the reason, until his next beat: it comes after all that
 * he kept meanwhile. An older fence says nothing any more; a newer one begins anew, and until it has told the whole
 * nothing of it is live.
 */
import type { Clock } from '../runtime/clock';
import type { Duty } from './duties';

/** What became of subjects of a duty: queues, or `WHOLE_ROOM`. */
export type LinkNews =
  | {
      readonly kind: 'lost';
      readonly duty: Duty;
      readonly ids: readonly string[];
      readonly at: number;
      readonly heardAt: number;
      readonly isBeyondBlip: boolean;
    }
  | { readonly kind: 'restored'; readonly duty: Duty; readonly ids: readonly string[]; readonly at: number };

/** The one subject of a duty that is a room. */
export const WHOLE_ROOM = '*';
export const SILENT_MS = 5_000;

interface Feed {
  readonly fence: number;
  readonly live: Set<string>;
  /** Its owner has told the whole, and nothing was missed since. */
  isSure: boolean;
  isSilent: boolean;
  /** Of this node: heard of as long as it is held. */
  isOwn: boolean;
  heardAt: number;
  heardTick: number;
}

export interface FeedLinksOptions {
  readonly clock: Clock;
  readonly say: (news: LinkNews) => void;
}

export class FeedLinks {
  readonly #options: FeedLinksOptions;
  readonly #feeds = new Map<Duty, Feed>();
  #listed: ReadonlySet<string> = new Set();

  constructor(options: FeedLinksOptions) {
    this.#options = options;
  }

  /**
   * An entry of it, written so long ago. False: of an owner that was; what he says is to be left alone. What is read late
   * tells what was, and is no sign of life.
   */
  hear(duty: Duty, fence: number, ageMs = 0): boolean {
    const feed = this.#feeds.get(duty);
    if (feed !== undefined && fence < feed.fence) return false;
    this.#heard(fence === feed?.fence ? feed : this.#begin(duty, fence, false), ageMs);
    return true;
  }

  /** A sign of life, after all that was told before. False: of an owner that was. */
  beat(duty: Duty, fence: number, ageMs = 0): boolean {
    if (!this.hear(duty, fence, ageMs)) return false;
    const feed = this.#feeds.get(duty);
    if (feed?.isSilent !== true || ageMs >= SILENT_MS) return true;
    feed.isSilent = false;
    if (feed.isSure) this.#restore(duty, [...feed.live]);
    return true;
  }

  /** This node is its owner: nothing is unknown of it. What was live of the one before is kept where it is `live`. */
  own(duty: Duty, fence: number, live: Iterable<string>): void {
    const feed = this.#feeds.get(duty);
    const known = fence === feed?.fence ? feed : this.#begin(duty, fence, true);
    known.isOwn = true;
    this.#heard(known);
    this.whole(duty, fence, [...live]);
  }

  /** This node is not its owner any more: from now on it is heard of like any other. */
  disown(duty: Duty): void {
    const feed = this.#feeds.get(duty);
    if (feed !== undefined) feed.isOwn = false;
  }

  lost(duty: Duty, fence: number, gone: { readonly ids: readonly string[]; readonly heardAt: number }): void {
    const feed = this.#current(duty, fence);
    if (feed === null) return;
    const ids = gone.ids.filter((id) => feed.live.delete(id));
    if (feed.isSure && !feed.isSilent) this.#lose(duty, ids, { heardAt: gone.heardAt, isBeyondBlip: false });
  }

  restored(duty: Duty, fence: number, ids: readonly string[]): void {
    const feed = this.#current(duty, fence);
    if (feed === null) return;
    for (const id of ids) feed.live.add(id);
    if (feed.isSure && !feed.isSilent) this.#restore(duty, ids);
  }

  /** All that is live of it now. */
  whole(duty: Duty, fence: number, ids: readonly string[], ageMs = 0): void {
    const feed = this.#current(duty, fence);
    if (feed === null) return;
    const live = new Set(ids);
    const gone = [...feed.live].filter((id) => !live.has(id));
    const wasShown = feed.isSure && !feed.isSilent;
    feed.live.clear();
    for (const id of ids) feed.live.add(id);
    feed.isSure = true;
    if (ageMs < SILENT_MS) feed.isSilent = false;
    if (wasShown) this.#lose(duty, gone, { heardAt: feed.heardAt, isBeyondBlip: false });
    if (!feed.isSilent) this.#restore(duty, ids);
  }

  /** These are another duty's by now. */
  forget(duty: Duty, ids: readonly string[]): void {
    const feed = this.#feeds.get(duty);
    if (feed === undefined) return;
    const gone = ids.filter((id) => feed.live.delete(id));
    const others = [...this.#feeds.values()].filter((other) => other.isSure && !other.isSilent);
    const lost = gone.filter((id) => !others.some(({ live }) => live.has(id)));
    if (feed.isSure && !feed.isSilent) this.#lose(duty, lost, { heardAt: feed.heardAt, isBeyondBlip: false });
  }

  /** Something may have been missed: of others' duties nothing is sure until it is told anew. */
  gap(): void {
    for (const [duty, feed] of this.#feeds) this.#doubt(duty, feed);
  }

  /** All queues that there are. What was told of one before it was listed, nobody here took up: it is told anew. */
  list(ids: readonly string[]): void {
    const before = this.#listed;
    this.#listed = new Set(ids);
    const added = ids.filter((id) => !before.has(id));
    for (const [duty, feed] of this.#feeds)
      if (added.some((id) => feed.live.has(id))) this.#doubt(duty, feed);
  }

  /** To be called a few times a second. */
  tick(): void {
    const now = this.#options.clock.monotonicNow();
    for (const [duty, feed] of this.#feeds) {
      if (feed.isOwn) this.#heard(feed);
      if (feed.isSilent || now - feed.heardTick < SILENT_MS) continue;
      feed.isSilent = true;
      this.#lose(duty, [...feed.live], { heardAt: feed.heardAt, isBeyondBlip: true });
    }
  }

  /** Duties of others that are heard of and not known as a whole. */
  unsure(): readonly Duty[] {
    // Asked at each reading of the stream, where nearly always all is sure.
    const unsure: Duty[] = [];
    for (const [duty, feed] of this.#feeds) {
      if (!feed.isSure && !feed.isSilent && !feed.isOwn) unsure.push(duty);
    }
    return unsure;
  }

  isSure(duty: Duty): boolean {
    return this.#feeds.get(duty)?.isSure === true;
  }

  isOwn(duty: Duty): boolean {
    return this.#feeds.get(duty)?.isOwn === true;
  }

  isHeard(duty: Duty): boolean {
    const feed = this.#feeds.get(duty);
    return feed !== undefined && !feed.isSilent;
  }

  liveOf(duty: Duty): readonly string[] {
    return [...(this.#feeds.get(duty)?.live ?? [])];
  }

  /** What the owner before had live is lost, for a blip, unless the new one says otherwise. */
  #begin(duty: Duty, fence: number, isOwn: boolean): Feed {
    const before = this.#feeds.get(duty);
    const { clock } = this.#options;
    const feed: Feed = {
      ...{ fence, isOwn, isSilent: before?.isSilent ?? false, isSure: false },
      live: before?.live ?? new Set(),
      heardAt: before?.heardAt ?? clock.now(),
      heardTick: clock.monotonicNow(),
    };
    this.#feeds.set(duty, feed);
    if (before?.isSure === true && !before.isSilent) {
      this.#lose(duty, [...feed.live], { heardAt: before.heardAt, isBeyondBlip: false });
    }
    return feed;
  }

  #doubt(duty: Duty, feed: Feed): void {
    if (feed.isOwn || !feed.isSure) return;
    feed.isSure = false;
    if (!feed.isSilent) this.#lose(duty, [...feed.live], { heardAt: feed.heardAt, isBeyondBlip: false });
  }

  #current(duty: Duty, fence: number): Feed | null {
    const feed = this.#feeds.get(duty);
    return feed?.fence === fence ? feed : null;
  }

  /** Never back: what was heard of it later stays so. */
  #heard(feed: Feed, ageMs = 0): void {
    const { clock } = this.#options;
    feed.heardAt = Math.max(feed.heardAt, clock.now() - ageMs);
    feed.heardTick = Math.max(feed.heardTick, clock.monotonicNow() - ageMs);
  }

  #lose(
    duty: Duty,
    ids: readonly string[],
    since: { readonly heardAt: number; readonly isBeyondBlip: boolean },
  ): void {
    if (ids.length === 0) return;
    this.#options.say({ kind: 'lost', duty, ids, at: this.#options.clock.now(), ...since });
  }

  #restore(duty: Duty, ids: readonly string[]): void {
    if (ids.length > 0) this.#options.say({ kind: 'restored', duty, ids, at: this.#options.clock.now() });
  }
}
