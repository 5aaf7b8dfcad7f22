import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movedTo } from '../../../../components/editor/board-edit';
import {
  atBlur,
  keyEvent,
  nearestPlace,
  RESTING,
  type SortEffect,
  type SortEvent,
  type SortState,
  standingSort,
  stepSort,
} from '../../../../components/editor/sort-state';

const LIFT: SortEvent = { kind: 'lifted', id: 'b', from: 1, count: 4, by: 'keyboard' };

function run(events: readonly SortEvent[]): { state: SortState; effects: readonly SortEffect[] } {
  let state = RESTING;
  const effects: SortEffect[] = [];
  for (const event of events) {
    const step = stepSort(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}
const keys = (...names: string[]) =>
  names.map(keyEvent).filter((event): event is SortEvent => event !== null);
const said = (what: string, place: number) => ({ kind: 'said', what, place, count: 4 });

describe('sorting', () => {
  it('UI-124 picks up, moves and puts down by keys, and says each', () => {
    const { state, effects } = run([LIFT, ...keys('ArrowDown', 'ArrowRight', 'ArrowUp', 'End', ' ')]);
    expect(state).toBe(RESTING);
    expect(effects).toEqual([
      said('lifted', 1),
      said('over', 2),
      said('over', 3),
      said('over', 2),
      said('over', 3),
      { kind: 'moved', id: 'b', to: 3 },
      said('dropped', 3),
    ]);
  });

  it.each(['Escape', 'Tab'])('UI-124 takes it back by %s', (key) => {
    const { state, effects } = run([LIFT, ...keys('ArrowUp', key)]);
    expect([state, effects.at(-1)]).toEqual([RESTING, said('cancelled', 1)]);
    expect(effects.some(({ kind }) => kind === 'moved')).toBe(false);
  });

  it('UI-124 moves nothing that is put down where it stood, and does not leave the list', () => {
    expect(run([LIFT, ...keys('Enter')]).effects).toEqual([said('lifted', 1), said('dropped', 1)]);
    expect(run([LIFT, ...keys('Home', 'ArrowUp', 'ArrowLeft')]).state).toMatchObject({ over: 0 });
    expect(run([LIFT, { kind: 'over', index: 99 }]).state).toMatchObject({ over: 3 });
  });

  it('UI-124 knows no other keys, and does nothing while nothing is picked up', () => {
    expect(keyEvent('a')).toBeNull();
    expect(run([{ kind: 'dropped' }, { kind: 'over', index: 2 }, { kind: 'cancelled' }])).toEqual({
      state: RESTING,
      effects: [],
    });
    expect(run([LIFT, { ...LIFT, id: 'c' }]).state).toMatchObject({ id: 'b' });
  });

  it('UI-124 rests where what was picked up is there no more, or nothing is left to change places with', () => {
    const { state } = run([LIFT]);
    const ids = ['a', 'b', 'c', 'd'];
    expect(standingSort(state, ids)).toBe(state);
    expect(standingSort(state, ['a', 'c', 'd'])).toBe(RESTING);
    expect(standingSort(state, ['b'])).toBe(RESTING);
    expect(standingSort(RESTING, [])).toBe(RESTING);
  });

  it('UI-124 takes it back where the keyboard goes elsewhere, and holds it where the list only drew it anew', () => {
    const { state } = run([LIFT]);
    expect([atBlur(state, 'b', 'elsewhere'), atBlur(state, 'b', 'nowhere')]).toEqual(['cancel', 'refocus']);
    const byPointer = run([{ ...LIFT, by: 'pointer' }]).state;
    for (const [other, id] of [
      [RESTING, 'b'],
      [state, 'c'],
      [byPointer, 'b'],
    ] as const)
      expect([atBlur(other, id, 'elsewhere'), atBlur(other, id, 'nowhere')]).toEqual([null, null]);
  });

  it('UI-124 keeps all things, each once, with what was moved at its place', () => {
    const things = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(things, fc.nat(), fc.integer({ min: -5, max: 20 }), (names, which, to) => {
        const items = names.map((id) => ({ id }));
        const id = names[which % names.length] ?? '';
        const moved = movedTo(items, id, to).map((item) => item.id);
        expect(moved.toSorted()).toEqual(names.toSorted());
        expect(moved.indexOf(id)).toBe(Math.max(0, Math.min(names.length - 1, to)));
        expect(moved.filter((one) => one !== id)).toEqual(names.filter((one) => one !== id));
      }),
    );
  });

  it('UI-124 takes the place whose middle is nearest to the pointer', () => {
    const box = (left: number, top: number) => ({ left, top, width: 10, height: 10 });
    const boxes = [box(0, 0), box(20, 0), box(0, 20)];
    expect([nearestPlace(boxes, { x: 4, y: 9 }), nearestPlace(boxes, { x: 19, y: 3 })]).toEqual([0, 1]);
    expect([nearestPlace(boxes, { x: 2, y: 99 }), nearestPlace([], { x: 0, y: 0 })]).toEqual([2, 0]);
  });
});
