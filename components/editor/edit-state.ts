/**
 * The heart of the editor: a board, what is chosen of it, and what was done. Laws that tests hold: undoing what was
 * done gives the board as it was, the very same object; doing it again gives what it had become; what changes nothing
 * leaves no step; at most 200 steps are kept. Pure.
 *
 *   past ◄──undo── board ──redo──► future          edited: the future is gone
 */
import type { Board } from '../../lib/contracts/board';
import { applyEdit, type Edit } from './board-edit';
import { pageIdOf, type Selection, type View, validView } from './selection';

/** The board as it was, and what was looked at then. */
interface Step {
  readonly board: Board;
  readonly view: View;
  /** Edits of one run, such as letters typed into one field, are one step; '' never joins. */
  readonly run: string;
}

export interface EditState {
  readonly board: Board;
  readonly view: View;
  /** Oldest first. */
  readonly past: readonly Step[];
  /** Next first. */
  readonly future: readonly Step[];
}

export const MOST_STEPS = 200;

export type EditEvent =
  | { readonly kind: 'edited'; readonly edit: Edit; readonly run?: string; readonly select?: Selection }
  /** The next edit begins a step of its own. */
  | { readonly kind: 'runEnded' }
  | { readonly kind: 'selected'; readonly selection: Selection }
  | { readonly kind: 'undone' }
  | { readonly kind: 'redone' };

export function beginEditing(board: Board): EditState {
  const view = validView(board, { pageId: '', selection: { kind: 'board' } });
  return { board, view, past: [], future: [] };
}

export function stepEdit(state: EditState, event: EditEvent): EditState {
  switch (event.kind) {
    case 'edited':
      return edited(state, event);
    case 'runEnded':
      return withoutRun(state);
    case 'selected':
      return selected(state, event.selection);
    case 'undone':
      return undone(state);
    case 'redone':
      return redone(state);
  }
}

function edited(
  state: EditState,
  { edit, run = '', select }: Extract<EditEvent, { kind: 'edited' }>,
): EditState {
  const board = applyEdit(state.board, edit);
  if (board === state.board) return select === undefined ? state : selected(state, select);
  const last = state.past[state.past.length - 1];
  const isSameRun = run !== '' && last?.run === run && state.future.length === 0;
  const step: Step = { board: state.board, view: state.view, run };
  return {
    board,
    view: seen(board, state.view, select),
    past: isSameRun ? state.past : [...state.past, step].slice(-MOST_STEPS),
    future: [],
  };
}

function seen(board: Board, view: View, select: Selection | undefined): View {
  if (select === undefined) return validView(board, view);
  return validView(board, { pageId: pageIdOf(select) ?? view.pageId, selection: select });
}

function selected(state: EditState, selection: Selection): EditState {
  const view = seen(state.board, state.view, selection);
  return withoutRun({ ...state, view });
}

function withoutRun(state: EditState): EditState {
  const last = state.past[state.past.length - 1];
  if (last === undefined || last.run === '') return state;
  return { ...state, past: [...state.past.slice(0, -1), { ...last, run: '' }] };
}

function undone(state: EditState): EditState {
  const last = state.past[state.past.length - 1];
  if (last === undefined) return state;
  const next: Step = { board: state.board, view: state.view, run: '' };
  return {
    board: last.board,
    view: validView(last.board, last.view),
    past: state.past.slice(0, -1),
    future: [next, ...state.future],
  };
}

function redone(state: EditState): EditState {
  const [next, ...future] = state.future;
  if (next === undefined) return state;
  const step: Step = { board: state.board, view: state.view, run: '' };
  return { board: next.board, view: validView(next.board, next.view), past: [...state.past, step], future };
}
