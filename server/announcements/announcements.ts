/**
 * What people want the floor to know. An announcement begins and ends by itself, by the server's clock; it is in the
 * store before anybody sees it, and recorded before it is in the store; after a restart all is the same. Those that are
 * over are thrown away. Knows no sockets and nobody's rights.
 */
import type { Announcement, NewAnnouncement } from '../../lib/contracts/announcement';
import { err, ok, type Result } from '../../lib/result';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { DocumentStore } from '../store/ports';
import { byBeginning, isOver, nextMoment, shownOn } from './announcement-book';
import { AnnouncementShelf } from './announcement-shelf';
import type { AnnouncementDesk, RecordFirst, Unsubscribe, WriteProblem } from './desk';

/** Holding or to come. */
export const MOST_STORED = 100;
/** A clock that was set meanwhile is noticed within this. */
const LONGEST_TIMER_MS = 60_000;
/** More than there can be boards. */
const MOST_REMEMBERED = 1_000;

export interface AnnouncementsOptions {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

export interface Announcements extends AnnouncementDesk {
  /** Takes up what other nodes wrote, after what is under way here. Rejects where the store cannot be read. */
  reload(): Promise<void>;
  stop(): void;
}

/** Reads what is stored. Rejects where the store does. */
export async function openAnnouncements(options: AnnouncementsOptions): Promise<Announcements> {
  const shelf = new AnnouncementShelf(options.store, options.log);
  const announcements = new StoredAnnouncements(options, shelf, await shelf.list());
  announcements.review();
  return announcements;
}

class StoredAnnouncements implements Announcements {
  readonly #options: AnnouncementsOptions;
  readonly #shelf: AnnouncementShelf;
  #byId: Map<string, Announcement>;
  readonly #listeners = new Set<() => void>();
  /** By board: what was last shown there, so that the same stays the same array. */
  readonly #shown = new Map<string, readonly Announcement[]>();
  #timer: Cancel | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(options: AnnouncementsOptions, shelf: AnnouncementShelf, stored: readonly Announcement[]) {
    this.#options = options;
    this.#shelf = shelf;
    this.#byId = new Map(stored.map((one) => [one.id, one]));
  }

  shown(boardId: string): readonly Announcement[] {
    const before = this.#shown.get(boardId);
    const now = shownOn(boardId, this.#byId.values(), this.#options.clock.now());
    if (before !== undefined && isSame(before, now)) return before;
    if (this.#shown.size >= MOST_REMEMBERED) this.#shown.clear();
    this.#shown.set(boardId, now);
    return now;
  }

  subscribe(listener: () => void): Unsubscribe {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  list(): readonly Announcement[] {
    const now = this.#options.clock.now();
    return [...this.#byId.values()].filter((one) => !isOver(one, now)).sort(byBeginning);
  }

  write(wish: NewAnnouncement, by: string, record: RecordFirst): Promise<Result<Announcement, WriteProblem>> {
    return this.#oneAtATime(async () => {
      const now = this.#options.clock.now();
      const { text, priority, until, boardIds } = wish;
      const from = wish.from ?? now;
      if (until <= now || until <= from) return err('over');
      if (this.list().length >= MOST_STORED) return err('full');
      const announcement = { id: this.#options.newId(), text, priority, from, until, boardIds, by };
      await record(announcement);
      await this.#shelf.put(announcement);
      this.#byId.set(announcement.id, announcement);
      this.review();
      return ok(announcement);
    });
  }

  takeBack(id: string, record: RecordFirst): Promise<boolean> {
    return this.#oneAtATime(async () => {
      const known = this.#byId.get(id);
      if (known === undefined || isOver(known, this.#options.clock.now())) return false;
      await record(known);
      await this.#shelf.delete([id]);
      this.#byId.delete(id);
      this.review();
      return true;
    });
  }

  reload(): Promise<void> {
    return this.#oneAtATime(async () => {
      const stored = await this.#shelf.list();
      const now = this.#options.clock.now();
      const known = this.#byId;
      const lasting = stored.filter((one) => !isOver(one, now));
      const isSame = lasting.length === known.size && lasting.every(({ id }) => known.has(id));
      if (isSame) return;
      // Nobody rewrites one: what is known stays the same object.
      this.#byId = new Map(lasting.map((one) => [one.id, known.get(one.id) ?? one]));
      this.review();
    });
  }

  /** Something begins, ends or was changed. */
  review(): void {
    if (this.#isStopped) return;
    this.#throwAway();
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (thrown) {
        this.#options.log.error('a listener of announcements failed', { reason: messageOf(thrown) });
      }
    }
    this.#wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.();
    this.#listeners.clear();
  }

  #wake(): void {
    const { clock } = this.#options;
    this.#timer?.();
    const next = nextMoment(this.#byId.values(), clock.now());
    const delayMs = next === null ? null : Math.min(LONGEST_TIMER_MS, next - clock.now());
    this.#timer = delayMs === null ? null : clock.after(delayMs, () => this.review());
  }

  /** What cannot be deleted now is over all the same, and is deleted after the next start. */
  #throwAway(): void {
    const now = this.#options.clock.now();
    const over = [...this.#byId.values()].filter((one) => isOver(one, now)).map(({ id }) => id);
    if (over.length === 0) return;
    for (const id of over) this.#byId.delete(id);
    this.#shelf.delete(over).catch((thrown: unknown) => {
      this.#options.log.warn('announcements that are over were not deleted', { reason: messageOf(thrown) });
    });
  }

  #oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    // Whoever asked hears of its failure; the next one does not care.
    this.#last = mine.catch(() => {});
    return mine;
  }
}

function isSame(a: readonly Announcement[], b: readonly Announcement[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}
