/**
 * What may be said of chains without opening them: which one holds a moment, where nothing was recorded, which must
 * go. Pure. Chains of one board follow on each other; where the clock was set back they may overlap, and the one that
 * began last before a moment holds it.
 */
import type { ReplayMark } from '../../lib/contracts/replay';
import type { StoredChain } from '../store/replay-ports';

/** Two chains further apart than this were not recorded one after the other. */
export const GAP_MS = 15_000;

/** Most bytes of one board and in all, and for how long. */
export interface KeepingRules {
  readonly keptMs: number;
  readonly boardBytes: number;
  readonly totalBytes: number;
}

export interface Gap {
  readonly from: number;
  readonly until: number;
}

/** The chain of one board's that holds `at`; `null`: it is older than all of them. */
export function chainAt(chains: readonly StoredChain[], at: number): StoredChain | null {
  let found: StoredChain | null = null;
  for (const chain of chains) {
    if (chain.fromAt > at) continue;
    if (found === null || chain.fromAt >= found.fromAt) found = chain;
  }
  return found;
}

/** Where nothing of a board was recorded, oldest first; of more than `most` the newest. */
export function gapsOf(chains: readonly StoredChain[], most: number): Gap[] {
  const gaps: Gap[] = [];
  let until: number | null = null;
  for (const chain of byTime(chains)) {
    if (until !== null && chain.fromAt - until > GAP_MS) gaps.push({ from: until, until: chain.fromAt });
    until = Math.max(until ?? chain.untilAt, chain.untilAt);
  }
  return gaps.slice(-most);
}

/** Marks of all chains, those that go on from one into the next as one; of more than `most` the newest. */
export function marksOf(chains: readonly StoredChain[], most: number): ReplayMark[] {
  const marks: ReplayMark[] = [];
  const last = new Map<string, number>();
  for (const mark of byTime(chains).flatMap((chain) => chain.marks)) {
    const index = last.get(mark.kind);
    const before = index === undefined ? undefined : marks[index];
    if (index !== undefined && before !== undefined && mark.from - before.until <= GAP_MS) {
      marks[index] = { ...before, until: Math.max(before.until, mark.until) };
    } else last.set(mark.kind, marks.push(mark) - 1);
  }
  return marks.slice(-most);
}

/** Chains that must go: those that are too old, then the oldest of what is too much. The newest of a board stays. */
export function overdueChains(
  chains: readonly StoredChain[],
  rules: KeepingRules,
  now: number,
): { readonly ids: readonly number[]; readonly shortened: readonly string[] } {
  const gone = new Set<number>();
  const shortened = new Set<string>();
  const newest = new Map(byTime(chains).map((chain) => [chain.boardId, chain.id]));
  const left = () => byTime(chains).filter(({ id }) => !gone.has(id));
  const drop = (of: readonly StoredChain[], most: number) => {
    let bytes = of.reduce((sum, chain) => sum + chain.bytes, 0);
    for (const chain of of) {
      if (bytes <= most) return;
      if (newest.get(chain.boardId) === chain.id) continue;
      gone.add(chain.id);
      shortened.add(chain.boardId);
      bytes -= chain.bytes;
    }
  };
  for (const chain of chains) if (chain.untilAt < now - rules.keptMs) gone.add(chain.id);
  for (const boardId of newest.keys()) {
    drop(
      left().filter((chain) => chain.boardId === boardId),
      rules.boardBytes,
    );
  }
  drop(left(), rules.totalBytes);
  return { ids: [...gone], shortened: [...shortened] };
}

function byTime(chains: readonly StoredChain[]): StoredChain[] {
  return [...chains].sort((a, b) => a.fromAt - b.fromAt || a.id - b.id);
}
