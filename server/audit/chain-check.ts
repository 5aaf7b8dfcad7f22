/**
 * Follows a chain of audit lines from a known place to its head, and names the first entry that is wrong. Pure.
 *
 *   whole ──the next entry──► whole       ──edited, unreadable, an earlier one──► broken
 *         ──a later entry──► gap          gap ──the entry comes after all──► broken (out of order); the end (missing)
 *         ──fits itself, but not the one before──► unlinked ──the next line, or the head──► broken (one of the two)
 *
 * Who edits an entry can make its hash anew, but not that which its follower was written after: whether the follower
 * is vouched for by what comes next tells which of the two was changed. Who makes all hashes anew, the head's too, is
 * found only by a copy of the head that was kept elsewhere.
 */
import { unreachable } from '../../lib/assert';
import { err, ok, type Result } from '../../lib/result';
import { readLine } from './audit-chain';
import type { AuditHead } from './audit-log';

export interface ChainFault {
  readonly kind:
    | 'unreadable'
    | 'edited'
    | 'missing'
    | 'out-of-order'
    | 'cut-short'
    | 'beyond-head'
    | 'not-kept';
  /** The first entry that is not as it was, or not where it was; `null`: not one entry, but the end of a file. */
  readonly seq: number | null;
  /** One sentence for a person. */
  readonly message: string;
}

interface Whole {
  readonly state: 'whole';
  /** The newest entry so far. */
  readonly head: AuditHead;
  readonly count: number;
}
interface Gap {
  readonly state: 'gap';
  readonly missing: number;
  readonly found: number;
}
interface Unlinked {
  readonly state: 'unlinked';
  readonly found: AuditHead;
  /** Whether there is an entry before it in this chain that can have been changed. */
  readonly isFirst: boolean;
}
interface Broken {
  readonly state: 'broken';
  readonly fault: ChainFault;
}
export type ChainState = Whole | Gap | Unlinked | Broken;

export interface ChainSummary {
  readonly count: number;
  readonly head: AuditHead;
}

/** Before the first line; `after`: what the chain goes on from. */
export function chainFrom(after: AuditHead): Whole {
  return { state: 'whole', head: after, count: 0 };
}

/** One line more; `storedAs`: the number that it is kept under, where it has one beside its own. */
export function follow(state: ChainState, line: string, storedAs: number | null = null): ChainState {
  switch (state.state) {
    case 'whole':
      return followWhole(state, line, storedAs);
    case 'gap':
      return isEntry(line, (seq) => seq === state.missing)
        ? broken('out-of-order', state.missing, `is out of order: entry ${state.found} stands in its place`)
        : state;
    case 'unlinked':
      return settled(
        state,
        isEntry(line, (_, previousHash) => previousHash === state.found.hash),
      );
    case 'broken':
      return state;
    default:
      return unreachable(state);
  }
}

/** After the last line; `head`: where the chain is said to end. */
export function chainEnd(state: ChainState, head: AuditHead): Result<ChainSummary, ChainFault> {
  switch (state.state) {
    case 'whole':
      return endOfWhole(state, head);
    case 'gap': {
      const why = `is missing: entry ${state.found} stands in its place`;
      return err(faultOf('missing', state.missing, why));
    }
    case 'unlinked':
      return err(settled(state, head.hash === state.found.hash).fault);
    case 'broken':
      return err(state.fault);
    default:
      return unreachable(state);
  }
}

/** All the lines of a chain that goes on from `after` and is said to end at `head`. */
export function verifyChain(
  lines: Iterable<string>,
  { after, head }: { readonly after: AuditHead; readonly head: AuditHead },
): Result<ChainSummary, ChainFault> {
  let state: ChainState = chainFrom(after);
  for (const line of lines) state = follow(state, line);
  return chainEnd(state, head);
}

export function faultOf(kind: ChainFault['kind'], seq: number, why: string): ChainFault {
  return { kind, seq, message: `entry ${seq} ${why}` };
}

function followWhole({ head, count }: Whole, line: string, storedAs: number | null): ChainState {
  const expected = head.seq + 1;
  const read = readLine(line);
  if (!read.ok) {
    const why = read.error === 'edited' ? 'was edited: it does not give its own hash' : 'cannot be read';
    return broken(read.error, expected, why);
  }
  const { seq, previousHash, hash } = read.value;
  if (seq > expected) return { state: 'gap', missing: expected, found: seq };
  if (seq < expected) {
    return broken('out-of-order', expected, `is out of order: entry ${seq} stands in its place`);
  }
  if (previousHash !== head.hash) {
    return { state: 'unlinked', found: { seq, hash }, isFirst: count === 0 };
  }
  if (storedAs !== null && storedAs !== seq) {
    return broken('out-of-order', seq, `is out of order: it is kept as number ${storedAs}`);
  }
  return { state: 'whole', head: { seq, hash }, count: count + 1 };
}

/** `isVouchedFor`: what follows was written after the entry that was found, so that one is as it was. */
function settled({ found, isFirst }: Unlinked, isVouchedFor: boolean): Broken {
  const before = found.seq - 1;
  return isVouchedFor && !isFirst
    ? broken('edited', before, `was edited and its hash made anew: entry ${found.seq} follows another one`)
    : broken('edited', found.seq, `was edited: it does not follow entry ${before}`);
}

function endOfWhole({ head: end, count }: Whole, head: AuditHead): Result<ChainSummary, ChainFault> {
  if (end.seq < head.seq) {
    const why = `is missing: the chain was cut short after entry ${end.seq}, its head is entry ${head.seq}`;
    return err(faultOf('cut-short', end.seq + 1, why));
  }
  if (end.seq > head.seq) {
    return err(faultOf('beyond-head', head.seq + 1, `lies beyond the head, which is entry ${head.seq}`));
  }
  if (end.hash !== head.hash) {
    return err(faultOf('edited', end.seq, 'was edited, or the head was: the head has another hash'));
  }
  return ok({ count, head: end });
}

function isEntry(line: string, holds: (seq: number, previousHash: string) => boolean): boolean {
  const read = readLine(line);
  return read.ok && holds(read.value.seq, read.value.previousHash);
}

function broken(kind: ChainFault['kind'], seq: number, why: string): Broken {
  return { state: 'broken', fault: faultOf(kind, seq, why) };
}
