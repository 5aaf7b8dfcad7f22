/**
 * The shell of the machine in `save-state`: holds the newest board, the one timer and the one request. What it sends is
 * always the newest board that satisfies the contract.
 */
import type { Board } from '../../lib/contracts/board';
import type { BoardEdit } from '../../lib/contracts/board-desk';
import type { Result } from '../../lib/result';
import type { Cancel, Clock } from '../live/clock';
import type { Problem } from '../ui/fetch-json';
import type { SaveAnswer } from './desk-calls';
import { isSameBoard } from './same-board';
import { beginSaving, type Overtaking, type SaveEvent, type SaveState, stepSave } from './save-state';

export interface DraftSaverOptions {
  readonly clock: Pick<Clock, 'after'>;
  readonly isSound: (board: Board) => boolean;
  readonly save: (board: Board, revision: number) => Promise<Result<SaveAnswer, Problem>>;
  /** The board of this id as the server has it now. */
  readonly read: (id: string) => Promise<Result<BoardEdit, Problem>>;
  readonly onState: (state: SaveState) => void;
}

/** Boards that are remembered while nobody knows whether they came to the server. */
const MOST_UNANSWERED = 200;

export class DraftSaver {
  readonly #options: DraftSaverOptions;
  #state: SaveState;
  #board: Board;
  #cancel: Cancel = () => undefined;
  #isStopped = false;
  #unanswered: readonly Board[] = [];
  #onSettled: readonly ((state: SaveState) => void)[] = [];

  constructor(options: DraftSaverOptions, board: Board, begun: SaveState) {
    this.#options = options;
    this.#board = board;
    this.#state = begun;
  }

  static begun(revision: number, last: Overtaking | null): SaveState {
    return beginSaving(revision, last);
  }

  state(): SaveState {
    return this.#state;
  }

  /** The newest, saved or not. */
  board(): Board {
    return this.#board;
  }

  /** A board that is the last one again changes nothing. */
  change(board: Board): void {
    if (board === this.#board) return;
    this.#board = board;
    this.#tell({ kind: 'changed', isSound: this.#options.isSound(board) });
  }

  /** The draft on the server is another now; `board`: what is here, without saving it. */
  rebase(event: Omit<Extract<SaveEvent, { kind: 'rebased' }>, 'kind'>, board: Board): void {
    this.#board = board;
    this.#unanswered = [];
    this.#tell({ kind: 'rebased', ...event });
  }

  overtake(overtaking: Overtaking): void {
    this.#tell({ kind: 'overtaken', overtaking });
  }

  /** Now instead of in a while. */
  hurry(): void {
    const { state } = this.#state.saving;
    if (state !== 'waiting' && state !== 'failed') return;
    this.#cancel();
    this.#due();
  }

  /** Now, too; gives the state in which nothing waits or is on its way any more. */
  settled(): Promise<SaveState> {
    return new Promise((resolve) => {
      this.hurry();
      this.#onSettled = [...this.#onSettled, resolve];
      this.#settle();
    });
  }

  /** After it was stopped. */
  start(): void {
    this.#isStopped = false;
  }

  /** What waits or failed is sent once more; nobody hears what comes of it. */
  stop(): void {
    if (this.#isStopped) return;
    const { saving, revision } = this.#state;
    this.#isStopped = true;
    this.#cancel();
    this.#settle();
    if (saving.state === 'waiting' || saving.state === 'failed') this.#sendLast(revision);
  }

  #sendLast(revision: number): void {
    if (this.#options.isSound(this.#board)) void this.#options.save(this.#board, revision);
  }

  #tell(event: SaveEvent): void {
    if (this.#isStopped) return;
    const { state, effects } = stepSave(this.#state, event);
    this.#state = state;
    if (state.saving.state !== 'waiting' && state.saving.state !== 'failed') this.#cancel();
    for (const effect of effects) {
      if (effect.kind === 'wait') this.#wait(effect.delayMs);
      else void this.#save(effect.attempt, effect.revision);
    }
    this.#options.onState(this.#state);
    this.#settle();
  }

  /** Who waits for the end of saving does not wait for changes to come to rest first. */
  #settle(): void {
    if (this.#onSettled.length === 0) return;
    const { state } = this.#state.saving;
    if (!this.#isStopped && state === 'saving') return;
    if (!this.#isStopped && state === 'waiting') {
      this.hurry();
      return;
    }
    const waiting = this.#onSettled;
    this.#onSettled = [];
    for (const resolve of waiting) resolve(this.#state);
  }

  #wait(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(delayMs, () => this.#due());
  }

  #due(): void {
    if (this.#options.isSound(this.#board)) this.#tell({ kind: 'due' });
    else this.#tell({ kind: 'changed', isSound: false });
  }

  async #save(attempt: number, revision: number): Promise<void> {
    const board = this.#board;
    const said = await this.#options.save(board, revision);
    if (this.#isStopped) {
      const isStored = said.ok && said.value.kind === 'stored';
      if (isStored && this.#board !== board) this.#sendLast(said.value.revision);
    } else if (!said.ok) {
      this.#unanswered = [...new Set([...this.#unanswered, board])].slice(-MOST_UNANSWERED);
      this.#tell({ kind: 'notStored', attempt, problem: said.error });
    } else if (said.value.kind === 'overtaken') {
      this.#tell(await this.#overtakenBy(attempt, said.value.overtaking));
    } else {
      this.#unanswered = [];
      this.#tell({ ...said.value, kind: 'stored', attempt });
    }
  }

  /** By somebody else, or by an own save of which only the answer was lost. */
  async #overtakenBy(attempt: number, overtaking: Overtaking): Promise<SaveEvent> {
    if (this.#unanswered.length === 0) return { kind: 'overtaken', attempt, overtaking };
    const said = await this.#options.read(this.#board.id);
    if (!said.ok) return { kind: 'notStored', attempt, problem: said.error };
    const { draft } = said.value;
    const isOwn = draft !== null && this.#unanswered.some((sent) => isSameBoard(sent, draft.board));
    if (!isOwn) return { kind: 'overtaken', attempt, overtaking };
    this.#unanswered = [];
    return { kind: 'rebased', attempt, revision: draft.revision, last: draft.saved, isMine: true };
  }
}
