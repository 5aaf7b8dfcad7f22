/** Keeps the newest picture of one board in this browser: written where it is another than the one kept. */
import type { LiveState } from '../../lib/apply-delta';
import type { Limit } from '../../lib/contracts/push';
import {
  dropAllPictures,
  type KeyValueStorage,
  loadPicture,
  type Picture,
  savePicture,
  snapshotOf,
} from './picture-store';

export class PictureKeeper {
  readonly #storage: KeyValueStorage | null;
  readonly #boardId: string;
  #savedSeq = -1;

  constructor(storage: KeyValueStorage | null, boardId: string) {
    this.#storage = storage;
    this.#boardId = boardId;
  }

  load(): Picture | null {
    return loadPicture(this.#storage, this.#boardId);
  }

  save(state: LiveState, limits: readonly Limit[], heardAt: number): void {
    if (state.seq === this.#savedSeq) return;
    const picture = { heardAt, snapshot: snapshotOf(state, limits) };
    if (savePicture(this.#storage, this.#boardId, picture)) this.#savedSeq = state.seq;
  }

  /** Of this board and of every other. */
  forgetAll(): void {
    dropAllPictures(this.#storage);
    this.#savedSeq = -1;
  }
}
