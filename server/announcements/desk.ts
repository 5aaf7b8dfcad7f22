/**
 * What the readers of announcements (push, http) see of them, and what people may do with them. Types only;
 * `announcements.ts` implements it. Whoever calls has been let in by the table of access.
 */
import type { Announcement, NewAnnouncement } from '../../lib/contracts/announcement';
import type { Result } from '../../lib/result';

export type Unsubscribe = () => void;

/** `over`: it would have ended already. `full`: there are as many as there may be. */
export type WriteProblem = 'over' | 'full';

/** Called when all is decided and nothing is done yet; where it rejects, nothing is. */
export type RecordFirst = (announcement: Announcement) => Promise<void>;

export interface AnnouncementDesk {
  /** What holds now on that board, worst first, at most 20, with full names; the same array while it is the same. */
  shown(boardId: string): readonly Announcement[];
  /** Told when `shown` may be another for some board. */
  subscribe(listener: () => void): Unsubscribe;
  /** Those that hold and those to come, in the order in which they begin. */
  list(): readonly Announcement[];
  /** `by`: the person's name as people read it. Rejects where it cannot be recorded or stored. */
  write(wish: NewAnnouncement, by: string, record: RecordFirst): Promise<Result<Announcement, WriteProblem>>;
  /** Takes one back, before its time or in it. `false`: there is none, or it is over. */
  takeBack(id: string, record: RecordFirst): Promise<boolean>;
}
