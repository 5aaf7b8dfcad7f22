'use client';
/**
 * Over the preview, one button on each thing that can be chosen; tiles and trends can be dragged to each other's places.
 * Where things stand is measured after each drawing, as the screen's own layout says it.
 */
import {
  type CSSProperties,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';
import type { Board } from '../../lib/contracts/board';
import type { PanelPart } from '../board/panel-plan';
import type { View } from '../board/view-parts';
import { itemsOf } from './board-edit';
import { keyOf, type Selection } from './selection';
import type { Box } from './sort-state';
import { useEditor } from './use-editor';
import { useSortable } from './use-sortable';

interface Spot {
  readonly selection: Selection;
  readonly name: string;
  readonly box: Box;
}

export interface PreviewOverlayProps {
  readonly view: View;
  readonly frame: RefObject<HTMLElement | null>;
}

export function PreviewOverlay({ view, frame }: PreviewOverlayProps) {
  const spots = useSpots(view, frame);
  const of = (list: string) =>
    spots.filter(({ selection }) => selection.kind === 'item' && selection.at.list === list);
  const single = spots.filter(({ selection }) => selection.kind !== 'item');
  return (
    <div className="overlay">
      <SpotList spots={of('strip')} />
      <SpotList spots={of('tiles')} />
      <SpotList spots={single} />
      <SpotList spots={of('trends')} />
      <SpotList spots={of('texts')} />
    </div>
  );
}

function SpotList({ spots }: { spots: readonly Spot[] }) {
  const t = useTranslations('editor');
  const { board, selection, select, edit, say } = useEditor();
  const note = useId();
  const items = spots.map((spot) => ({ ...spot, id: keyOf(spot.selection) }));
  const { liftedId, over, listRef, handle } = useSortable({
    items,
    onMove: (id, to) => {
      const [spot, target] = [items.find((one) => one.id === id), items[to]];
      if (spot?.selection.kind !== 'item' || target?.selection.kind !== 'item') return;
      const { at, id: own } = spot.selection;
      const place = placeIn(board, target.selection);
      if (keyOf({ ...target.selection, id: own }) === id) edit({ kind: 'move', at, id: own, to: place });
    },
    onSay: ({ what, place, count }, { name }) => say(t(`sort.${what}`, { name, place: place + 1, count })),
  });
  if (spots.length === 0) return null;
  const canMove = spots.length > 1 && spots[0]?.selection.kind === 'item';
  return (
    <>
      <ul ref={listRef as RefObject<HTMLUListElement | null>}>
        {items.map((spot, index) => (
          <li
            key={spot.id}
            data-place={spot.id}
            style={styleOf(spot.box)}
            data-over={liftedId !== null && over === index}
          >
            <button
              type="button"
              aria-label={spot.name}
              aria-pressed={keyOf(selection) === spot.id}
              aria-describedby={canMove ? note : undefined}
              data-spot={spot.id}
              onClick={() => select(spot.selection)}
              {...(canMove ? handle(spot) : {})}
            />
          </li>
        ))}
      </ul>
      {canMove && (
        <p id={note} hidden>
          {t('sort.spotNote')}
        </p>
      )}
    </>
  );
}

function placeIn(board: Board, selection: Extract<Selection, { kind: 'item' }>): number {
  return itemsOf(board, selection.at).findIndex(({ id }) => id === selection.id);
}

function styleOf({ left, top, width, height }: Box): CSSProperties {
  return { left, top, width, height };
}

/** What stands on the glass, and where, in CSS pixels of the frame. */
function useSpots(view: View, frame: RefObject<HTMLElement | null>): readonly Spot[] {
  const [boxes, setBoxes] = useState<readonly Box[]>([]);
  const things = useThings(view);
  const measure = () => {
    const { current } = frame;
    if (current === null) return;
    const found = things.map(({ selector, place }) => boxOf(current, selector, place));
    // Nothing is drawn again where all stands as it stood.
    setBoxes((before) => (JSON.stringify(before) === JSON.stringify(found) ? before : found));
  };
  const newest = useRef(measure);
  newest.current = measure;
  useLayoutEffect(() => newest.current());
  useEffect(() => {
    const glass = frame.current?.querySelector('.stage');
    if (glass == null) return;
    // A table gets its rows, a trend its points: the layout follows.
    const observer = new ResizeObserver(() => newest.current());
    for (const part of [glass, ...glass.children]) observer.observe(part);
    return () => observer.disconnect();
  });
  return things.flatMap(({ selection, name }, index) => {
    const box = boxes[index];
    return box === undefined || box.width === 0 ? [] : [{ selection, name, box }];
  });
}

interface Thing {
  readonly selection: Selection;
  readonly name: string;
  /** The how-manieth element of this selector it is. */
  readonly selector: string;
  readonly place: number;
}

function boxOf(frame: HTMLElement, selector: string, place: number): Box {
  const element = frame.querySelectorAll(selector)[place];
  if (element === undefined) return { left: 0, top: 0, width: 0, height: 0 };
  const [own, outer] = [element.getBoundingClientRect(), frame.getBoundingClientRect()];
  return { left: own.left - outer.left, top: own.top - outer.top, width: own.width, height: own.height };
}

/** In the order of the screen's elements. */
function useThings(view: View): readonly Thing[] {
  const t = useTranslations('editor');
  const { board, nameOf } = useEditor();
  const things: Thing[] = [];
  const { strip, grid, table, trends, panels } = view;
  if (strip.kind === 'tiles') {
    for (const [place, tile] of strip.grid.tiles.entries())
      things.push({
        selection: stripItem(tile.id),
        name: nameOf({ ...tile, label: tile.label }),
        selector: '.stage > .tiles:first-child > li',
        place,
      });
  } else if (strip.kind === 'line') {
    for (const [place, tile] of board.strip.entries())
      things.push({
        selection: stripItem(tile.id),
        name: nameOf({ ...tile, label: tile.label }),
        selector: '.strip-line > li',
        place,
      });
  }
  const gridSelector = strip.kind === 'tiles' ? '.stage > .tiles:nth-child(2) > li' : '.stage > .tiles > li';
  for (const [place, tile] of (grid?.tiles ?? []).entries()) {
    const pageId = board.pages.find((page) => page.tiles.includes(tile))?.id ?? '';
    things.push({
      ...{
        selection: { kind: 'item', at: { list: 'tiles', pageId }, id: tile.id },
        selector: gridSelector,
        place,
      },
      name: nameOf({ ...tile, label: tile.label }),
    });
  }
  if (table !== null) {
    const pageId = board.pages.find((page) => page.table === table.table)?.id ?? '';
    things.push({
      selection: { kind: 'panel', pageId, panel: 'table' },
      name: t('sorts.table'),
      selector: '.stage .queues',
      place: 0,
    });
  }
  for (const [place, trend] of (trends?.trends ?? []).entries()) {
    const pageId = board.pages.find((page) => page.trends.includes(trend))?.id ?? '';
    things.push({
      ...{
        selection: { kind: 'item', at: { list: 'trends', pageId }, id: trend.id },
        selector: '.stage .trends > .trend',
        place,
      },
      name: nameOf({ ...trend, label: trend.label }),
    });
  }
  for (const [place, item] of (panels?.items ?? []).entries()) {
    const of = panelThing(board, item);
    const name = item.kind === 'text' ? (item.block.text.split('\n')[0] ?? '') : t(`sorts.${item.kind}`);
    if (of !== null) things.push({ selection: of, name, selector: '.stage .panels > *', place });
  }
  return things;
}

function stripItem(id: string): Selection {
  return { kind: 'item', at: { list: 'strip' }, id };
}

/** Whose text or panel it is; `null`: nobody's any more. */
function panelThing({ pages }: Board, item: PanelPart): Selection | null {
  if (item.kind === 'text') {
    const pageId = pages.find(({ texts }) => texts?.includes(item.block))?.id;
    return pageId === undefined ? null : { kind: 'item', at: { list: 'texts', pageId }, id: item.block.id };
  }
  const pageId = pages.find(({ alerts, devices }) => alerts === item.panel || devices === item.panel)?.id;
  return pageId === undefined ? null : { kind: 'panel', pageId, panel: item.kind };
}
