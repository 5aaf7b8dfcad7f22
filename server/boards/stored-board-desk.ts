/**
 * The desk of boards on the store. What is there is read anew at each change and written as one batch on top of it, so
 * that after a crash a board is as it was before or as it was meant to be; what screens get follows at once. Who is too
 * late is told who was faster; nothing of his, and nothing of theirs, is overwritten.
 */
import type { Board } from '../../lib/contracts/board';
import type { BoardListing, NewBoard, Publish, Restore, SaveDraft } from '../../lib/contracts/board-desk';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import {
  type BoardDraft,
  draftWrite,
  type HeldBoard,
  isHeld,
  MAX_BOARDS,
  nextRevision,
  publishWrites,
  readAllHeld,
  readHeldBoard,
  readVersion,
  recordWrite,
  removalWrites,
  type Who,
} from '../store/board-documents';
import { checkBoard } from '../store/board-problems';
import type { DocumentStore, Write } from '../store/ports';
import { mainWrite, readMain } from '../store/settings-main';
import type { BoardDesk, Deed, DeskProblem, Edit, Editor, Seen } from './board-desk';
import { newBoardId } from './board-id';
import { listingsOf } from './board-listing';
import type { Boards } from './boards';
import type { ChangeStore, Planning } from './change-store';
import { type TemplateGround, templateBoard } from './templates';

export interface StoredBoardDeskOptions extends TemplateGround {
  readonly store: DocumentStore;
  readonly change: ChangeStore;
  readonly boards: Boards;
  readonly clock: Clock;
  /** How many paired screens show each board. */
  readonly screens: () => Promise<ReadonlyMap<string, number>>;
}

const UNKNOWN = { kind: 'unknown' } as const;
const FULL = { kind: 'full' } as const;

export class StoredBoardDesk implements BoardDesk {
  readonly #options: StoredBoardDeskOptions;

  constructor(options: StoredBoardDeskOptions) {
    this.#options = options;
  }

  async list(): Promise<readonly BoardListing[]> {
    const { store, boards, screens } = this.#options;
    return listingsOf({ boards, screens: await screens(), ...(await readAllHeld(store)) });
  }

  async find(id: string): Promise<Edit | null> {
    const held = await this.#held(id);
    return held === null ? null : this.#editOf(held);
  }

  async file(id: string, version: number | null): Promise<Board | null> {
    const held = await this.#held(id);
    if (held === null) return null;
    if (version !== null && version > 0) return readVersion(this.#options.store, id, version);
    return this.#shownOf(held) ?? held.draft?.board ?? null;
  }

  create(wish: NewBoard, by: Editor): Promise<Result<Edit, DeskProblem>> {
    return this.#options.change(by, async () => {
      const { store, boards } = this.#options;
      const { records, drafts } = await readAllHeld(store);
      const ids = new Set([
        ...drafts.keys(),
        ...[...records].filter(([, r]) => r.version > 0).map(([i]) => i),
      ]);
      if (ids.size >= MAX_BOARDS) return err(FULL);
      const id = newBoardId(wish.name, (other) => ids.has(other) || boards.board(other) !== null);
      const begun = await this.#begun({ id, name: wish.name }, wish.from);
      if (!begun.ok) return begun;
      const held = await readHeldBoard(store, id);
      const deed = deedOf('created', id, [
        ['name', wish.name],
        ['from', wish.from.kind === 'copy' ? `board:${wish.from.boardId}` : wish.from.kind],
      ]);
      return ok(await this.#draftPlan(held, begun.value, { deed, who: this.#who(by) }));
    });
  }

  /** What a new board begins with. */
  async #begun(
    place: Pick<Board, 'id' | 'name'>,
    from: NewBoard['from'],
  ): Promise<Result<Board, DeskProblem>> {
    if (from.kind === 'copy') {
      const source = await this.file(from.boardId, null);
      return source === null ? err(UNKNOWN) : ok({ ...source, ...place });
    }
    const made =
      from.kind === 'template'
        ? templateBoard(place, from, this.#options)
        : checkBoard(isObject(from.board) ? { ...from.board, ...place } : from.board);
    return made.ok ? made : err({ kind: 'invalid', problems: made.error });
  }

  saveDraft(id: string, { board, revision }: SaveDraft, by: Editor): Promise<Result<Edit, DeskProblem>> {
    return this.#changeHeld(id, by, async (held) => {
      if (board.id !== id) return err({ kind: 'invalid', problems: ['id: another than that of the board'] });
      if (revision !== (held.draft?.revision ?? 0)) return err(this.#tooLate(held));
      if (held.draft === null && !held.isStored && (await this.#isFull())) return err(FULL);
      // One entry for each hand: an editor that saves while somebody types would fill the log.
      const isSameHand = held.draft !== null && held.draft.saved.by === by.name;
      const deed = isSameHand ? null : deedOf('draft-saved', id, [['name', board.name]]);
      return ok(await this.#draftPlan(held, board, { deed, who: this.#who(by) }));
    });
  }

  restore(id: string, { version, revision }: Restore, by: Editor): Promise<Result<Edit, DeskProblem>> {
    return this.#changeHeld(id, by, async (held) => {
      const board = await readVersion(this.#options.store, id, version);
      if (board === null) return err(UNKNOWN);
      if (revision !== (held.draft?.revision ?? 0)) return err(this.#tooLate(held));
      const deed = deedOf('version-restored', id, [['version', version]]);
      // Who restores sees all versions: what comes of it begins from the newest.
      const begun = held.draft && { ...held.draft, basedOn: held.record.version };
      return ok(await this.#draftPlan({ ...held, draft: begun }, board, { deed, who: this.#who(by) }));
    });
  }

  discardDraft(id: string, revision: number, by: Editor): Promise<Result<Edit | null, DeskProblem>> {
    return this.#changeHeld<Edit | null>(id, by, async (held) => {
      if (held.draft === null || held.draft.revision !== revision) return err(this.#tooLate(held));
      const stays = held.isStored || this.#options.boards.made(id) !== null;
      const record = recordWrite(held, { ...held.record, touched: this.#who(by) });
      return ok({
        deed: deedOf('draft-discarded', id, [['name', held.draft.board.name]]),
        writes: stays ? [draftWrite(held, null), record] : removalWrites(held),
        done: () => this.find(id),
      });
    });
  }

  publish(id: string, wish: Publish, by: Editor): Promise<Result<Edit, DeskProblem>> {
    return this.#changeHeld(id, by, async (held) => {
      const { draft, record } = held;
      if (record.version !== wish.version) return err(this.#overtaken(held));
      if (draft?.revision !== wish.revision) return err(this.#tooLate(held));
      // What was published since it was begun, as by an import, is not in it.
      if (draft.basedOn !== (wish.basedOn ?? record.version)) return err(this.#overtaken(held));
      const checked = checkBoard(draft.board);
      if (!checked.ok) return err({ kind: 'invalid', problems: checked.error });
      const board = checked.value;
      const listed = await this.#listing(held);
      if (listed === null) return err(FULL);
      const deed = deedOf('published', id, [
        ['name', board.name],
        ['version', record.version + 1],
        ['note', wish.note],
      ]);
      const publication = { board, who: this.#who(by), note: wish.note };
      return ok({
        deed,
        writes: [...publishWrites(held, publication), draftWrite(held, null), ...listed.writes],
        done: async () => {
          this.#options.boards.put(board, listed.besideMade);
          return this.#editOf(await readHeldBoard(this.#options.store, id));
        },
      });
    });
  }

  remove(id: string, { version, revision }: Seen, by: Editor): Promise<Result<null, DeskProblem>> {
    return this.#changeHeld<null>(id, by, async (held) => {
      if (!held.isStored && this.#options.boards.made(id) !== null) return err({ kind: 'made' });
      if (version !== held.record.version) return err(this.#overtaken(held));
      if (revision !== (held.draft?.revision ?? 0)) return err(this.#tooLate(held));
      const main = await readMain(this.#options.store);
      const boardIds = main.content.boardIds.filter((other) => other !== id);
      const name = (held.published ?? held.draft?.board)?.name ?? id;
      return ok({
        deed: deedOf('deleted', id, [
          ['name', name],
          ['version', version],
        ]),
        writes: [...removalWrites(held), ...(held.isStored ? [mainWrite(main, { boardIds })] : [])],
        done: () => {
          this.#options.boards.remove(id);
          return null;
        },
      });
    });
  }

  /** `null`: nobody knows a board of that id. */
  async #held(id: string): Promise<HeldBoard | null> {
    const held = await readHeldBoard(this.#options.store, id);
    return isHeld(held) || this.#options.boards.made(id) !== null ? held : null;
  }

  #changeHeld<T>(
    id: string,
    by: Editor,
    plan: (held: HeldBoard) => Promise<Planning<T>>,
  ): Promise<Result<T, DeskProblem>> {
    return this.#options.change<T>(by, async () => {
      const held = await this.#held(id);
      return held === null ? err(UNKNOWN) : plan(held);
    });
  }

  async #draftPlan(held: HeldBoard, board: Board, { deed, who }: { deed: Deed | null; who: Who }) {
    const { revision, write } = await nextRevision(this.#options.store);
    const basedOn = held.draft?.basedOn ?? held.record.version;
    const draft: BoardDraft = { board, revision, basedOn, saved: who };
    const record = recordWrite(held, { ...held.record, touched: who });
    return {
      deed,
      writes: [draftWrite(held, draft), record, write],
      done: async () => this.#editOf(await readHeldBoard(this.#options.store, held.id)),
    };
  }

  /** What makes a board one of the settings; `null`: there are as many as there may be. */
  async #listing(held: HeldBoard): Promise<{ besideMade?: boolean; writes: readonly Write[] } | null> {
    if (held.isStored) return { writes: [] };
    const main = await readMain(this.#options.store);
    const boardIds = main.content.boardIds.filter((other) => other !== held.id);
    if (boardIds.length >= MAX_BOARDS) return null;
    // The first of one's own makes none of those vanish that screens show until then.
    const besideMade = boardIds.length === 0 || main.content.madeBoards === true;
    const writes = [mainWrite(main, { boardIds: [...boardIds, held.id], madeBoards: besideMade })];
    return { besideMade, writes };
  }

  async #isFull(): Promise<boolean> {
    const { records, drafts } = await readAllHeld(this.#options.store);
    const stored = [...records].filter(([, { version }]) => version > 0).map(([id]) => id);
    return new Set([...stored, ...drafts.keys()]).size >= MAX_BOARDS;
  }

  #tooLate({ draft, record }: HeldBoard): DeskProblem {
    const { at, by } = draft?.saved ?? record.touched ?? { at: this.#options.clock.now(), by: 'server' };
    return { kind: 'changed', at, by };
  }

  /** Somebody has published it meanwhile. */
  #overtaken(held: HeldBoard): DeskProblem {
    const newest = held.record.versions[0];
    return newest === undefined ? this.#tooLate(held) : { kind: 'changed', at: newest.at, by: newest.by };
  }

  #who(by: Editor): Who {
    return { at: this.#options.clock.now(), by: by.name };
  }

  /** What screens get; `null`: nothing. */
  #shownOf({ id, isStored, published }: HeldBoard): Board | null {
    return isStored ? published : this.#options.boards.made(id);
  }

  #editOf(held: HeldBoard): Edit {
    const { id, isStored, record, draft } = held;
    const { version, versions } = record;
    const newest = versions[0];
    const publishedBy = newest === undefined ? null : { at: newest.at, by: newest.by };
    const origin = !isStored && this.#options.boards.made(id) !== null ? 'made' : 'stored';
    return { id, origin, version, published: this.#shownOf(held), publishedBy, draft, versions };
  }
}

function isObject(content: unknown): content is object {
  return typeof content === 'object' && content !== null;
}

function deedOf(what: string, id: string, details: Deed['details']): Deed {
  return { action: `board.${what}`, subject: `board:${id}`, details };
}
