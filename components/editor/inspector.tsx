'use client';
/** What is chosen, with all that can be set of it. Where the keyboard stood on what is gone now, it goes on here. */
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { AlertPanelFields } from './fields/alert-panel-fields';
import { BoardFields } from './fields/board-fields';
import { DevicePanelFields } from './fields/device-panel-fields';
import { PageFields } from './fields/page-fields';
import { TableFields } from './fields/table-fields';
import { TextFields } from './fields/text-fields';
import { TileFields } from './fields/tile-fields';
import { TrendFields } from './fields/trend-fields';
import { keyOf, panelOf } from './selection';
import { useEditor } from './use-editor';

export function Inspector() {
  const t = useTranslations('editor');
  const { selection } = useEditor();
  const sort =
    selection.kind === 'item'
      ? selection.at.list
      : selection.kind === 'panel'
        ? selection.panel
        : selection.kind;
  const key = keyOf(selection);
  const section = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (key === '' || section.current === null) return;
    section.current.scrollTop = 0;
    if (document.activeElement === document.body) title.current?.focus();
  }, [key]);
  return (
    <section ref={section} className="inspector" aria-labelledby="inspector-title" data-inspector={sort}>
      <h2 id="inspector-title" ref={title} tabIndex={-1}>
        {t(`sorts.${sort}`)}
      </h2>
      <Fields key={key} />
    </section>
  );
}

function Fields() {
  const { board, page, selection } = useEditor();
  if (selection.kind === 'board') return <BoardFields />;
  if (page === undefined && selection.kind !== 'item') return null;
  if (selection.kind === 'page') return page === undefined ? null : <PageFields page={page} />;
  if (selection.kind === 'panel') {
    const { pageId, panel } = selection;
    const [table, alerts, devices] = [
      panelOf(page, 'table'),
      panelOf(page, 'alerts'),
      panelOf(page, 'devices'),
    ];
    if (panel === 'table') return table === null ? null : <TableFields pageId={pageId} table={table} />;
    if (panel === 'alerts')
      return alerts === null ? null : <AlertPanelFields pageId={pageId} panel={alerts} />;
    return devices === null ? null : <DevicePanelFields pageId={pageId} panel={devices} />;
  }
  const { at, id } = selection;
  if (at.list === 'strip') {
    const tile = board.strip.find((one) => one.id === id);
    return tile === undefined ? null : <TileFields at={at} tile={tile} />;
  }
  const own = board.pages.find((one) => one.id === at.pageId);
  if (at.list === 'tiles') {
    const tile = own?.tiles.find((one) => one.id === id);
    return tile === undefined ? null : <TileFields at={at} tile={tile} />;
  }
  if (at.list === 'trends') {
    const trend = own?.trends.find((one) => one.id === id);
    return trend === undefined ? null : <TrendFields at={at} trend={trend} />;
  }
  const text = own?.texts?.find((one) => one.id === id);
  return text === undefined ? null : <TextFields at={at} text={text} />;
}
