'use client';
/** A list with a handle before each thing: dragged by mouse, or picked up with Space and moved by arrows. */
import { type ReactNode, type RefObject, useId } from 'react';
import { useTranslations } from 'use-intl';
import { useEditor } from './use-editor';
import { useSortable } from './use-sortable';

export interface SortListProps<T extends { readonly id: string }> {
  readonly label: string;
  readonly items: readonly T[];
  readonly nameOf: (item: T) => string;
  readonly onMove: (id: T['id'], to: number) => void;
  readonly children: (item: T) => ReactNode;
}

export function SortList<T extends { readonly id: string }>(props: SortListProps<T>) {
  const { label, items, nameOf, onMove, children } = props;
  const t = useTranslations('editor');
  const { say } = useEditor();
  const note = useId();
  const { shown, liftedId, listRef, handle } = useSortable<T>({
    items,
    onMove,
    onSay: ({ what, place, count }, item) =>
      say(t(`sort.${what}`, { name: nameOf(item), place: place + 1, count })),
  });
  return (
    <>
      <ol
        ref={listRef as RefObject<HTMLOListElement | null>}
        className="sort-list"
        aria-label={label}
        data-lifting={liftedId !== null}
      >
        {shown.map((item) => (
          <li key={item.id} data-place={item.id} data-is-lifted={item.id === liftedId}>
            {items.length > 1 && (
              <button
                type="button"
                className="sort-handle"
                aria-label={t('moveNamed', { name: nameOf(item) })}
                aria-describedby={note}
                aria-pressed={item.id === liftedId}
                {...handle(item)}
              />
            )}
            {children(item)}
          </li>
        ))}
      </ol>
      <p id={note} hidden>
        {t('sort.note')}
      </p>
    </>
  );
}
