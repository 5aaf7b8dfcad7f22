'use client';
/** The board as lists: its pages in their turn, what stands on the chosen one, and the strip that stays on all. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { BoardPage, TextBlock, Tile, Trend } from '../../lib/contracts/board';
import { hasRoom, type Item, itemsOf, type ListAt, type Panels } from './board-edit';
import { newAlertPanel, newDevicePanel, newPage, newTable, newText, newTile, newTrend } from './fresh-ids';
import { keyOf, panelOf, type Selection, THE_BOARD } from './selection';
import { SortList } from './sort-list';
import { useEditor } from './use-editor';

export function Outline() {
  const t = useTranslations('editor');
  const { page, board, edit } = useEditor();
  return (
    <nav className="outline" aria-label={t('outline')}>
      <Pick selection={THE_BOARD}>
        <span className="outline-board">{board.name}</span>
        <small>{t('boardSettings')}</small>
      </Pick>
      <Section
        title={t('pages')}
        add={t('addPage')}
        canAdd={hasRoom(board, PAGES)}
        onAdd={() => {
          const added = newPage(board, t('newPage', { number: board.pages.length + 1 }));
          const select = { kind: 'page', pageId: added.id } as const;
          edit({ kind: 'add', at: PAGES, item: added, index: board.pages.length }, { select });
        }}
      >
        <PageList />
      </Section>
      {page !== undefined && <PageContents key={page.id} page={page} />}
      <ItemSection at={STRIP} make={() => newTile(board)} />
    </nav>
  );
}

const PAGES: ListAt = { list: 'pages' };
const STRIP = { list: 'strip' } as const;

function PageList() {
  const t = useTranslations('editor');
  const { board, page: shown, edit } = useEditor();
  return (
    <SortList
      label={t('pages')}
      items={board.pages}
      nameOf={({ title }) => title}
      onMove={(id, to) => edit({ kind: 'move', at: PAGES, id, to })}
    >
      {(page) => (
        <Pick selection={{ kind: 'page', pageId: page.id }} isShown={page.id === shown?.id}>
          <span className="sort-name">{page.title}</span>
          <small>{t('secondsShort', { seconds: page.seconds })}</small>
        </Pick>
      )}
    </SortList>
  );
}

function PageContents({ page }: { page: BoardPage }) {
  const t = useTranslations('editor');
  const { board } = useEditor();
  const pageId = page.id;
  return (
    <>
      <ItemSection at={{ list: 'tiles', pageId }} make={() => newTile(board)} />
      <ItemSection at={{ list: 'trends', pageId }} make={() => newTrend(board)} />
      <ItemSection at={{ list: 'texts', pageId }} make={() => newText(board, t('newText'))} />
      <PanelSection page={page} />
    </>
  );
}

interface ItemSectionProps {
  readonly at: Exclude<ListAt, { list: 'pages' }>;
  readonly make: () => Tile | Trend | TextBlock;
}

function ItemSection({ at, make }: ItemSectionProps) {
  const t = useTranslations('editor');
  const { board, edit } = useEditor();
  const nameOf = useItemNames();
  const items = itemsOf(board, at);
  return (
    <Section
      title={t(`lists.${at.list}`)}
      add={t(`adds.${at.list}`)}
      canAdd={hasRoom(board, at)}
      onAdd={() => {
        const item = make();
        edit({ kind: 'add', at, item, index: items.length }, { select: { kind: 'item', at, id: item.id } });
      }}
    >
      {items.length > 0 && (
        <SortList
          label={t(`lists.${at.list}`)}
          items={items}
          nameOf={nameOf}
          onMove={(id, to) => edit({ kind: 'move', at, id, to })}
        >
          {(item) => (
            <Pick selection={{ kind: 'item', at, id: item.id }}>
              <span className="sort-name">{nameOf(item)}</span>
              {'hero' in item && item.hero === true && <small>{t('heroShort')}</small>}
            </Pick>
          )}
        </SortList>
      )}
    </Section>
  );
}

function useItemNames(): (item: Item) => string {
  const { nameOf } = useEditor();
  return (item) => {
    if ('title' in item) return item.title;
    if ('text' in item) return item.text.split('\n')[0] ?? '';
    return nameOf({ ...item, label: item.label });
  };
}

const PANELS = ['table', 'alerts', 'devices'] as const satisfies readonly (keyof Panels)[];

/** The things of which a page has one at most. */
function PanelSection({ page }: { page: BoardPage }) {
  const t = useTranslations('editor');
  const { board, edit } = useEditor();
  const pageId = page.id;
  const has = (panel: keyof Panels) => panelOf(page, panel) !== null;
  const add = (panel: keyof Panels) => {
    const more = { select: { kind: 'panel', pageId, panel } } as const;
    if (panel === 'table') edit({ kind: 'panel', pageId, panel, value: newTable(board) }, more);
    else if (panel === 'alerts') edit({ kind: 'panel', pageId, panel, value: newAlertPanel(board) }, more);
    else edit({ kind: 'panel', pageId, panel, value: newDevicePanel(board) }, more);
  };
  return (
    <section className="outline-section" aria-label={t('lists.panels')}>
      <h2>{t('lists.panels')}</h2>
      <ul className="sort-list">
        {PANELS.filter(has).map((panel) => (
          <li key={panel}>
            <Pick selection={{ kind: 'panel', pageId, panel }}>
              <span className="sort-name">{t(`sorts.${panel}`)}</span>
            </Pick>
          </li>
        ))}
      </ul>
      <p className="outline-adds">
        {PANELS.filter((panel) => !has(panel)).map((panel) => (
          <button key={panel} type="button" className="outline-add" onClick={() => add(panel)}>
            {t(`adds.${panel}`)}
          </button>
        ))}
      </p>
    </section>
  );
}

interface SectionProps {
  readonly title: string;
  readonly add: string;
  readonly canAdd: boolean;
  readonly onAdd: () => void;
  readonly children: ReactNode;
}

function Section({ title, add, canAdd, onAdd, children }: SectionProps) {
  const id = useId();
  return (
    <section className="outline-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
      <p className="outline-adds">
        <button
          type="button"
          className="outline-add"
          aria-disabled={!canAdd}
          onClick={() => canAdd && onAdd()}
        >
          {add}
        </button>
      </p>
    </section>
  );
}

interface PickProps {
  readonly selection: Selection;
  /** Of a page: the one that is looked at. */
  readonly isShown?: boolean;
  readonly children: ReactNode;
}

function Pick({ selection, isShown = false, children }: PickProps) {
  const { selection: chosen, select } = useEditor();
  const key = keyOf(selection);
  const isChosen = keyOf(chosen) === key;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Chosen in the picture, or by undoing: it is seen here, too.
    if (isChosen) button.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <button
      ref={button}
      type="button"
      className="pick"
      aria-pressed={isChosen}
      data-pick={key}
      data-shown={isShown}
      onClick={() => select(selection)}
    >
      {children}
    </button>
  );
}
