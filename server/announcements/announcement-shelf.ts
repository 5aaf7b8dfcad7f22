/**
 * Announcements as the document store keeps them. One that cannot be read is as if it were not there, is logged once,
 * and stays: it harms only itself.
 */
import { type Announcement, announcementSchema } from '../../lib/contracts/announcement';
import type { Log } from '../runtime/log';
import type { DocumentStore } from '../store/ports';

export const ANNOUNCEMENT_KIND = 'announcement';

export class AnnouncementShelf {
  readonly #store: DocumentStore;
  readonly #log: Log;

  constructor(store: DocumentStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  async list(): Promise<readonly Announcement[]> {
    const announcements: Announcement[] = [];
    for (const { id, content } of await this.#store.list(ANNOUNCEMENT_KIND)) {
      const parsed = announcementSchema.safeParse(content);
      if (parsed.success && parsed.data.id === id) announcements.push(parsed.data);
      else this.#log.error('a stored document cannot be read', { kind: ANNOUNCEMENT_KIND, id });
    }
    return announcements;
  }

  /** Rejects where it is not on the disk. */
  async put(announcement: Announcement): Promise<void> {
    const { id } = announcement;
    const written = await this.#store.write([
      { write: 'put', kind: ANNOUNCEMENT_KIND, id, content: announcement, expectedVersion: 0 },
    ]);
    if (!written.ok) throw new Error('there is an announcement of this id already');
  }

  async delete(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#store.write(ids.map((id) => ({ write: 'delete', kind: ANNOUNCEMENT_KIND, id }) as const));
  }
}
