'use client';
/**
 * The board that is edited and its draft on the server: the heart (`edit-state`), the saver, and what both have to do
 * with each other when somebody publishes, looks back, or was overtaken.
 */
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { must } from '../../lib/assert';
import type { Board } from '../../lib/contracts/board';
import type { BoardEdit } from '../../lib/contracts/board-desk';
import type { Result } from '../../lib/result';
import { browserClock } from '../live/clock';
import type { Problem } from '../ui/fetch-json';
import { isSound } from './checks/flaws';
import { publishDraft, readEdit, saveDraft } from './desk-calls';
import { DraftSaver } from './draft-saver';
import { beginEditing, type EditEvent, type EditState, stepEdit } from './edit-state';
import { type PublishAnswer, publishSaved } from './publish-saved';
import type { Overtaking, SaveState } from './save-state';

/** How soon what somebody else saved is noticed. */
const LOOK_MS = 10_000;

export interface Draft {
  readonly state: EditState;
  readonly dispatch: (event: EditEvent) => void;
  readonly save: SaveState;
  /** Beside the board: versions, who published, as last heard. */
  readonly known: BoardEdit;
  /** What the server has now is what is to be edited; one step back is what was here. */
  readonly take: (edit: BoardEdit) => void;
  /** What the server has is known, and what is here goes on top of it. */
  readonly putOn: (edit: BoardEdit) => void;
  readonly publish: (note: string) => Promise<Result<PublishAnswer, Problem>>;
  readonly overtake: (overtaking: Overtaking) => void;
  readonly saveNow: () => void;
}

/** The newest there is: the draft, else what is published. */
export function newestOf(edit: BoardEdit): Board {
  return must(edit.draft?.board ?? edit.published, 'a board or its draft');
}

/** The version that the draft began from: another than that which is published where one came since. */
export function draftBase({ draft, version }: Pick<BoardEdit, 'draft' | 'version'>): number {
  return draft?.basedOn ?? version;
}

export function useDraft(begun: BoardEdit): Draft {
  const [state, dispatch] = useReducer(stepEdit, begun, (edit) => beginEditing(newestOf(edit)));
  const [known, setKnown] = useState(begun);
  const [save, setSave] = useState(() =>
    DraftSaver.begun(begun.draft?.revision ?? 0, begun.draft?.saved ?? null),
  );
  const [saver] = useState(
    () =>
      new DraftSaver(
        { clock: browserClock, isSound, save: saveDraft, read: readEdit, onState: setSave },
        state.board,
        save,
      ),
  );
  const board = useRef(state.board);
  board.current = state.board;
  useEffect(() => {
    saver.start();
    return () => saver.stop();
  }, [saver]);
  useEffect(() => saver.change(state.board), [saver, state.board]);

  const rebase = useCallback(
    (edit: BoardEdit, isMine: boolean, now: Board) => {
      setKnown(edit);
      saver.rebase({ revision: edit.draft?.revision ?? 0, last: edit.draft?.saved ?? null, isMine }, now);
    },
    [saver],
  );
  const take = useCallback(
    (edit: BoardEdit) => {
      const theirs = newestOf(edit);
      rebase(edit, false, theirs);
      dispatch({ kind: 'edited', edit: { kind: 'replace', board: theirs } });
    },
    [rebase],
  );
  const putOn = useCallback((edit: BoardEdit) => rebase(edit, true, board.current), [rebase]);
  const publish = useCallback(
    async (note: string) => {
      const said = await publishSaved({
        ...{ saver, version: known.version, note },
        publish: (wish) => publishDraft(begun.id, { ...wish, basedOn: draftBase(known) }),
      });
      if (said.ok && said.value.kind === 'done') setKnown(said.value.edit);
      return said;
    },
    [saver, begun.id, known],
  );
  useOthers(begun.id, saver, known, setKnown);
  return {
    ...{ state, dispatch, save, known, take, putOn, publish },
    overtake: useCallback((overtaking: Overtaking) => saver.overtake(overtaking), [saver]),
    saveNow: useCallback(() => saver.hurry(), [saver]),
  };
}

/** Looks now and then whether somebody else saved or published, while nothing of one's own is on its way. */
function useOthers(
  id: string,
  saver: DraftSaver,
  known: BoardEdit,
  onKnown: (edit: BoardEdit) => void,
): void {
  const version = useRef(known.version);
  version.current = known.version;
  useEffect(() => {
    let isOver = false;
    let cancel = () => {};
    const look = async () => {
      const before = saver.state();
      const said = await readEdit(id);
      if (isOver) return;
      if (said.ok && saver.state() === before && before.saving.state === 'saved') {
        const other = otherThan(said.value, before.revision, version.current);
        if (other !== null) saver.overtake(other);
        else onKnown(said.value);
      }
      cancel = browserClock.after(LOOK_MS, () => void look());
    };
    cancel = browserClock.after(LOOK_MS, () => void look());
    return () => {
      isOver = true;
      cancel();
    };
  }, [id, saver, onKnown]);
}

/** Who changed what is on the server since this revision and version; `null`: nobody. */
export function otherThan(edit: BoardEdit, revision: number, version: number): Overtaking | null {
  if ((edit.draft?.revision ?? 0) === revision && edit.version === version) return null;
  return edit.draft?.saved ?? edit.publishedBy ?? { by: '', at: edit.serverTime };
}
