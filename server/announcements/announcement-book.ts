/** Which announcements hold when and where, and when that is another. Pure: the hour is an argument. */
import { type Announcement, PRIORITIES } from '../../lib/contracts/announcement';

/** As many as the contract's frame takes. */
export const MOST_SHOWN = 20;

/** `from` belongs to it, `until` does not. */
export function holds({ from, until }: Announcement, now: number): boolean {
  return from <= now && now < until;
}

export function isOver({ until }: Announcement, now: number): boolean {
  return until <= now;
}

/** What a board shows: worst first, among equals the newer, at most `MOST_SHOWN`. */
export function shownOn(
  boardId: string,
  announcements: Iterable<Announcement>,
  now: number,
): readonly Announcement[] {
  return [...announcements]
    .filter((one) => holds(one, now) && (one.boardIds === null || one.boardIds.includes(boardId)))
    .sort(byUrgency)
    .slice(0, MOST_SHOWN);
}

/** The next moment at which one begins or ends by itself; `null`: none does. */
export function nextMoment(announcements: Iterable<Announcement>, now: number): number | null {
  let next: number | null = null;
  for (const { from, until } of announcements) {
    for (const moment of [from, until]) if (moment > now && (next === null || moment < next)) next = moment;
  }
  return next;
}

export function byBeginning(a: Announcement, b: Announcement): number {
  return a.from - b.from || compareIds(a, b);
}

function byUrgency(a: Announcement, b: Announcement): number {
  return (
    PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) || b.from - a.from || compareIds(a, b)
  );
}

function compareIds(a: Announcement, b: Announcement): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
