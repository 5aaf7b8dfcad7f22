/** The entries of the audit log that a page holds: one run without a gap, newest first. Pure. */
import type { AuditEntry } from '../../lib/contracts/access';
import { DASH } from '../../lib/format';

/** Epochs of reading: entries are ours to join by `seq`, which has no gaps in the log itself. */
export type AuditBook = readonly AuditEntry[];

/**
 * With the newest page of the log. Where so much happened since the last one that the two do not meet, only the new
 * page stays: what is between them must not seem never to have been.
 */
export function withNewest(book: AuditBook, page: readonly AuditEntry[]): AuditBook {
  const [newest] = page;
  const lowest = page.at(-1);
  if (newest === undefined || lowest === undefined) return book.length === 0 ? book : [];
  const known = book[0];
  if (known === undefined || known.seq < lowest.seq - 1 || known.seq > newest.seq) return page;
  if (known.seq === newest.seq && known.hash === newest.hash) return book;
  return [...page, ...book.filter(({ seq }) => seq < lowest.seq)];
}

/** With the page that was asked for before the oldest entry; one that does not follow it is left. */
export function withOlder(book: AuditBook, page: readonly AuditEntry[]): AuditBook {
  const oldest = book.at(-1);
  const [next] = page;
  if (oldest === undefined || next === undefined || next.seq !== oldest.seq - 1) return book;
  return [...book, ...page];
}

/** Whether there are entries before the oldest one. */
export function hasOlder(book: AuditBook): boolean {
  return (book.at(-1)?.seq ?? 1) > 1;
}

/** Details as a line of text: `role: admin; board: main`. What is called `…At` is a moment, in the words of `momentOf`. */
export function detailText(details: AuditEntry['details'], momentOf: (at: number) => string): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${valueText(name, value, momentOf)}`)
    .join('; ');
}

function valueText(
  name: string,
  value: AuditEntry['details'][string] | undefined,
  momentOf: (at: number) => string,
): string {
  if (typeof value === 'number' && /[a-z]At$/.test(name)) return momentOf(value);
  return value === null || value === undefined || value === '' ? DASH : String(value);
}
