'use client';
/** What the parts of the editor share: the board being edited, what is chosen, and the way to change both. */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { must } from '../../lib/assert';
import type { Board, BoardPage } from '../../lib/contracts/board';
import type { KpiKey } from '../../lib/contracts/kpi';
import type { Edit } from './board-edit';
import type { EditEvent, EditState } from './edit-state';
import { pageOf, type Selection } from './selection';
import type { KnownSubjects } from './use-subjects';

export interface EditorParts {
  readonly state: EditState;
  readonly dispatch: (event: EditEvent) => void;
  readonly subjects: KnownSubjects;
}

export interface Editor extends EditorParts {
  readonly board: Board;
  /** The one that is looked at. */
  readonly page: BoardPage | undefined;
  readonly selection: Selection;
  /** `run`: edits of one field while somebody types in it are one step. `select`: what is chosen then. */
  readonly edit: (edit: Edit, more?: { readonly run?: string; readonly select?: Selection }) => void;
  readonly select: (selection: Selection) => void;
  /** Told to those who hear the page. */
  readonly say: (text: string) => void;
  /** A figure's name: its own label, else the KPI with its subject. */
  readonly nameOf: (figure: {
    readonly label?: string | undefined;
    readonly kpi: KpiKey;
    readonly subject: string;
  }) => string;
}

const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  return must(useContext(EditorContext), 'EditorProvider');
}

export function EditorProvider({ parts, children }: { parts: EditorParts; children: ReactNode }) {
  const { state, dispatch, subjects } = parts;
  const [said, setSaid] = useState('');
  const nameOf = useFigureNames(subjects);
  const edit = useCallback<Editor['edit']>(
    (change, more = {}) => dispatch({ kind: 'edited', edit: change, ...more }),
    [dispatch],
  );
  const select = useCallback((selection: Selection) => dispatch({ kind: 'selected', selection }), [dispatch]);
  const editor = useMemo(() => {
    const { board, view } = state;
    const page = pageOf(board, view.pageId);
    return {
      ...{ state, dispatch, subjects, board, page, selection: view.selection },
      edit,
      select,
      say: setSaid,
      nameOf,
    };
  }, [state, dispatch, subjects, edit, select, nameOf]);
  return (
    <EditorContext value={editor}>
      {children}
      <p className="unseen" role="status" aria-live="assertive" data-said>
        {said}
      </p>
    </EditorContext>
  );
}

function useFigureNames(subjects: KnownSubjects): Editor['nameOf'] {
  const t = useTranslations();
  return useCallback(
    ({ label, kpi, subject }) => {
      if (label !== undefined && label !== '') return label;
      const name = t(`kpi.${kpi}.label`);
      if (subject === 'all') return name;
      return t('tile.labelOf', { label: name, subject: subjects.nameOf(subject) });
    },
    [t, subjects],
  );
}
