/**
 * The port of what is kept for looking back: chains of what boards showed, and the minute points of trends. A chain
 * begins with a whole picture and goes on in pieces; it is kept and forgotten as a whole. A unit is all or nothing.
 */
import type { TrendPoint } from '../../lib/contracts/push';
import type { ReplayMark } from '../../lib/contracts/replay';

export interface StoredChain {
  /** Grows: a chain that began later has a greater one. */
  readonly id: number;
  readonly boardId: string;
  /** Epoch ms of the whole picture that it begins with. */
  readonly fromAt: number;
  /** Until then it is known to be all that there was. */
  readonly untilAt: number;
  /** Of its pieces, as they are kept. */
  readonly bytes: number;
  /** What was worth an eye meanwhile, oldest first. */
  readonly marks: readonly ReplayMark[];
}

export interface ReplayUnit {
  /** New ones, or in place of those with the same id. */
  readonly chains: readonly StoredChain[];
  readonly pieces: readonly { readonly chainId: number; readonly content: Uint8Array }[];
  readonly points: readonly TrendPoint[];
  /** Chains that are forgotten with their pieces. */
  readonly forgotten: readonly number[];
  /** Points before are forgotten; `null`: none is. */
  readonly pointsBefore: number | null;
}

export interface ReplayStore {
  write(unit: ReplayUnit): Promise<void>;
  /** All of them, by id. */
  chains(): Promise<readonly StoredChain[]>;
  /** Of a chain, in the order in which they were written. */
  pieces(chainId: number): Promise<readonly Uint8Array[]>;
  /** Since then, by trend and then by time. */
  points(since: number): Promise<readonly TrendPoint[]>;
  close(): Promise<void>;
}
