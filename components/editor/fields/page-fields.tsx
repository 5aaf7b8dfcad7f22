'use client';
/** A page: its name, how long it stays, away with it. */
import { useTranslations } from 'use-intl';
import type { BoardPage } from '../../../lib/contracts/board';
import { useEditor } from '../use-editor';
import { NumberField, TextField } from './fields';

export function PageFields({ page }: { page: BoardPage }) {
  const t = useTranslations('editor');
  const { board, edit, say } = useEditor();
  const pageId = page.id;
  const remove = () => {
    edit({ kind: 'remove', at: { list: 'pages' }, id: pageId }, { select: { kind: 'board' } });
    say(t('removed', { name: page.title }));
  };
  return (
    <>
      <TextField
        label={t('pageTitle')}
        value={page.title}
        most={60}
        isRequired
        onChange={(title) => edit({ kind: 'page', pageId, patch: { title } }, { run: `title:${pageId}` })}
      />
      <NumberField
        label={t('seconds')}
        value={page.seconds}
        least={5}
        most={600}
        hint={t('secondsHint')}
        onChange={(seconds) =>
          edit({ kind: 'page', pageId, patch: { seconds } }, { run: `seconds:${pageId}` })
        }
      />
      <p className="form-ways">
        <button type="button" className="button" aria-disabled={board.pages.length < 2} onClick={remove}>
          {t('removePage')}
        </button>
      </p>
    </>
  );
}
