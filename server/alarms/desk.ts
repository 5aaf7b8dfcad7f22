/**
 * What the readers of alarms (push, http, looking back) see of them, and what people may do with them. Types only;
 * `alarm-desk.ts` implements it. Whoever calls has been let in by the table of access.
 */
import type {
  Alarm,
  AlarmsFrame,
  SaveWebhooks,
  Shelf,
  ShelveWish,
  WebhooksResponse,
} from '../../lib/contracts/alarm';
import type { Result } from '../../lib/result';

export type Unsubscribe = () => void;

/** `unknown`: no such alarm lasts. `full`: there are as many shelves as there may be. */
export type ShelfProblem = 'unknown' | 'full';
/** `changed`: somebody else was faster. Else what is wrong with one of them, in words. */
export type WebhookProblem =
  | { readonly kind: 'changed' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Records what is about to be done; rejects where it cannot: then it is not done. */
export type RecordFirst<T> = (about: T) => Promise<void>;

/** What a board's frame counts without saying which they are, by their keys. */
export interface CountedAlarms {
  /** Those that interrupted in the last ten minutes; `at`: epoch ms. */
  readonly interrupted: readonly { readonly key: string; readonly at: number }[];
  /** Those in the flood that last. */
  readonly flooded: readonly string[];
  /** Those for which the list has no room. */
  readonly unlisted: readonly string[];
  readonly shelved: readonly string[];
}

export interface AlarmDesk {
  /**
   * What a desk at that board is told; the same object while nothing of it changed. Boards that nobody watches are
   * watched from then on for a while. `null`: there is no such board.
   */
  frame(boardId: string): Omit<AlarmsFrame, 'serverTime'> | null;
  /** Of that board's frame as it is now; nothing where nobody watches it. */
  counted(boardId: string): CountedAlarms;
  /** Told when some board's frame is another, a board at most once a second. */
  subscribe(listener: () => void): Unsubscribe;
  /** The worst of those in that board's flood. */
  flooded(boardId: string): readonly Alarm[];
  shelves(): readonly Shelf[];
  /**
   * Holds at once, and is stored as soon as it can be. How many lasted and were not acknowledged: of devices, those in
   * the group. `record`: the keys; not called where there are none. Rejects where those of devices cannot be stored.
   */
  acknowledge(wish: Acknowledging, record: RecordFirst<readonly string[]>): Promise<number>;
  /** In the place of the shelf that the alarm is on, if it is. Rejects where it cannot be stored. */
  shelve(wish: ShelveWish, by: string, record: RecordFirst<Shelf>): Promise<Result<Shelf, ShelfProblem>>;
  /** Whether it was on a shelf. */
  unshelve(key: string, record: RecordFirst<Shelf>): Promise<boolean>;
  webhooks(): WebhooksResponse;
  /** All of them; a `secret` that is absent stays as it was, unless the address leads elsewhere. */
  saveWebhooks(
    wish: SaveWebhooks,
    record: RecordFirst<WebhookChange>,
  ): Promise<Result<WebhooksResponse, WebhookProblem>>;
}

export interface WebhookChange {
  readonly before: number;
  readonly after: number;
  /** Hosts that are told now. An address may be a secret as a whole. */
  readonly hosts: readonly string[];
}

export interface Acknowledging {
  readonly keys: readonly string[];
  /** Whose flood the key `flood` is; absent: every board's. */
  readonly boardId?: string | undefined;
  /** The person's name as people read it. */
  readonly by: string;
}
