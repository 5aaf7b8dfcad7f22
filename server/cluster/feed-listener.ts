/**
 * Reads what other nodes tell: their events go to this node's engines as if they were its own, links as `feed-links`
 * judges them. Where numbers are missing, or a duty is not known as a whole, it asks its owner for the whole: first for
 * the list of queues, then for the rest.
 */

import type { StreamEntry } from '../redis/redis-stream';
import type { Clock } from '../runtime/clock';
import { type Duty, readDuty } from './duties';
import {
  beatSchema,
  type FeedEntry,
  type FeedEvent,
  joinSchema,
  parseBody,
  parseEvents,
  readFeedEntry,
  wholeSchema,
} from './feed-entry';
import { type FeedLinks, SILENT_MS, WHOLE_ROOM } from './feed-links';

export interface FeedListenerOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly links: FeedLinks;
  /** An event that is about no link. */
  readonly apply: (event: FeedEvent) => void;
  readonly onPlan: (body: string) => void;
  /** `status`: as that node's own build says it. */
  readonly onBeat: (node: string, status: unknown) => void;
  /** Somebody wants these duties as a whole. */
  readonly onAsked: (node: string, duties: readonly Duty[]) => void;
  /** Asks for these as a whole. */
  readonly ask: (duties: readonly Duty[]) => void;
}

const ASK_AGAIN_MS = 1_000;

export class FeedListener {
  readonly #options: FeedListenerOptions;
  #seq: number | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asked = '';
  #gaps = 0;
  #entries = 0;
  #unread = 0;

  constructor(options: FeedListenerOptions) {
    this.#options = options;
  }

  get gaps(): number {
    return this.#gaps;
  }
  get entries(): number {
    return this.#entries;
  }
  /** Entries that nobody here could read. */
  get unread(): number {
    return this.#unread;
  }

  take(entries: readonly StreamEntry[]): void {
    for (const raw of entries) {
      const entry = readFeedEntry(raw);
      this.#entries += 1;
      if (entry === null) this.#unread += 1;
      this.#count(entry?.seq ?? Number.NaN);
      const ageMs = Math.max(0, this.#options.clock.now() - Number.parseInt(raw.id, 10));
      if (entry !== null && entry.node !== this.#options.nodeId) this.#hear(entry, ageMs);
    }
    this.review();
  }

  /** Asks for what is not known as a whole; to be called a few times a second. */
  review(): void {
    const { links, clock, ask } = this.#options;
    const unsure = links.unsure();
    const wanted = unsure.includes('listing')
      ? (['listing'] as const)
      : unsure.filter((duty) => duty !== 'calls');
    const now = clock.monotonicNow();
    const words = wanted.join(' ');
    if (wanted.length === 0 || (words === this.#asked && now - this.#askedAt < ASK_AGAIN_MS)) return;
    this.#asked = words;
    this.#askedAt = now;
    ask(wanted);
  }

  #count(seq: number): void {
    const expected = this.#seq === null ? seq : this.#seq + 1;
    this.#seq = Number.isSafeInteger(seq) ? seq : null;
    if (seq === expected) return;
    this.#gaps += 1;
    this.#asked = '';
    this.#options.links.gap();
  }

  #hear(entry: FeedEntry, ageMs: number): void {
    const { nodeId, links } = this.#options;
    if (entry.from === null) {
      this.#hearNode(entry, ageMs);
      return;
    }
    if (entry.to !== '' && entry.to !== nodeId) return;
    const { duty, fence } = entry.from;
    if (!links.hear(duty, fence, ageMs)) return;
    this.#hearDuty(duty, fence, entry, ageMs);
  }

  #hearNode({ node, kind, body }: FeedEntry, ageMs: number): void {
    const { links, onBeat, onAsked } = this.#options;
    if (kind === 'join') {
      const wish = parseBody(joinSchema, body);
      if (wish === null) this.#unread += 1;
      else
        onAsked(
          node,
          wish.duties.flatMap((text) => readDuty(text) ?? []),
        );
      return;
    }
    const beat = kind === 'beat' ? parseBody(beatSchema, body) : null;
    if (beat === null) {
      this.#unread += 1;
      return;
    }
    for (const [text, fence] of beat.feeds) {
      const duty = readDuty(text);
      if (duty !== null) links.beat(duty, fence, ageMs);
    }
    if (ageMs < SILENT_MS) onBeat(node, beat.status);
  }

  #hearDuty(duty: Duty, fence: number, { kind, body }: FeedEntry, ageMs: number): void {
    const { links, onPlan } = this.#options;
    switch (kind) {
      case 'events':
      case 'state':
        for (const event of parseEvents(body)) hearEvent(duty, fence, event, this.#options);
        return;
      case 'whole': {
        const whole = parseBody(wholeSchema, body);
        if (whole === null) this.#unread += 1;
        else links.whole(duty, fence, whole.live, ageMs);
        return;
      }
      case 'plan':
        onPlan(body);
        return;
      default:
        this.#unread += 1;
    }
  }
}

/** An event of a duty, on its owner's node and on all others: links are judged, the rest is applied. */
export function hearEvent(
  duty: Duty,
  fence: number,
  event: FeedEvent,
  { links, apply }: Pick<FeedListenerOptions, 'links' | 'apply'>,
): void {
  const change = linkChangeOf(event);
  if (change === null) apply(event);
  else if (change.heardAt === null) links.restored(duty, fence, change.ids);
  else links.lost(duty, fence, { ids: change.ids, heardAt: change.heardAt });
}

/** Which subjects are live from now on, or are not (`heardAt`); `null`: it is about none. */
export function linkChangeOf(
  event: FeedEvent,
): { readonly ids: readonly string[]; readonly heardAt: number | null } | null {
  switch (event.kind) {
    case 'linkLost':
      return { ids: event.queueIds, heardAt: event.heardAt };
    case 'linkRestored':
      return { ids: event.queueIds, heardAt: null };
    case 'deviceLinkLost':
    case 'sessionsLost':
      return { ids: [WHOLE_ROOM], heardAt: event.heardAt };
    case 'deviceLinkRestored':
    case 'sessionsRestored':
      return { ids: [WHOLE_ROOM], heardAt: null };
    default:
      // Also one that a newer build makes: the engines leave alone what they do not know.
      return null;
  }
}
