/** Keeps the newest picture of one board in this browser: written where it is another than the one kept. */
import type { LiveState } from '../../lib/apply-delta';
import type { AlertsFrame } from '../../lib/contracts/alert';
import type { Limit } from '../../lib/contracts/push';
import {
  dropAllPictures,
  type KeyValueStorage,
  loadPicture,
  type Picture,
  savePicture,
  snapshotOf,
} from './picture-store';

const NOTHING = { seq: -1, alerts: null } as const;

/** What is kept beside the figures. */
export interface KeptBeside {
  readonly limits: readonly Limit[];
  /** Server time of the last sign of life. */
  readonly heardAt: number;
  readonly alerts: AlertsFrame | null;
}

export class PictureKeeper {
  readonly #storage: KeyValueStorage | null;
  readonly #boardId: string;
  #saved: { readonly seq: number; readonly alerts: AlertsFrame | null } = NOTHING;

  constructor(storage: KeyValueStorage | null, boardId: string) {
    this.#storage = storage;
    this.#boardId = boardId;
  }

  load(): Picture | null {
    return loadPicture(this.#storage, this.#boardId);
  }

  save(state: LiveState, { limits, heardAt, alerts }: KeptBeside): void {
    if (state.seq === this.#saved.seq && alerts === this.#saved.alerts) return;
    const picture = { heardAt, snapshot: snapshotOf(state, limits), alerts };
    if (savePicture(this.#storage, this.#boardId, picture)) this.#saved = { seq: state.seq, alerts };
  }

  /** Of this board and of every other. */
  forgetAll(): void {
    dropAllPictures(this.#storage);
    this.#saved = NOTHING;
  }
}
