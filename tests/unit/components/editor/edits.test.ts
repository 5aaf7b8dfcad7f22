import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdit, type Edit, hasRoom, itemsOf, MOST } from '../../../../components/editor/board-edit';
import { flawsOf, isSound } from '../../../../components/editor/checks/flaws';
import {
  beginEditing,
  type EditEvent,
  type EditState,
  MOST_STEPS,
  stepEdit,
} from '../../../../components/editor/edit-state';
import { freshId, newTile } from '../../../../components/editor/fresh-ids';
import { isThere, pageOf } from '../../../../components/editor/selection';
import { must } from '../../../../lib/assert';
import { type Board, boardSchema } from '../../../../lib/contracts/board';
import { BOARD, changedBy, choices, editOf } from './any-edits';

const TILES = { list: 'tiles', pageId: 'now' } as const;
const ids = (board: Board, at: Parameters<typeof itemsOf>[1]) => itemsOf(board, at).map(({ id }) => id);

describe('an edit', () => {
  it.each<[string, Edit, (board: Board) => unknown, unknown]>([
    ['names the board', { kind: 'board', patch: { name: 'Hall' } }, ({ name }) => name, 'Hall'],
    [
      'takes a field away',
      { kind: 'change', at: { list: 'strip' }, id: 'strip-2', patch: { label: undefined } },
      ({ strip }) => Object.keys(must(strip[1], 'a tile')),
      ['id', 'subject', 'kpi'],
    ],
    [
      'moves to a place',
      { kind: 'move', at: TILES, id: 'tile-0', to: 2 },
      (board) => ids(board, TILES),
      ['tile-1', 'tile-2', 'tile-0', 'tile-3', 'tile-4'],
    ],
    [
      'moves to the end',
      { kind: 'move', at: { list: 'pages' }, id: 'now', to: 99 },
      (board) => ids(board, { list: 'pages' }),
      ['queues', 'today', 'now'],
    ],
    [
      'carries a tile to the strip',
      { kind: 'transfer', from: TILES, id: 'tile-3', to: { list: 'strip' } },
      (board) => [ids(board, TILES), ids(board, { list: 'strip' })],
      [
        ['tile-0', 'tile-1', 'tile-2', 'tile-4'],
        ['strip-1', 'strip-2', 'tile-3'],
      ],
    ],
    [
      'takes a table away',
      { kind: 'panel', pageId: 'queues', panel: 'table', value: null },
      (board) => pageOf(board, 'queues')?.table,
      null,
    ],
    [
      'takes a panel away',
      { kind: 'panel', pageId: 'queues', panel: 'alerts', value: null },
      (board) => 'alerts' in must(pageOf(board, 'queues'), 'a page'),
      false,
    ],
    [
      'keeps the id when all is replaced',
      { kind: 'replace', board: { ...BOARD, id: 'other', name: 'Other' } },
      ({ id, name }) => [id, name],
      ['b', 'Other'],
    ],
  ])('UI-121 %s', (_, edit, read, expected) => {
    expect(read(applyEdit(BOARD, edit))).toEqual(expected);
  });

  it.each<[string, Edit]>([
    ['a name that it has', { kind: 'board', patch: { name: BOARD.name, screen: { ...BOARD.screen } } }],
    ['a place where it stands', { kind: 'move', at: TILES, id: 'tile-1', to: 1 }],
    ['a tile that is not there', { kind: 'remove', at: TILES, id: 'none' }],
    ['a page that is not there', { kind: 'page', pageId: 'none', patch: { title: 'x' } }],
    [
      'a list that is not there',
      { kind: 'add', at: { list: 'tiles', pageId: 'none' }, item: newTile(BOARD), index: 0 },
    ],
    ['an id that is taken', { kind: 'add', at: TILES, item: { ...newTile(BOARD), id: 'tile-1' }, index: 0 }],
    [
      'things of another sort',
      { kind: 'transfer', from: TILES, id: 'tile-1', to: { list: 'texts', pageId: 'now' } },
    ],
    ['where it stands already', { kind: 'transfer', from: TILES, id: 'tile-1', to: { ...TILES } }],
    ['no panel', { kind: 'panel', pageId: 'now', panel: 'table', value: null }],
  ])('UI-121 changes nothing, not even the object: %s', (_, edit) => {
    expect(applyEdit(BOARD, edit)).toBe(BOARD);
  });

  it('UI-121 keeps what it does not touch', () => {
    const edited = applyEdit(BOARD, { kind: 'change', at: TILES, id: 'tile-1', patch: { label: 'x' } });
    expect(edited.pages[1]).toBe(BOARD.pages[1]);
    expect(edited.strip).toBe(BOARD.strip);
    expect(edited.pages[0]?.tiles[0]).toBe(BOARD.pages[0]?.tiles[0]);
  });

  it('UI-121 leaves the last page, and fills no list beyond what it may hold', () => {
    const lone = { ...BOARD, pages: BOARD.pages.slice(0, 1) };
    expect(applyEdit(lone, { kind: 'remove', at: { list: 'pages' }, id: 'now' })).toBe(lone);
    const add = (board: Board) =>
      applyEdit(board, { kind: 'add', at: TILES, item: newTile(board), index: 99 });
    const full = Array.from({ length: 20 }).reduce<Board>(add, BOARD);
    expect(itemsOf(full, TILES)).toHaveLength(MOST.tiles);
    expect(hasRoom(full, TILES)).toBe(false);
    expect(isSound(full)).toBe(true);
  });

  it('UI-123 makes no sound board unsound', () => {
    fc.assert(fc.property(choices, (made) => boardSchema.safeParse(changedBy(BOARD, made)).success));
  });

  it.each<[string, Edit, string, unknown]>([
    ['a board without a name', { kind: 'board', patch: { name: '' } }, 'nameWrong', { kind: 'board' }],
    [
      'a page without a name',
      { kind: 'page', pageId: 'queues', patch: { title: '' } },
      'titleWrong',
      { kind: 'page', pageId: 'queues' },
    ],
    [
      'an empty text',
      { kind: 'change', at: { list: 'texts', pageId: 'now' }, id: 'welcome', patch: { text: ' ' } },
      'textWrong',
      { kind: 'item', at: { list: 'texts', pageId: 'now' }, id: 'welcome' },
    ],
    [
      'a label of the strip',
      { kind: 'change', at: { list: 'strip' }, id: 'strip-1', patch: { label: 'x'.repeat(61) } },
      'labelWrong',
      { kind: 'item', at: { list: 'strip' }, id: 'strip-1' },
    ],
    [
      'a table without columns',
      {
        kind: 'panel',
        pageId: 'queues',
        panel: 'table',
        value: { id: 't', subjects: 'queues', columns: [] },
      },
      'columnsNone',
      { kind: 'panel', pageId: 'queues', panel: 'table' },
    ],
    ['anything else', { kind: 'board', patch: { cadenceMs: 1 } }, 'flaw', { kind: 'board' }],
  ])(
    'UI-123 that leads to what the contract does not take is said, with its place: %s',
    (_, edit, key, where) => {
      const flaws = flawsOf(applyEdit(BOARD, edit));
      expect(flaws.map((flaw) => [flaw.severity, flaw.key, flaw.where])).toEqual([['error', key, where]]);
    },
  );

  it('UI-137 gives new things ids that nothing of the board has', () => {
    fc.assert(
      fc.property(choices, fc.constantFrom('tile', 'page', 'trend', 'table'), (made, prefix) => {
        const board = changedBy(BOARD, made);
        const fresh = freshId(board, prefix);
        expect(JSON.stringify(board)).not.toContain(`"id":"${fresh}"`);
      }),
    );
  });
});

describe('undoing', () => {
  const edited = (state: EditState, edit: Edit, run = '') => stepEdit(state, { kind: 'edited', edit, run });
  const undo: EditEvent = { kind: 'undone' };
  const redo: EditEvent = { kind: 'redone' };

  it('UI-122 gives the board as it was, the same object; doing it again gives what it had become', () => {
    fc.assert(
      fc.property(choices, (made) => {
        const states = [beginEditing(BOARD)];
        for (const choice of made) {
          const last = must(states.at(-1), 'a state');
          states.push(edited(last, editOf(last.board, choice)));
        }
        const boards = [...new Set(states.map(({ board }) => board))];
        let state = must(states.at(-1), 'a state');
        for (const board of boards.toReversed()) {
          expect(state.board).toBe(board);
          state = stepEdit(state, undo);
        }
        expect(state.board).toBe(BOARD);
        for (const board of boards) {
          expect(state.board).toBe(board);
          state = stepEdit(state, redo);
        }
        expect(stepEdit(state, redo)).toBe(state);
      }),
    );
  });

  it('UI-122 shows what is there: the page and what is chosen of it', () => {
    fc.assert(
      fc.property(choices, fc.array(fc.boolean()), (made, steps) => {
        let state = beginEditing(BOARD);
        for (const choice of made) {
          const edit = editOf(state.board, choice);
          const isAdded = edit.kind === 'add' && edit.at.list === 'strip';
          const select = isAdded
            ? ({ kind: 'item', at: { list: 'strip' }, id: edit.item.id } as const)
            : undefined;
          state = stepEdit(state, { kind: 'edited', edit, ...(select === undefined ? {} : { select }) });
        }
        for (const isBack of steps) {
          state = stepEdit(state, isBack ? undo : redo);
          expect(isThere(state.board, state.view.selection)).toBe(true);
          expect(pageOf(state.board, state.view.pageId)).toBeDefined();
        }
      }),
    );
  });

  it('UI-122 takes letters typed into one field as one step, until the field is left', () => {
    const type = (state: EditState, name: string) =>
      edited(state, { kind: 'board', patch: { name } }, 'name');
    let state = ['H', 'Ha', 'Hal', 'Hall'].reduce(type, beginEditing(BOARD));
    expect(state.past).toHaveLength(1);
    state = type(stepEdit(state, { kind: 'runEnded' }), 'Hall 2');
    expect(state.past).toHaveLength(2);
    expect(stepEdit(state, undo).board.name).toBe('Hall');
    expect(stepEdit(stepEdit(state, undo), undo).board).toBe(BOARD);
  });

  it('UI-122 after something else was done there is nothing to do again', () => {
    const one = stepEdit(edited(beginEditing(BOARD), { kind: 'board', patch: { name: 'One' } }), undo);
    const two = edited(one, { kind: 'board', patch: { name: 'Two' } });
    expect([one.future.length, two.future.length, stepEdit(two, redo)]).toEqual([1, 0, two]);
  });

  it('UI-122 leaves no step where nothing changed, and keeps so many', () => {
    const begun = beginEditing(BOARD);
    expect(edited(begun, { kind: 'board', patch: { name: BOARD.name } })).toBe(begun);
    const rename = (state: EditState, _: unknown, index: number) =>
      edited(state, { kind: 'board', patch: { name: `Name ${index}` } });
    const many = Array.from({ length: MOST_STEPS + 50 }).reduce<EditState>(rename, begun);
    expect(many.past).toHaveLength(MOST_STEPS);
    expect(stepEdit(many, undo).board.name).toBe(`Name ${MOST_STEPS + 48}`);
  });
});
