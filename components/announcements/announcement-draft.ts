/**
 * An announcement while somebody writes it, and what becomes of it: what the server is sent, or what is wrong. Pure;
 * hours that people type are of their own browser's zone.
 */
import {
  type Announcement,
  type NewAnnouncement,
  PRIORITIES,
  type Priority,
} from '../../lib/contracts/announcement';
import { PLAIN_LINE } from '../../lib/plain-name';
import { err, ok, type Result } from '../../lib/result';

export const MOST_CHARACTERS = 200;
/** How long, in minutes. */
export const SPANS = [15, 60, 240, 480] as const;
export type Span = (typeof SPANS)[number];

export interface Draft {
  readonly text: string;
  readonly priority: Priority;
  /** As a field of date and time writes it; empty: now. */
  readonly from: string;
  /** From its beginning; `null`: until `until`. */
  readonly span: Span | null;
  readonly until: string;
  /** `null`: all. */
  readonly boardIds: readonly string[] | null;
}

export const EMPTY_DRAFT: Draft = {
  ...{ text: '', priority: 'normal', from: '', span: 60, until: '', boardIds: null },
};

/** What is wrong, under `flaw` in the catalogue. */
export type Flaw = 'text' | 'from' | 'until' | 'over' | 'boards';

/** `now`: epoch ms by the server's clock. */
export function wishOf(draft: Draft, now: number): Result<NewAnnouncement, Flaw> {
  const text = draft.text.trim();
  if (text === '' || text.length > MOST_CHARACTERS || !PLAIN_LINE.test(text)) return err('text');
  const from = draft.from === '' ? null : Date.parse(draft.from);
  if (Number.isNaN(from)) return err('from');
  const until = draft.span === null ? Date.parse(draft.until) : (from ?? now) + draft.span * 60_000;
  if (Number.isNaN(until)) return err('until');
  if (until <= now || until <= (from ?? now)) return err('over');
  if (draft.boardIds?.length === 0) return err('boards');
  const boardIds = draft.boardIds === null ? null : [...draft.boardIds];
  return ok({ text, priority: draft.priority, ...(from === null ? {} : { from }), until, boardIds });
}

/** One line, also where several are pasted. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');
}

/** All boards, or one more or one less of some. */
export function toggledBoard(chosen: readonly string[] | null, id: string): readonly string[] {
  if (chosen === null) return [id];
  return chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
}

/** Those that hold, worst first; then those to come, the next first. */
export function inOrder(announcements: readonly Announcement[], now: number): readonly Announcement[] {
  const rank = ({ priority }: Announcement) => PRIORITIES.indexOf(priority);
  const holding = announcements.filter(({ from }) => from <= now);
  const coming = announcements.filter(({ from }) => from > now);
  return [
    ...holding.sort((a, b) => rank(a) - rank(b) || b.from - a.from),
    ...coming.sort((a, b) => a.from - b.from || rank(a) - rank(b)),
  ];
}
