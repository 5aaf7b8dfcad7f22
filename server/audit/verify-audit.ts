/**
 * Verifies the audit log where it lies, also while others append, or an exported file of it. A head that was kept
 * elsewhere (the server's log has one a day) must be one of its entries: that finds a log that was made anew as a
 * whole, or cut together with its head.
 */
import { err, type Result } from '../../lib/result';
import { type AuditStore, EMPTY_HEAD, type StoredHead, type StoredLine } from '../store/ports';
import type { AuditHead } from './audit-log';
import {
  type ChainFault,
  type ChainState,
  type ChainSummary,
  chainEnd,
  chainFrom,
  faultOf,
  follow,
} from './chain-check';

const PAGE = 500;

/** The lines of a store above a number, oldest first; `ends` is told the head that belongs to the last of them. */
export async function* storedLines(
  store: AuditStore,
  ends: (head: StoredHead) => void,
  from = 0,
): AsyncGenerator<StoredLine> {
  for (let after = from; ; ) {
    // The head before the lines: an entry that is appended in between lies beyond the one and is in the other's next page.
    const head = await store.head();
    const page = await store.readForward(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) {
      ends(head);
      return;
    }
    yield* page;
    after = last.seq;
  }
}

/** Where the log is whole: how many entries there are, and the newest. */
export async function verifyStore(
  store: AuditStore,
  keptHead: AuditHead | null,
): Promise<Result<ChainSummary, ChainFault>> {
  let head: AuditHead = EMPTY_HEAD;
  const lines = storedLines(store, (found) => (head = found));
  return verifyLines(lines, { after: EMPTY_HEAD, head: () => head, keptHead });
}

interface Ends {
  readonly after: AuditHead;
  /** Asked after the last line. */
  readonly head: () => AuditHead;
  readonly keptHead: AuditHead | null;
}

/** Lines from wherever; `seq`: the number that a line is kept under, where it has one beside its own. */
export async function verifyLines(
  lines: AsyncIterable<{ readonly line: string; readonly seq: number | null }>,
  { after, head, keptHead }: Ends,
): Promise<Result<ChainSummary, ChainFault>> {
  let state: ChainState = chainFrom(after);
  let keptFault = notKept(state, keptHead);
  for await (const { line, seq } of lines) {
    state = follow(state, line, seq);
    keptFault ??= notKept(state, keptHead);
  }
  const end = chainEnd(state, head());
  if (!end.ok) return end;
  const fault = keptFault ?? outside(end.value, after, keptHead);
  return fault === null ? end : err(fault);
}

function notKept(state: ChainState, kept: AuditHead | null): ChainFault | null {
  if (kept === null || state.state !== 'whole' || state.head.seq !== kept.seq) return null;
  if (state.head.hash === kept.hash) return null;
  return faultOf('not-kept', kept.seq, 'is not the one whose hash was kept: the chain was made anew');
}

function outside({ head }: ChainSummary, after: AuditHead, kept: AuditHead | null): ChainFault | null {
  if (kept === null || (kept.seq >= after.seq && kept.seq <= head.seq)) return null;
  const why = `is missing, though its hash was kept: here are entries ${after.seq + 1} to ${head.seq}`;
  return faultOf('not-kept', kept.seq, why);
}
