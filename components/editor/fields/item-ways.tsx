'use client';
/** What can be done with a thing as a whole: once more, to another page, away. */
import { useTranslations } from 'use-intl';
import type { TextBlock, Tile, Trend } from '../../../lib/contracts/board';
import { hasRoom, itemsOf, type ListAt } from '../board-edit';
import { copyOf } from '../fresh-ids';
import { useEditor } from '../use-editor';

type ItemAt = Exclude<ListAt, { list: 'pages' }>;

export function ItemWays({ at, item, name }: { at: ItemAt; item: Tile | Trend | TextBlock; name: string }) {
  const t = useTranslations('editor');
  const { board, edit, say } = useEditor();
  const index = itemsOf(board, at).findIndex(({ id }) => id === item.id);
  const copy = () => {
    const twin = copyOf(board, item);
    edit({ kind: 'add', at, item: twin, index: index + 1 }, { select: { kind: 'item', at, id: twin.id } });
  };
  const remove = () => {
    edit({ kind: 'remove', at, id: item.id }, { select: nextTo(at) });
    say(t('removed', { name }));
  };
  return (
    <div className="item-ways">
      <MoveField at={at} id={item.id} />
      <p className="form-ways">
        <button type="button" className="button" aria-disabled={!hasRoom(board, at)} onClick={copy}>
          {t('duplicate')}
        </button>
        <button type="button" className="button" onClick={remove}>
          {t('remove')}
        </button>
      </p>
    </div>
  );
}

function nextTo(at: ItemAt) {
  return 'pageId' in at ? ({ kind: 'page', pageId: at.pageId } as const) : ({ kind: 'board' } as const);
}

/** To another page, or to the strip and from it; nothing where there is but this place. */
function MoveField({ at, id }: { at: ItemAt; id: string }) {
  const t = useTranslations('editor');
  const { board, edit } = useEditor();
  const list = at.list === 'strip' ? 'tiles' : at.list;
  const places: readonly { readonly value: string; readonly label: string; readonly to: ItemAt }[] = [
    ...board.pages.map((page) => ({
      value: `page ${page.id}`,
      label: page.title,
      to: { list, pageId: page.id },
    })),
    ...(list === 'tiles'
      ? [{ value: 'strip', label: t('sorts.strip'), to: { list: 'strip' } as const }]
      : []),
  ];
  if (places.length < 2) return null;
  const here = 'pageId' in at ? `page ${at.pageId}` : 'strip';
  const open = places.filter(({ value, to }) => value === here || hasRoom(board, to));
  return (
    <p className="field">
      <label htmlFor="item-place">{t('place')}</label>
      <select
        id="item-place"
        value={here}
        onChange={(event) => {
          const to = places.find(({ value }) => value === event.target.value)?.to;
          if (to === undefined) return;
          edit({ kind: 'transfer', from: at, id, to }, { select: { kind: 'item', at: to, id } });
        }}
      >
        {open.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </p>
  );
}

/** Takes a panel from its page. */
export function PanelWays({ pageId, panel }: { pageId: string; panel: 'table' | 'alerts' | 'devices' }) {
  const t = useTranslations('editor');
  const { edit, say } = useEditor();
  const remove = () => {
    edit({ kind: 'panel', pageId, panel, value: null }, { select: { kind: 'page', pageId } });
    say(t('removed', { name: t(`sorts.${panel}`) }));
  };
  return (
    <p className="form-ways">
      <button type="button" className="button" onClick={remove}>
        {t('remove')}
      </button>
    </p>
  );
}
