'use client';
/**
 * A list whose things can be dragged, by mouse, by finger and by keyboard: the shell of `sort-state`. The boxes of the
 * places are measured once, when something is picked up; all of them stand under the element of `listRef`, marked with
 * `data-place`.
 */
import {
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import { movedTo } from './board-edit';
import {
  atBlur,
  type Box,
  keyEvent,
  nearestPlace,
  RESTING,
  type SortEffect,
  type SortEvent,
  type SortState,
  standingSort,
  stepSort,
} from './sort-state';

/** A mouse that moves less has clicked. */
const SLACK_PX = 5;

export interface SortableOptions<T extends { readonly id: string }> {
  readonly items: readonly T[];
  readonly onMove: (id: T['id'], to: number) => void;
  /** For the live region. */
  readonly onSay: (effect: Extract<SortEffect, { kind: 'said' }>, item: T) => void;
}

export interface Sortable<T> {
  /** The things as they would stand now. */
  readonly shown: readonly T[];
  /** Which one is picked up; `null`: none. */
  readonly liftedId: string | null;
  /** The place that it would take, counted from 0; `null`: nothing is picked up. */
  readonly over: number | null;
  readonly listRef: RefObject<HTMLElement | null>;
  /** For the handle of a thing. */
  readonly handle: (item: T) => {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
    readonly onBlur: (event: FocusEvent<HTMLElement>) => void;
    readonly 'data-lifted': boolean;
  };
}

export function useSortable<T extends { readonly id: string }>(options: SortableOptions<T>): Sortable<T> {
  const { items } = options;
  const [told, setSort] = useState<SortState>(RESTING);
  const sort = standingSort(
    told,
    items.map(({ id }) => id),
  );
  // Else it would be lifted again once it is back.
  if (sort !== told) setSort(sort);
  const listRef = useRef<HTMLElement>(null);
  // What listeners of the window need of the newest drawing.
  const now = useRef({ sort, options });
  now.current = { sort, options };
  const stopPointer = useRef(() => {});
  useEffect(() => () => stopPointer.current(), []);

  const tell = (event: SortEvent) => {
    const before = now.current.sort;
    const { state, effects } = stepSort(before, event);
    now.current = { ...now.current, sort: state };
    setSort(state);
    const id = state.state === 'lifted' ? state.id : before.state === 'lifted' ? before.id : null;
    perform(effects, id, now.current.options);
  };
  const lift = (item: T, by: 'pointer' | 'keyboard') =>
    tell({ kind: 'lifted', id: item.id, from: items.indexOf(item), count: items.length, by });

  return {
    shown: sort.state === 'lifted' ? movedTo(items, sort.id, sort.over) : items,
    liftedId: sort.state === 'lifted' ? sort.id : null,
    over: sort.state === 'lifted' ? sort.over : null,
    listRef,
    handle: (item) => ({
      'data-lifted': sort.state === 'lifted' && sort.id === item.id,
      onPointerDown: (event) => {
        if (event.button !== 0 || items.length < 2) return;
        stopPointer.current();
        stopPointer.current = follow(event.nativeEvent, {
          boxes: () => boxesIn(listRef.current),
          lift: () => lift(item, 'pointer'),
          tell,
        });
      },
      onKeyDown: (event) => onKey(event, { sort, item, lift: () => lift(item, 'keyboard'), tell }),
      onBlur: ({ relatedTarget }) => {
        const then = atBlur(now.current.sort, item.id, relatedTarget === null ? 'nowhere' : 'elsewhere');
        if (then === 'cancel') tell({ kind: 'cancelled' });
        if (then === 'refocus') refocus(listRef.current, item.id);
      },
    }),
  };
}

function perform<T extends { readonly id: string }>(
  effects: readonly SortEffect[],
  id: string | null,
  { items, onMove, onSay }: SortableOptions<T>,
): void {
  const item = items.find((one) => one.id === id);
  for (const effect of effects) {
    if (item === undefined) continue;
    if (effect.kind === 'moved') onMove(item.id, effect.to);
    else onSay(effect, item);
  }
}

interface KeyOptions<T> {
  readonly sort: SortState;
  readonly item: T;
  readonly lift: () => void;
  readonly tell: (event: SortEvent) => void;
}

function onKey<T extends { readonly id: string }>(
  event: KeyboardEvent<HTMLElement>,
  options: KeyOptions<T>,
): void {
  const { sort, item, lift, tell } = options;
  const isMine = sort.state === 'lifted' && sort.id === item.id;
  if (!isMine && event.key === ' ') {
    event.preventDefault();
    lift();
    return;
  }
  const said = isMine ? keyEvent(event.key) : null;
  if (said === null) return;
  if (event.key !== 'Tab') event.preventDefault();
  tell(said);
}

/** What is moved in the list loses the keyboard for a moment: it gets it back. */
function refocus(list: HTMLElement | null, id: string): void {
  queueMicrotask(() => {
    const handle = list?.querySelector<HTMLElement>(`[data-place="${CSS.escape(id)}"] [data-lifted]`);
    if (document.activeElement === document.body) handle?.focus();
  });
}

function boxesIn(list: HTMLElement | null): readonly Box[] {
  return [...(list?.querySelectorAll('[data-place]') ?? [])].map((place) => place.getBoundingClientRect());
}

interface Following {
  readonly boxes: () => readonly Box[];
  readonly lift: () => void;
  readonly tell: (event: SortEvent) => void;
}

/** Follows a pointer until it goes up; the result ends it at any time. */
function follow(down: globalThis.PointerEvent, { boxes: measure, lift, tell }: Following): () => void {
  let boxes: readonly Box[] | null = null;
  const move = (event: globalThis.PointerEvent) => {
    if (event.pointerId !== down.pointerId) return;
    if (boxes === null) {
      if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < SLACK_PX) return;
      boxes = measure();
      lift();
    }
    tell({ kind: 'over', index: nearestPlace(boxes, { x: event.clientX, y: event.clientY }) });
  };
  const end = (kind: 'dropped' | 'cancelled') => {
    stop();
    if (boxes !== null) tell({ kind });
  };
  const up = () => end('dropped');
  const cancel = () => end('cancelled');
  const key = (event: globalThis.KeyboardEvent) => {
    if (event.key !== 'Escape' || boxes === null) return;
    event.preventDefault();
    cancel();
  };
  const stop = () => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('pointercancel', cancel);
    window.removeEventListener('keydown', key, true);
  };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', up);
  window.addEventListener('pointercancel', cancel);
  window.addEventListener('keydown', key, true);
  return stop;
}
