'use client';
/** The editor: the board as lists on the left, as its screen will show it in the middle, what is chosen on the right. */
import { useEffect, useMemo, useState } from 'react';
import { boardsResponseSchema } from '../../lib/contracts/api';
import type { BoardEdit } from '../../lib/contracts/board-desk';
import { useDeed } from '../access/use-deed';
import { useRemembered } from '../ui/use-remembered';
import { ChecksPanel } from './checks-panel';
import { ConflictBar } from './conflict-bar';
import { readEdit } from './desk-calls';
import { EditorBar } from './editor-bar';
import { Inspector } from './inspector';
import { LeaveGuard } from './leave-guard';
import { NewBuildBar } from './new-build-bar';
import { Outline } from './outline';
import type { Orientation } from './page-views';
import { Preview } from './preview';
import { stepOfKey } from './step-keys';
import { useChecks } from './use-checks';
import { type Draft, useDraft } from './use-draft';
import { EditorProvider } from './use-editor';
import { useLeave } from './use-leave';
import { useSubjects } from './use-subjects';

const ASK_MS = 60_000;

export function Editor({ begun }: { begun: BoardEdit }) {
  const draft = useDraft(begun);
  const { state, dispatch, save } = draft;
  const subjects = useSubjects();
  const [orientation, setOrientation] = useState<Orientation>('landscape');
  const checks = useChecks(state.board, subjects.keys, orientation);
  const parts = useMemo(() => ({ state, dispatch, subjects }), [state, dispatch, subjects]);
  const [hasNewBuild, setNewBuild] = useState(false);
  const leave = useLeave(save, draft.saveNow);
  useStepKeys(dispatch);
  return (
    <EditorProvider parts={parts}>
      <div className="editor" data-editor={state.board.id}>
        <EditorBar draft={draft} checks={checks} />
        <div className="editor-news">
          <Conflict draft={draft} />
          {hasNewBuild && <NewBuildBar onReload={() => leave.wish({ kind: 'reload' })} />}
        </div>
        <Outline />
        <div className="editor-middle">
          <Preview
            {...{ orientation, liveId: useLiveId(draft.known) }}
            onTurn={setOrientation}
            onNewBuild={() => setNewBuild(true)}
          />
          <ChecksPanel checks={checks} />
        </div>
        <Inspector />
      </div>
      <LeaveGuard leave={leave} />
    </EditorProvider>
  );
}

/** Its own figures where it has been published; a board that nobody has seen yet borrows those of the first. */
function useLiveId({ id, published }: BoardEdit): string {
  const boards = useRemembered('/api/v1/boards', boardsResponseSchema, ASK_MS)?.boards ?? [];
  return published === null ? (boards[0]?.id ?? id) : id;
}

function Conflict({ draft }: { draft: Draft }) {
  const { isBusy, problem, run } = useDeed<BoardEdit>();
  const { saving } = draft.save;
  if (saving.state !== 'overtaken') return null;
  return (
    <ConflictBar
      {...{ isBusy, problem, overtaking: saving.overtaking }}
      onChoose={(whose) => run(() => readEdit(draft.known.id), whose === 'theirs' ? draft.take : draft.putOn)}
    />
  );
}

function useStepKeys(dispatch: Draft['dispatch']): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const kind = stepOfKey(event, document.querySelector('dialog[open]') !== null);
      if (kind === null) return;
      event.preventDefault();
      dispatch({ kind });
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [dispatch]);
}
