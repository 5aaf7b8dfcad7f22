/**
 * What people at other nodes did with alarms: put them on the shelf, took them, changed webhooks. It is read again when
 * it changed, in turn with this node's own writes. Taking is told of by a document of its own; it holds for the alarm
 * that had begun by then and had not been worse. The node that has the duty of calls throws away what is over.
 */
import { deleteShelf, deleteTaken, type FollowedAlarms, readFollowed } from '../store/alarm-documents';
import type { DocumentStore } from '../store/ports';
import type { AlarmBook } from './alarm-book';
import type { Moment } from './alarm-state';
import type { CallDuty } from './call-duty';
import type { ShelfBook } from './shelf-book';
import { isWorseThan } from './standing';

/** Clocks of two nodes may differ by so much, and so may the moments at which they see an alarm. */
const CLOCKS_MS = 5_000;
/** A node may come to know of an alarm so much later. */
const KEPT_MS = 60_000;

export interface FollowedAlarmsOptions {
  readonly store: DocumentStore;
  readonly duty: CallDuty;
  readonly book: AlarmBook;
  readonly shelved: ShelfBook;
  readonly now: () => Moment;
}

/** Whether something is another. Rejects where the store cannot be read. */
export async function followAlarms(options: FollowedAlarmsOptions): Promise<boolean> {
  const { store, duty, book, shelved, now } = options;
  const { followed, isOther } = await duty.writes.inTurn(async () => {
    const read = await readFollowed(store);
    const isShelfOther = shelved.replace(
      read.shelves.map(({ shelf }) => shelf).filter(({ until }) => until > now().at),
      now(),
    );
    return { followed: read, isOther: takeAll(read, book) || isShelfOther };
  });
  if (followed.webhooks !== null) await duty.adopt(followed.webhooks);
  if (duty.isOurs) await throwAway(followed, options);
  return isOther;
}

function takeAll({ taken }: FollowedAlarms, book: AlarmBook): boolean {
  let isOther = false;
  for (const { taken: one } of taken) {
    const held = book.get(one.key);
    if (held === null || held.since > one.at + CLOCKS_MS || isWorseThan(held.worst, one.worst)) continue;
    isOther = book.acknowledge(one.key, one.by, one.at) || isOther;
  }
  return isOther;
}

async function throwAway({ shelves, taken }: FollowedAlarms, { store, book, now }: FollowedAlarmsOptions) {
  const { at } = now();
  const over = shelves
    .filter(({ shelf }) => shelf.until <= at)
    .map(({ version, shelf }) => deleteShelf(shelf.key, version));
  const ended = taken
    .filter(({ taken: one }) => book.get(one.key) === null && one.at < at - KEPT_MS)
    .map(({ version, taken: one }) => deleteTaken(one.key, version));
  // Where somebody was faster it is looked at again with his change.
  for (const write of [...over, ...ended]) await store.write([write]);
}
