/**
 * Putting things in another order, by mouse or by keyboard, as a pure machine. Nothing is moved before it is put down.
 *
 *   resting ──lifted──► lifted ──over/stepped──► lifted ──dropped──► resting, moved
 *                          └──────────cancelled──────────► resting, also where it is gone from the list
 */
export type SortState =
  | { readonly state: 'resting' }
  | {
      readonly state: 'lifted';
      readonly id: string;
      readonly from: number;
      /** The place that it would take now. */
      readonly over: number;
      readonly count: number;
      readonly by: 'pointer' | 'keyboard';
    };

export type SortEvent =
  | {
      readonly kind: 'lifted';
      readonly id: string;
      readonly from: number;
      readonly count: number;
      readonly by: 'pointer' | 'keyboard';
    }
  | { readonly kind: 'over'; readonly index: number }
  | { readonly kind: 'stepped'; readonly to: 'before' | 'after' | 'first' | 'last' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'cancelled' };

/** What is said, and what is done. Places are counted from 0. */
export type SortEffect =
  | {
      readonly kind: 'said';
      readonly what: 'lifted' | 'over' | 'dropped' | 'cancelled';
      readonly place: number;
      readonly count: number;
    }
  | { readonly kind: 'moved'; readonly id: string; readonly to: number };

export const RESTING: SortState = { state: 'resting' };

export function stepSort(
  state: SortState,
  event: SortEvent,
): { readonly state: SortState; readonly effects: readonly SortEffect[] } {
  if (event.kind === 'lifted') {
    const { id, from, count, by } = event;
    if (state.state === 'lifted') return { state, effects: [] };
    return {
      state: { state: 'lifted', id, from, over: from, count, by },
      effects: [said('lifted', from, count)],
    };
  }
  if (state.state === 'resting') return { state, effects: [] };
  switch (event.kind) {
    case 'over':
      return over(state, event.index);
    case 'stepped':
      return over(state, steppedTo(state, event.to));
    case 'dropped': {
      const put = said('dropped', state.over, state.count);
      const isMoved = state.over !== state.from;
      return {
        state: RESTING,
        effects: isMoved ? [{ kind: 'moved', id: state.id, to: state.over }, put] : [put],
      };
    }
    case 'cancelled':
      return { state: RESTING, effects: [said('cancelled', state.from, state.count)] };
  }
}

type Lifted = Extract<SortState, { state: 'lifted' }>;

function over(state: Lifted, index: number): { state: SortState; effects: readonly SortEffect[] } {
  const place = Math.max(0, Math.min(state.count - 1, index));
  if (place === state.over) return { state, effects: [] };
  return { state: { ...state, over: place }, effects: [said('over', place, state.count)] };
}

function steppedTo({ over: place, count }: Lifted, to: 'before' | 'after' | 'first' | 'last'): number {
  if (to === 'first') return 0;
  if (to === 'last') return count - 1;
  return to === 'before' ? place - 1 : place + 1;
}

function said(what: 'lifted' | 'over' | 'dropped' | 'cancelled', place: number, count: number): SortEffect {
  return { kind: 'said', what, place, count };
}

/** What is lifted of a list that has these things now: what is gone, or alone, is lifted no more. */
export function standingSort(state: SortState, ids: readonly string[]): SortState {
  if (state.state === 'resting') return state;
  return ids.length > 1 && ids.includes(state.id) ? state : RESTING;
}

/** What becomes of what the keyboard has lifted when its handle loses the focus, to something else or to nothing. */
export function atBlur(
  state: SortState,
  id: string,
  focusWent: 'elsewhere' | 'nowhere',
): 'cancel' | 'refocus' | null {
  if (state.state === 'resting' || state.by === 'pointer' || state.id !== id) return null;
  return focusWent === 'elsewhere' ? 'cancel' : 'refocus';
}

/** What a key does to what is lifted; `null`: nothing. */
export function keyEvent(key: string): SortEvent | null {
  switch (key) {
    case 'ArrowUp':
    case 'ArrowLeft':
      return { kind: 'stepped', to: 'before' };
    case 'ArrowDown':
    case 'ArrowRight':
      return { kind: 'stepped', to: 'after' };
    case 'Home':
      return { kind: 'stepped', to: 'first' };
    case 'End':
      return { kind: 'stepped', to: 'last' };
    case ' ':
    case 'Enter':
      return { kind: 'dropped' };
    case 'Escape':
    case 'Tab':
      return { kind: 'cancelled' };
    default:
      return null;
  }
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The place whose middle is nearest to the point. */
export function nearestPlace(
  boxes: readonly Box[],
  point: { readonly x: number; readonly y: number },
): number {
  const far = boxes.map(({ left, top, width, height }) =>
    Math.hypot(left + width / 2 - point.x, top + height / 2 - point.y),
  );
  return Math.max(0, far.indexOf(Math.min(...far)));
}
