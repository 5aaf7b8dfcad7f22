/** Keeps the newest picture of one board in this browser: written where it is another than the one kept. */
import type { LiveState } from '../../lib/apply-delta';
import type { Limit } from '../../lib/contracts/push';
import type { KeptFrames } from './heard-beside';
import {
  dropAllPictures,
  type KeyValueStorage,
  loadPicture,
  type Picture,
  savePicture,
  snapshotOf,
} from './picture-store';

const NOTHING = { seq: -1, alerts: null, announcements: null } as const;

/** What is kept beside the figures. */
export interface KeptBeside extends KeptFrames {
  readonly limits: readonly Limit[];
  /** Server time of the last sign of life. */
  readonly heardAt: number;
}

export class PictureKeeper {
  readonly #storage: KeyValueStorage | null;
  readonly #boardId: string;
  #saved: { readonly seq: number } & KeptFrames = NOTHING;

  constructor(storage: KeyValueStorage | null, boardId: string) {
    this.#storage = storage;
    this.#boardId = boardId;
  }

  load(): Picture | null {
    return loadPicture(this.#storage, this.#boardId);
  }

  save(state: LiveState, { limits, heardAt, alerts, announcements }: KeptBeside): void {
    const { seq } = state;
    const saved = this.#saved;
    if (seq === saved.seq && alerts === saved.alerts && announcements === saved.announcements) return;
    const picture = { heardAt, snapshot: snapshotOf(state, limits), alerts, announcements };
    if (savePicture(this.#storage, this.#boardId, picture)) this.#saved = { seq, alerts, announcements };
  }

  /** Of this board and of every other. */
  forgetAll(): void {
    dropAllPictures(this.#storage);
    this.#saved = NOTHING;
  }
}
