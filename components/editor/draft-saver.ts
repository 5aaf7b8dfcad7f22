/**
 * The shell of the machine in `save-state`: holds the newest board, the one timer and the one request. What it sends is
 * always the newest board that satisfies the contract.
 */
import type { Board } from '../../lib/contracts/board';
import type { Result } from '../../lib/result';
import type { Cancel, Clock } from '../live/clock';
import type { Problem } from '../ui/fetch-json';
import type { SaveAnswer } from './desk-calls';
import { beginSaving, type Overtaking, type SaveEvent, type SaveState, stepSave } from './save-state';

export interface DraftSaverOptions {
  readonly clock: Pick<Clock, 'after'>;
  readonly isSound: (board: Board) => boolean;
  readonly save: (board: Board, revision: number) => Promise<Result<SaveAnswer, Problem>>;
  readonly onState: (state: SaveState) => void;
}

export class DraftSaver {
  readonly #options: DraftSaverOptions;
  #state: SaveState;
  #board: Board;
  #cancel: Cancel = () => undefined;
  #isStopped = false;

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

  /** A board that is the last one again changes nothing. */
  change(board: Board): void {
    if (board === this.#board) return;
    this.#board = board;
    this.#tell({ kind: 'changed', isSound: this.#options.isSound(board) });
  }

  /** The draft on the server is another now; `board`: what is here, without saving it. */
  rebase(event: Omit<Extract<SaveEvent, { kind: 'rebased' }>, 'kind'>, board: Board): void {
    this.#board = board;
    this.#tell({ kind: 'rebased', ...event });
  }

  overtake(overtaking: Overtaking): void {
    this.#tell({ kind: 'overtaken', overtaking });
  }

  /** Now instead of in a while. */
  hurry(): void {
    this.#cancel();
    this.#tell({ kind: 'due' });
  }

  /** After it was stopped. */
  start(): void {
    this.#isStopped = false;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
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
    const said = await this.#options.save(this.#board, revision);
    if (!said.ok) this.#tell({ kind: 'notStored', attempt, problem: said.error });
    else if (said.value.kind === 'overtaken') this.#tell(said.value);
    else this.#tell({ ...said.value, kind: 'stored', attempt });
  }
}
