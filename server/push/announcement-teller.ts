/** What screens are told of announcements: those of their board, and who wrote them as each audience may know it. */
import { ANNOUNCEMENTS_EVENT, type Announcement } from '../../lib/contracts/announcement';
import type { Audience } from '../../lib/contracts/board';
import type { AnnouncementDesk } from '../announcements/desk';
import type { Place } from './audience/audience-of';
import { nameAsTold } from './audience/told-names';
import type { Telling } from './whole-teller';

type Shown = readonly Announcement[];
interface Told {
  readonly announcements: Shown;
}

/** `audienceAt`: what those who sit there may know. */
export function tellingOfAnnouncements(
  desk: Pick<AnnouncementDesk, 'shown' | 'subscribe'>,
  audienceAt: (place: Place) => Audience,
): Telling {
  // Boards that show the same share what is made of it; what no board shows any more is forgotten.
  const made = new WeakMap<Shown, Map<Audience['names'], Told>>();
  return {
    event: ANNOUNCEMENTS_EVENT,
    subscribe: (listener) => desk.subscribe(listener),
    shown(place) {
      const { names } = audienceAt(place);
      const shown = desk.shown(place.boardId);
      const byNames = made.get(shown) ?? new Map<Audience['names'], Told>();
      made.set(shown, byNames);
      const told = byNames.get(names) ?? { announcements: announcementsAsTold(shown, names) };
      byNames.set(names, told);
      return told;
    },
  };
}

export function announcementsAsTold(announcements: Shown, names: Audience['names']): Shown {
  return announcements.map((one) => ({ ...one, by: nameAsTold(one.by, names) }));
}
