/**
 * What can be done with boards, thresholds and queue groups, as its callers (http) see it. Types only;
 * `stored-board-desk.ts` and `settings-desk.ts` implement it. Whoever calls has been let in by the table of access.
 */
import type { Board } from '../../lib/contracts/board';
import type {
  BoardEdit,
  BoardListing,
  NewBoard,
  Publish,
  QueueGroups,
  Restore,
  SaveDraft,
  Thresholds,
} from '../../lib/contracts/board-desk';
import type { Result } from '../../lib/result';

export interface Deed {
  /** Dotted, past tense. */
  readonly action: string;
  readonly subject: string;
  readonly details: readonly (readonly [string, string | number])[];
}

/** Who changes something: his name as people read it, and his way into the audit log. */
export interface Editor {
  readonly name: string;
  /** Records what is about to be done; where it rejects, it is not done. */
  record(deed: Deed): Promise<void>;
}

export type DeskProblem =
  /** There is no such board, or no such version of it. */
  | { readonly kind: 'unknown' }
  /** Somebody was faster: who last changed it, and when. */
  | { readonly kind: 'changed'; readonly at: number; readonly by: string }
  | { readonly kind: 'full' }
  /** It is made of the queues: there is nothing to delete. */
  | { readonly kind: 'made' }
  /** Each line begins with the path of what it is about. */
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** A board with its draft and versions; whoever answers adds the time. */
export type Edit = Omit<BoardEdit, 'serverTime'>;

/** What of a board somebody knew who deletes it: version and draft, each 0 where there was none. */
export interface Seen {
  readonly version: number;
  readonly revision: number;
}

/** Changes reject with what `Editor.record` rejected with; nothing is changed then. */
export interface BoardDesk {
  /** As people choose from them; then those that nobody has published. */
  list(): Promise<readonly BoardListing[]>;
  find(id: string): Promise<Edit | null>;
  /** A published board, or that version of it; of one that nobody has published, the draft. */
  file(id: string, version: number | null): Promise<Board | null>;
  create(wish: NewBoard, by: Editor): Promise<Result<Edit, DeskProblem>>;
  saveDraft(id: string, wish: SaveDraft, by: Editor): Promise<Result<Edit, DeskProblem>>;
  /** `null`: nothing is left of the board. */
  discardDraft(id: string, revision: number, by: Editor): Promise<Result<Edit | null, DeskProblem>>;
  publish(id: string, wish: Publish, by: Editor): Promise<Result<Edit, DeskProblem>>;
  restore(id: string, wish: Restore, by: Editor): Promise<Result<Edit, DeskProblem>>;
  remove(id: string, seen: Seen, by: Editor): Promise<Result<null, DeskProblem>>;
}

/** Both hold on all boards, at once, and are replaced as a whole. */
export interface SettingsDesk {
  thresholds(): Promise<Thresholds>;
  setThresholds(wish: Thresholds, by: Editor): Promise<Result<Thresholds, DeskProblem>>;
  queueGroups(): Promise<QueueGroups>;
  setQueueGroups(wish: QueueGroups, by: Editor): Promise<Result<QueueGroups, DeskProblem>>;
}
