/**
 * Writes down what boards show: sits at each of them as a slow screen, and stores what it read in batches. It harms
 * nothing: where the store fails it leaves its seats, says so once, and tries again ten minutes later. What was not
 * stored is a gap, and said to be one.
 */
import type { TrendPoint } from '../../lib/contracts/push';
import type { BoardProvider } from '../boards/board-provider';
import type { Screen } from '../push/screen';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { ReplayStore, ReplayUnit, StoredChain } from '../store/replay-ports';
import type { ChainShelf } from './chain-shelf';
import { KeptMinutes, MINUTES_KEPT_MS } from './kept-minutes';
import { recordedBoards } from './recorded-boards';
import { RecordingScreen } from './recording-screen';
import { type DrainedChain, STORE_EVERY_MS, Tape } from './tape';
import { packLines } from './tape-line';

/** A seat of ours at a board. */
export interface RecordingSeat {
  /** Asks for a whole picture, which comes when the screen reads. */
  resync(): void;
  leave(): void;
}

/** Seats a screen of ours at a board, as a desk's; `null`: there is no such board. */
export type TakeSeat = (boardId: string, screen: Screen) => RecordingSeat | null;

export interface RecorderOptions {
  readonly store: ReplayStore;
  readonly shelf: ChainShelf;
  readonly boards: BoardProvider;
  readonly isStored: (boardId: string) => boolean;
  readonly takeSeat: TakeSeat;
  readonly subscribePoints: (hear: (points: readonly TrendPoint[]) => void) => () => void;
  readonly clock: Clock;
  readonly log: Log;
}

export const READ_EVERY_MS = 5_000;
export const TRY_AGAIN_MS = 10 * 60_000;
/** More than this does not wait: it is stored at once, and of twice as much the store is too slow. */
const MOST_WAITING_CHARACTERS = 32_000_000;

interface Recording {
  readonly tape: Tape;
  readonly seat: RecordingSeat;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #recordings = new Map<string, Recording>();
  readonly #minutes = new KeptMinutes();
  #ends: readonly Cancel[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #stoppedAt: number | null = null;
  #tryAgain: Cancel | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Since when nothing is recorded because the store failed; `null`: it did not. */
  get stoppedAt(): number | null {
    return this.#stoppedAt;
  }

  get boardsCount(): number {
    return this.#recordings.size;
  }

  isRecording(boardId: string): boolean {
    return this.#recordings.has(boardId);
  }

  start(): void {
    const { boards, clock, subscribePoints } = this.#options;
    this.#ends = [
      boards.subscribe(() => this.#review()),
      subscribePoints((points) => this.#minutes.take(points)),
      clock.every(STORE_EVERY_MS, () => void this.store()),
    ];
    this.#review();
  }

  /** Stores what waits, and leaves all seats. */
  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#tryAgain?.();
    await this.store();
    this.#leaveAll();
  }

  /** Stores what waits; resolves when it is stored, or when it is known that it can't be. Never rejects. */
  store(): Promise<void> {
    this.#askForWholes();
    this.#writing = this.#writing.then(() => this.#storeOnce());
    return this.#writing;
  }

  #review(): void {
    if (this.#stoppedAt !== null) return;
    const { boards, isStored } = this.#options;
    const wanted = new Set(recordedBoards(boards.list(), isStored));
    for (const boardId of this.#recordings.keys()) if (!wanted.has(boardId)) this.#leave(boardId);
    for (const boardId of wanted) if (!this.#recordings.has(boardId)) this.#sitDown(boardId);
  }

  #sitDown(boardId: string): void {
    const { clock, shelf, takeSeat } = this.#options;
    const tape = new Tape(() => shelf.newId());
    const screen = new RecordingScreen({
      clock,
      readEveryMs: READ_EVERY_MS,
      take: ({ event, json }) => {
        tape.take(event, json, clock.now());
        this.#mindRoom();
      },
      onRefused: () => this.#leave(boardId),
    });
    const seat = takeSeat(boardId, screen);
    if (seat !== null) this.#recordings.set(boardId, { tape, seat });
  }

  /** What it read last is stored with the next batch no more: that it was there until then is not said either. */
  #leave(boardId: string): void {
    const recording = this.#recordings.get(boardId);
    this.#recordings.delete(boardId);
    recording?.seat.leave();
  }

  #leaveAll(): void {
    for (const boardId of [...this.#recordings.keys()]) this.#leave(boardId);
  }

  #askForWholes(): void {
    const now = this.#options.clock.now();
    for (const { tape, seat } of this.#recordings.values()) {
      // Here and not where it is stored: that may wait for a store that is slow.
      tape.attest(now);
      if (tape.isWholeDue(now)) seat.resync();
    }
  }

  #mindRoom(): void {
    const waiting = [...this.#recordings.values()].reduce((sum, { tape }) => sum + tape.waitingCharacters, 0);
    if (waiting <= MOST_WAITING_CHARACTERS) return;
    if (!this.#isWriting) void this.store();
    else if (waiting > 2 * MOST_WAITING_CHARACTERS)
      this.#fail(new Error('it takes longer than there is time'));
  }

  async #storeOnce(): Promise<void> {
    if (this.#stoppedAt !== null) return;
    this.#isWriting = true;
    try {
      await this.#write(this.#options.clock.now());
    } catch (thrown) {
      // Whatever a disk or a driver says: nothing of it may reach who shows the boards.
      this.#fail(thrown);
    } finally {
      this.#isWriting = false;
    }
  }

  async #write(now: number): Promise<void> {
    const { store, shelf } = this.#options;
    const drained = [...this.#recordings].flatMap(([boardId, { tape }]) =>
      tape.drain(now).map((chain) => ({ boardId, ...chain })),
    );
    const points = this.#minutes.drain();
    const packed = await Promise.all(drained.map((chain) => this.#pack(chain)));
    const chains = packed.map(({ chain }) => chain);
    const { ids: forgotten, shortened } = shelf.overdue(chains, now);
    const pieces = packed.flatMap(({ chain, piece }) =>
      piece === null ? [] : [{ chainId: chain.id, content: piece }],
    );
    const unit: ReplayUnit = { chains, pieces, points, forgotten, pointsBefore: now - MINUTES_KEPT_MS };
    await store.write(unit);
    for (const chain of chains) shelf.put(chain);
    shelf.remove(forgotten);
    this.#noteShortened(shortened, now);
    this.#noteWellAgain();
  }

  #noteWellAgain(): void {
    if (this.#tryAgain === null) return;
    this.#tryAgain = null;
    this.#options.log.info('what boards show is recorded again');
  }

  async #pack(
    drained: DrainedChain & { readonly boardId: string },
  ): Promise<{ readonly chain: StoredChain; readonly piece: Uint8Array | null }> {
    const { id, boardId, fromAt, untilAt, marks, text } = drained;
    const piece = text === '' ? null : await packLines(text);
    const bytes = (this.#options.shelf.find(id)?.bytes ?? 0) + (piece?.byteLength ?? 0);
    return { chain: { id, boardId, fromAt, untilAt, bytes, marks }, piece };
  }

  #noteShortened(boardIds: readonly string[], now: number): void {
    const { shelf, log } = this.#options;
    const news = boardIds.filter((boardId) => !shelf.isShortened(boardId, now));
    shelf.noteShortened(boardIds, now);
    if (news.length > 0)
      log.warn('there is no room to look back a whole day: the oldest goes', { boards: news });
  }

  #fail(thrown: unknown): void {
    if (this.#stoppedAt !== null) return;
    const { clock, log } = this.#options;
    const isNew = this.#tryAgain === null;
    this.#stoppedAt = clock.now();
    this.#leaveAll();
    this.#minutes.drain();
    if (isNew) log.error('what boards show is not recorded any more', { reason: messageOf(thrown) });
    this.#tryAgain = clock.after(TRY_AGAIN_MS, () => this.#begin());
  }

  #begin(): void {
    this.#stoppedAt = null;
    this.#review();
  }
}
