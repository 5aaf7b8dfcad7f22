/** Made-up announcements. */
import type { Announcement } from '../../lib/contracts/announcement';

export function anAnnouncement(more: Partial<Announcement> = {}): Announcement {
  return {
    ...{ id: 'n1', text: 'Fire drill at noon', priority: 'normal', from: 0, until: 1_000_000 },
    ...{ boardIds: null, by: 'Sam Ortiz', ...more },
  };
}
