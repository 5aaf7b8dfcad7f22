import { describe, expect, it } from 'vitest';
import { isSameBoard } from '../../../../components/editor/same-board';
import {
  beginSaving,
  isUnsaved,
  RETRY_DELAYS_MS,
  type SaveEvent,
  type SaveState,
  type Saving,
  SETTLE_MS,
  stepSave,
} from '../../../../components/editor/save-state';
import { otherThan } from '../../../../components/editor/use-draft';
import type { Problem } from '../../../../components/ui/fetch-json';
import type { Board } from '../../../../lib/contracts/board';
import type { BoardEdit } from '../../../../lib/contracts/board-desk';
import { err, ok, type Result } from '../../../../lib/result';
import { BOARD } from './any-edits';
import { ADA, AWAY, drafted, settle, stand, stored } from './saver-stand';

const STATES: Readonly<Record<Saving['state'], Saving>> = {
  saved: { state: 'saved' },
  waiting: { state: 'waiting' },
  saving: { state: 'saving', attempt: 3, isChanged: false },
  failed: { state: 'failed', problem: AWAY },
  flawed: { state: 'flawed' },
  overtaken: { state: 'overtaken', overtaking: ADA },
};
const EVENTS = {
  changed: { kind: 'changed', isSound: true },
  broken: { kind: 'changed', isSound: false },
  due: { kind: 'due' },
  stored: { kind: 'stored', attempt: 3, revision: 9, last: ADA },
  late: { kind: 'stored', attempt: 2, revision: 8, last: ADA },
  notStored: { kind: 'notStored', attempt: 3, problem: AWAY },
  lateOvertaken: { kind: 'overtaken', attempt: 2, overtaking: ADA },
  lateMine: { kind: 'rebased', attempt: 2, revision: 12, last: ADA, isMine: true },
  overtaken: { kind: 'overtaken', overtaking: ADA },
  theirs: { kind: 'rebased', revision: 12, last: ADA, isMine: false },
  mine: { kind: 'rebased', revision: 12, last: ADA, isMine: true },
} as const satisfies Record<string, SaveEvent>;

const same = (state: Saving['state']): Record<keyof typeof EVENTS, Saving['state']> => ({
  ...{ changed: state, broken: state, due: state, stored: state, late: state, notStored: state },
  ...{ lateOvertaken: state, lateMine: state },
  ...{ overtaken: 'overtaken', theirs: 'saved', mine: 'waiting' },
});
/** The state after each event. */
const TABLE: Record<Saving['state'], Record<keyof typeof EVENTS, Saving['state']>> = {
  saved: { ...same('saved'), changed: 'waiting', broken: 'flawed' },
  waiting: { ...same('waiting'), broken: 'flawed', due: 'saving' },
  saving: { ...same('saving'), stored: 'saved', notStored: 'failed' },
  failed: { ...same('failed'), changed: 'waiting', broken: 'flawed', due: 'saving' },
  flawed: { ...same('flawed'), changed: 'waiting' },
  overtaken: same('overtaken'),
};

describe('the state of saving', () => {
  const cells = Object.entries(TABLE).flatMap(([state, row]) =>
    Object.entries(row).map(([event, next]) => [state, event, next] as const),
  );

  it.each(cells)('UI-125 of %s, %s leads to %s', (state, event, next) => {
    const saving = STATES[state as Saving['state']];
    const before: SaveState = { ...beginSaving(4, null), saving, attempts: 3 };
    const step = stepSave(before, EVENTS[event as keyof typeof EVENTS]);
    expect(step.state.saving.state).toBe(next);
    // Nothing is sent but when it is due, and then on top of what is known.
    const sent = step.effects.filter(({ kind }) => kind === 'save');
    expect(sent).toEqual(
      next === 'saving' && state !== 'saving' ? [{ kind: 'save', attempt: 4, revision: 4 }] : [],
    );
    expect(isUnsaved(step.state)).toBe(next !== 'saved');
  });

  it('UI-125 waits longer with each failure in a row, and no longer than the last delay', () => {
    let state = beginSaving(0, null);
    const waits: number[] = [];
    state = stepSave(state, EVENTS.changed).state;
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      state = stepSave(state, EVENTS.due).state;
      const step = stepSave(state, { kind: 'notStored', attempt, problem: AWAY });
      state = step.state;
      waits.push(...step.effects.flatMap((effect) => (effect.kind === 'wait' ? [effect.delayMs] : [])));
    }
    expect(waits).toEqual([...RETRY_DELAYS_MS, RETRY_DELAYS_MS.at(-1), RETRY_DELAYS_MS.at(-1)]);
  });
});

describe('the saver', () => {
  it('UI-125 sends the newest board once its changes have settled, and only one at a time', async () => {
    const { clock, sent, saver, name } = stand();
    saver.change(BOARD);
    expect(clock.pendingCount).toBe(0);
    saver.change(name('A'));
    clock.advance(SETTLE_MS - 1);
    saver.change(name('AB'));
    clock.advance(SETTLE_MS - 1);
    expect(sent).toHaveLength(0);
    clock.advance(1);
    expect(sent.map((one) => [one.name, one.revision])).toEqual([['AB', 0]]);
    saver.change(name('ABC'));
    clock.advance(60_000);
    expect(sent).toHaveLength(1);
    sent[0]?.answer(stored(1));
    await settle();
    clock.advance(SETTLE_MS);
    expect(sent.map((one) => [one.name, one.revision])[1]).toEqual(['ABC', 1]);
    sent[1]?.answer(stored(2));
    await settle();
    expect([saver.state().saving.state, saver.state().revision, clock.pendingCount]).toEqual(['saved', 2, 0]);
  });

  it('UI-125 tries again what failed, with what is newest then', async () => {
    const { clock, sent, saver, name } = stand();
    saver.change(name('A'));
    clock.advance(SETTLE_MS);
    sent[0]?.answer(err(AWAY));
    await settle();
    expect(saver.state().saving).toEqual({ state: 'failed', problem: AWAY });
    clock.advance(RETRY_DELAYS_MS[0] ?? 0);
    expect(sent.map((one) => one.name)).toEqual(['A', 'A']);
    saver.stop();
  });

  it('UI-123 sends nothing that the contract does not take, and goes on when it does', () => {
    const { clock, sent, saver, name } = stand();
    saver.change(name(''));
    clock.advance(60_000);
    expect([sent.length, saver.state().saving.state]).toEqual([0, 'flawed']);
    saver.change(name('A'));
    clock.advance(SETTLE_MS);
    expect(sent.map((one) => one.name)).toEqual(['A']);
    saver.stop();
  });

  it('UI-126 sends nothing more once somebody was faster, until it is told on top of what', async () => {
    const { clock, sent, saver, name } = stand();
    saver.change(name('mine'));
    clock.advance(SETTLE_MS);
    sent[0]?.answer(ok({ kind: 'overtaken', overtaking: ADA }));
    await settle();
    saver.change(name('mine too'));
    clock.advance(60_000);
    expect([sent.length, saver.state().saving]).toEqual([1, { state: 'overtaken', overtaking: ADA }]);
    saver.rebase({ revision: 8, last: ADA, isMine: true }, name('mine too'));
    clock.advance(0);
    expect(sent.map((one) => [one.name, one.revision])[1]).toEqual(['mine too', 8]);
    saver.stop();
  });

  it('UI-126 takes what the server has without sending it back', () => {
    const { clock, sent, saver, name } = stand();
    const theirs = name('theirs');
    saver.overtake(ADA);
    saver.rebase({ revision: 8, last: ADA, isMine: false }, theirs);
    saver.change(theirs);
    clock.advance(60_000);
    expect([sent.length, saver.state().saving.state, saver.state().revision]).toEqual([0, 'saved', 8]);
  });

  /** One try whose answer is lost, and a second one, after which the server has something else than was known. */
  async function lostThenRefused(then: (name: (text: string) => Board) => Result<BoardEdit, Problem>) {
    const all = stand();
    const { clock, sent, reads, saver, name } = all;
    saver.change(name('A'));
    clock.advance(SETTLE_MS);
    sent[0]?.answer(err(AWAY));
    await settle();
    saver.change(name('AB'));
    clock.advance(SETTLE_MS);
    sent[1]?.answer(ok({ kind: 'overtaken', overtaking: ADA }));
    await settle();
    expect(saver.state().saving.state).toBe('saving');
    reads[0]?.(then(name));
    await settle();
    return all;
  }

  it('UI-142 takes its own draft, whose answer was lost, for its own', async () => {
    const { clock, sent, seen, saver } = await lostThenRefused((name) => ok(drafted(name('A'), 8)));
    clock.advance(0);
    expect(sent.map((one) => [one.name, one.revision])[2]).toEqual(['AB', 8]);
    expect(seen).not.toContain('overtaken');
    sent[2]?.answer(stored(9));
    await settle();
    expect([saver.state().saving.state, saver.state().revision]).toEqual(['saved', 9]);
  });

  it('UI-126 UI-142 is overtaken where the draft is not what was sent', async () => {
    const { clock, sent, saver } = await lostThenRefused((name) => ok(drafted(name('theirs'), 8)));
    clock.advance(60_000);
    expect([sent.length, saver.state().saving]).toEqual([2, { state: 'overtaken', overtaking: ADA }]);
  });

  it('UI-142 tries again where nobody can say whose draft it is', async () => {
    const { saver } = await lostThenRefused(() => err(AWAY));
    expect(saver.state().saving).toEqual({ state: 'failed', problem: AWAY });
    saver.stop();
  });

  it('UI-142 knows a board again that went to the server and came back', () => {
    const back: Board = JSON.parse(JSON.stringify(BOARD));
    const turned = Object.fromEntries(Object.entries(back).reverse()) as unknown as Board;
    expect([isSameBoard(back, BOARD), isSameBoard(turned, BOARD)]).toEqual([true, true]);
    expect(isSameBoard({ ...back, theme: undefined } as unknown as Board, back)).toBe(true);
    const [first, ...others] = back.pages;
    for (const other of [
      { ...back, name: 'B' },
      { ...back, pages: others },
      { ...back, pages: [...others, first] },
      { ...back, theme: 'light' },
    ])
      expect(isSameBoard(other as Board, BOARD)).toBe(false);
  });

  it('UI-125 leaves nothing running', () => {
    const { clock, seen, saver, name } = stand();
    saver.change(name('A'));
    saver.stop();
    saver.change(name('B'));
    expect([clock.pendingCount, seen]).toEqual([0, ['waiting']]);
  });
});

describe('somebody else', () => {
  const edit = drafted(BOARD, 9);

  it.each<[string, BoardEdit, unknown]>([
    ['the same draft of the same version', edit, null],
    ['another draft', { ...edit, draft: { ...edit.draft, revision: 11 } as BoardEdit['draft'] }, ADA],
    ['a draft that was published', { ...edit, draft: null, version: 4 }, { by: 'Bob', at: 5 }],
    ['a version under the draft', { ...edit, version: 4 }, ADA],
    [
      'a draft that was thrown away, never published',
      { ...edit, draft: null, publishedBy: null },
      { by: '', at: 1 },
    ],
  ])('UI-126 is seen by %s', (_, now, expected) => {
    expect(otherThan(now, 9, 3)).toEqual(expected);
  });
});
