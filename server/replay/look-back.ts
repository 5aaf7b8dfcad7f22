/**
 * Answers about the past, from what the recorder stored: which span there is, what was shown at a moment. Reading is
 * done a piece at a time, so that a long look back keeps nobody waiting who is shown the present.
 */
import { must } from '../../lib/assert';
import { type Moment, REPLAY_KEPT_MS, type ReplaySpan } from '../../lib/contracts/replay';
import type { BoardProvider } from '../boards/board-provider';
import type { Clock } from '../runtime/clock';
import type { ReplayStore, StoredChain } from '../store/replay-ports';
import { chainAt, GAP_MS, gapsOf, marksOf } from './chain-list';
import { ChainPlayer, type Held, snapshotOf } from './chain-player';
import type { ChainShelf } from './chain-shelf';
import type { Recorder } from './recorder';
import type { ReplayDesk, SpanWish } from './replay-desk';
import { type TapeLine, unpackLines } from './tape-line';

export interface LookBackOptions {
  readonly store: ReplayStore;
  readonly shelf: ChainShelf;
  readonly recorder: Pick<Recorder, 'store' | 'stoppedAt' | 'isRecording'>;
  readonly boards: BoardProvider;
  readonly clock: Clock;
}

/** As the contract bounds them. */
const MOST_GAPS = 200;
const MOST_MARKS = 500;

interface OpenChain {
  readonly chain: StoredChain;
  readonly player: ChainPlayer;
}

export class LookBack implements ReplayDesk {
  readonly #options: LookBackOptions;

  constructor(options: LookBackOptions) {
    this.#options = options;
  }

  async span(boardId: string): Promise<ReplaySpan | null> {
    const { shelf, recorder, boards, clock } = this.#options;
    await recorder.store();
    const board = boards.board(boardId);
    const chains = this.#chains(boardId);
    if (board === null && chains.length === 0) return null;
    const now = clock.now();
    return {
      ...{ serverTime: now, boardId, name: board?.name ?? boardId, timeZone: board?.timeZone ?? 'UTC' },
      from: chains.length === 0 ? null : Math.max(this.#oldest(), Math.min(...chains.map((c) => c.fromAt))),
      until: chains.length === 0 ? null : Math.max(...chains.map((c) => c.untilAt)),
      gaps: gapsOf(chains, MOST_GAPS),
      marks: marksOf(chains, MOST_MARKS),
      isRecorded: recorder.isRecording(boardId),
      stoppedAt: recorder.stoppedAt,
      isShortened: shelf.isShortened(boardId, now),
    };
  }

  async moment(boardId: string, at: number): Promise<Moment | null> {
    await this.#options.recorder.store();
    if (at < this.#oldest()) return null;
    const chain = chainAt(this.#chains(boardId), at);
    if (chain === null) return null;
    const held = (await this.#open(chain, at)).player.playTo(at);
    return held === null ? null : momentOf(chain, held, at);
  }

  async *moments(boardId: string, { from, until, everyMs }: SpanWish): AsyncIterable<Moment> {
    await this.#options.recorder.store();
    const chains = this.#chains(boardId);
    const first = Math.min(...chains.map(({ fromAt }) => fromAt));
    const wished = Math.max(from, this.#oldest());
    // At the same distances as if it began where it is wished; of no chain there is no first.
    const begin = wished + Math.ceil(Math.max(0, first - wished) / everyMs) * everyMs;
    let open: OpenChain | null = null;
    for (let at = begin; at <= until; at += everyMs) {
      const chain = must(chainAt(chains, at), 'a chain from the first one on');
      if (open?.chain.id !== chain.id) open = await this.#open(chain, Number.POSITIVE_INFINITY);
      const held = open.player.playTo(at);
      const moment = held === null ? null : momentOf(chain, held, at);
      if (moment !== null && !moment.isGap) yield moment;
      await turn();
    }
  }

  /** Of a chain that began before a whole day its younger part may still be looked at. */
  #oldest(): number {
    return this.#options.clock.now() - REPLAY_KEPT_MS;
  }

  #chains(boardId: string): readonly StoredChain[] {
    const oldest = this.#oldest();
    return this.#options.shelf.of(boardId).filter((chain) => chain.untilAt >= oldest);
  }

  /** Of what comes after `until` nothing is unpacked. */
  async #open(chain: StoredChain, until: number): Promise<OpenChain> {
    const lines: TapeLine[] = [];
    for (const piece of await this.#options.store.pieces(chain.id)) {
      const unpacked = await unpackLines(piece);
      lines.push(...unpacked);
      // What was damaged ends what can be known of the chain.
      if (unpacked.length === 0 || (unpacked.at(-1)?.at ?? until) > until) break;
    }
    return { chain, player: new ChainPlayer(lines) };
  }
}

/** As it stood at `at`; within a gap, as it stood when recording ended. */
function momentOf(chain: StoredChain, held: Held, at: number): Moment {
  const { state, alerts, alarms, announcements, sites } = held;
  const isGap = at - chain.untilAt > GAP_MS;
  const snapshot = snapshotOf(state, isGap ? chain.untilAt : at);
  return { at: held.at, isGap, snapshot, alerts, alarms, announcements, sites };
}

/** Lets others go first. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
