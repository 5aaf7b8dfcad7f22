/**
 * Writes what this node tells of its duties into the stream: as much as fits a turn in one round trip, in order by duty,
 * the first at once and then at a pace. Nothing waits for it. While Redis is away it keeps what fits; beyond that it forgets, and when
 * Redis is back each duty is told as a whole instead. What another node owns by now is dropped.
 */
import type { Cancel, Clock } from '../runtime/clock';
import type { Duty } from './duties';
import type { FeedEvent, FeedKind } from './feed-entry';
import type { FeedPiece, RedisFeed } from './redis-feed';

export interface FeedWriterOptions {
  readonly feed: RedisFeed;
  readonly nodeId: string;
  readonly clock: Clock;
  /** Runs a function after what the event loop has at hand. */
  readonly defer: (run: () => void) => void;
  /** What this node owns, with its fences: whose life a beat is a sign of. */
  readonly held: () => ReadonlyMap<Duty, number>;
  /** `null`: this node does not own it now. */
  readonly fenceOf: (duty: Duty) => number | null;
  /** What makes the whole of a duty, to be pushed again. */
  readonly tellWhole: (duty: Duty) => void;
  readonly onFenced: (duty: Duty) => void;
}

/** About 50 MB at the most. */
const MOST_EVENTS = 30_000;
/** Characters of one entry; a single event may be longer. */
const ENTRY_CHARACTERS = 64_000;
/** What is put into words in one go, of all duties together: events, of which the state of a queue counts for many. */
const MOST_A_TURN = 1_500;
const STATE_COUNTS_FOR = 15;
const PACE_MS = 9;
const RETRY_MS = 250;

/** One event, or a body that is whole already; `to`: the node that asked for it, empty for all. */
export type FeedItem =
  | { readonly kind: 'events' | 'state'; readonly to: string; readonly event: FeedEvent }
  | { readonly kind: FeedKind; readonly to: string; readonly body: string };
interface Line {
  readonly fence: number;
  readonly items: FeedItem[];
}

export class FeedWriter {
  readonly #options: FeedWriterOptions;
  readonly #lines = new Map<Duty, Line>();
  /** To be told as a whole: what was kept of them is gone. */
  readonly #forgotten = new Set<Duty>();
  #count = 0;
  #isFlushing = false;
  #isScheduled = false;
  /** Nothing more is begun by itself. */
  #isEnding = false;
  #isStopped = false;
  #underWay: Promise<void> = Promise.resolve();
  #lastAt = Number.NEGATIVE_INFINITY;
  #timer: Cancel = () => {};
  #beat: string | null = null;
  #entries = 0;
  #overflows = 0;

  constructor(options: FeedWriterOptions) {
    this.#options = options;
  }

  get entries(): number {
    return this.#entries;
  }
  get waiting(): number {
    return this.#count;
  }
  get overflows(): number {
    return this.#overflows;
  }

  push(duty: Duty, item: FeedItem): void {
    const fence = this.#options.fenceOf(duty);
    if (fence === null || this.#isStopped || this.#forgotten.has(duty)) return;
    if (this.#count >= MOST_EVENTS) {
      this.#overflow(duty);
      return;
    }
    let line = this.#lines.get(duty);
    if (line?.fence !== fence) {
      this.#drop(duty);
      line = { fence, items: [] };
      this.#lines.set(duty, line);
    }
    line.items.push(item);
    this.#count += 1;
    this.#schedule();
  }

  /** A sign of life once all that was told before is written. */
  beat(status: string): void {
    this.#beat = status;
    this.#schedule();
  }

  /** Writes what is there, once, where Redis takes it, and ends. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    this.#timer();
    await this.#underWay;
    for (let before = Number.POSITIVE_INFINITY; this.#count < before; ) {
      before = this.#count;
      await this.#flush();
    }
    this.#isStopped = true;
  }

  /** Of the one for whom there was no room, and of all that wait. */
  #overflow(duty: Duty): void {
    this.#overflows += 1;
    for (const one of new Set([...this.#lines.keys(), duty])) {
      this.#forgotten.add(one);
      this.#drop(one);
    }
    this.#schedule();
  }

  #drop(duty: Duty): void {
    this.#count -= this.#lines.get(duty)?.items.length ?? 0;
    this.#lines.delete(duty);
  }

  #schedule(delayMs?: number): void {
    if (this.#isScheduled || this.#isFlushing || this.#isEnding) return;
    this.#isScheduled = true;
    const { clock, defer } = this.#options;
    const run = () => {
      this.#isScheduled = false;
      this.#underWay = this.#flush();
    };
    const waitMs = delayMs ?? this.#lastAt + PACE_MS - clock.monotonicNow();
    if (waitMs <= 0) defer(run);
    else this.#timer = clock.after(waitMs, run);
  }

  async #flush(): Promise<void> {
    if (this.#isFlushing || this.#isStopped) return;
    this.#isFlushing = true;
    this.#lastAt = this.#options.clock.monotonicNow();
    const isThrough = await this.#write();
    this.#isFlushing = false;
    if (!isThrough) this.#schedule(RETRY_MS);
    else if (this.#count > 0 || this.#beat !== null) this.#schedule();
  }

  /** False: Redis is away, and what was to be written is kept. */
  async #write(): Promise<boolean> {
    const status = this.#beat;
    this.#beat = null;
    const lines = this.#taken();
    // What stays for the next time was told before this sign of life too.
    const isAll = this.#lines.size === 0;
    const taken = lines.reduce((sum, [, { items }]) => sum + items.length, 0);
    const results = await Promise.all(lines.map(([duty, line]) => this.#append(duty, line)));
    this.#count -= taken;
    const kept = lines.filter((_, at) => results[at] === false);
    for (const [duty, line] of kept) this.#keep(duty, line);
    if (kept.length === 0 && isAll) return this.#afterwards(status);
    this.#beat ??= status;
    return kept.length === 0;
  }

  /** As much as fits a turn; a duty of which more waits comes behind the others the next time. */
  #taken(): readonly (readonly [Duty, Line])[] {
    const taken: (readonly [Duty, Line])[] = [];
    let room = MOST_A_TURN;
    for (const [duty, line] of [...this.#lines]) {
      if (room <= 0) break;
      let count = 0;
      for (; count < line.items.length && room > 0; count += 1) room -= weightOf(line.items[count]);
      taken.push([duty, { fence: line.fence, items: line.items.splice(0, count) }]);
      this.#lines.delete(duty);
      if (line.items.length > 0) this.#lines.set(duty, line);
    }
    return taken;
  }

  async #append(duty: Duty, { fence, items }: Line): Promise<boolean> {
    const { feed, nodeId, onFenced } = this.#options;
    const pieces = piecesOf(items);
    const answer = await feed.append({ duty, fence, node: nodeId }, pieces);
    if (answer.ok) this.#entries += pieces.length;
    else if (answer.error === 'fenced') onFenced(duty);
    return answer.ok || answer.error === 'fenced';
  }

  /** In front of what came meanwhile. */
  #keep(duty: Duty, line: Line): void {
    const newer = this.#lines.get(duty);
    if (this.#forgotten.has(duty) || (newer !== undefined && newer.fence !== line.fence)) return;
    this.#lines.set(duty, { fence: line.fence, items: [...line.items, ...(newer?.items ?? [])] });
    this.#count += line.items.length;
  }

  /** All that was kept is written. What was forgotten is told as a whole, a duty at a time; then comes the sign of life. */
  async #afterwards(status: string | null): Promise<boolean> {
    const { feed, nodeId, held, fenceOf, tellWhole } = this.#options;
    for (const duty of this.#forgotten) {
      this.#forgotten.delete(duty);
      if (fenceOf(duty) === null) continue;
      tellWhole(duty);
      this.#beat ??= status;
      return true;
    }
    if (status === null || (await feed.beat(nodeId, [...held()], status))) return true;
    this.#beat ??= status;
    return false;
  }
}

function weightOf(item: FeedItem | undefined): number {
  return item?.kind === 'state' ? STATE_COUNTS_FOR : 1;
}

/** Events side by side in entries of a size that nobody waits for. */
export function piecesOf(items: readonly FeedItem[]): readonly FeedPiece[] {
  const pieces: { kind: FeedKind; to: string; texts: string[] | null; body: string; size: number }[] = [];
  for (const item of items) {
    const { kind, to } = item;
    if ('body' in item) {
      pieces.push({ kind, to, texts: null, body: item.body, size: 0 });
      continue;
    }
    const text = JSON.stringify(item.event);
    const last = pieces.at(-1);
    const isSame = last?.texts && last.kind === kind && last.to === to;
    if (isSame && last.size + text.length <= ENTRY_CHARACTERS) {
      last.texts?.push(text);
      last.size += text.length;
    } else pieces.push({ kind, to, texts: [text], body: '', size: text.length });
  }
  return pieces.map(({ kind, to, texts, body }) => ({
    kind,
    to,
    body: texts === null ? body : `[${texts.join(',')}]`,
  }));
}
