'use client';
/** Over the editor: whose board it is, one step back and forth, whether it is saved, and what makes it everybody's. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Check } from './checks/check';
import { PublishDialog } from './publish-dialog';
import { SaveWords } from './save-words';
import type { Draft } from './use-draft';
import { useEditor } from './use-editor';
import { VersionsDialog } from './versions-dialog';

export interface EditorBarProps {
  readonly draft: Draft;
  readonly checks: readonly Check[];
}

export function EditorBar({ draft, checks }: EditorBarProps) {
  const t = useTranslations('editor');
  const { board } = useEditor();
  const [open, setOpen] = useState<'publish' | 'versions' | null>(null);
  const { known, save } = draft;
  const close = () => setOpen(null);
  const unseen = known.origin === 'made' ? t('origins.made') : t('neverPublished');
  const standing = known.version === 0 ? unseen : t('versionNow', { version: known.version });
  const canPublish = save.revision > 0 && save.saving.state === 'saved';
  return (
    <header className="editor-bar">
      <h1 className="desk-title">
        <bdi>{board.name}</bdi>
        <small>{standing}</small>
      </h1>
      <StepButtons draft={draft} />
      <SaveWords save={save} isPublished={known.published !== null} />
      <p className="form-ways">
        <a className="button" href={`/api/v1/board-desk/${encodeURIComponent(known.id)}/file`} download>
          {t('file')}
        </a>
        <button type="button" className="button" onClick={() => setOpen('versions')}>
          {t('versions')}
        </button>
        <button
          type="button"
          className="button button-main"
          aria-disabled={!canPublish}
          onClick={() => canPublish && setOpen('publish')}
        >
          {t('publish')}
        </button>
      </p>
      {open === 'publish' && <PublishDialog draft={draft} checks={checks} onClose={close} />}
      {open === 'versions' && <VersionsDialog draft={draft} onClose={close} />}
    </header>
  );
}

function StepButtons({ draft: { state, dispatch } }: Pick<EditorBarProps, 'draft'>) {
  const t = useTranslations('editor');
  const { say } = useEditor();
  const step = (kind: 'undone' | 'redone', count: number) => {
    if (count === 0) return;
    dispatch({ kind });
    say(t(kind));
  };
  return (
    <p className="form-ways" data-past={state.past.length} data-future={state.future.length}>
      <button
        type="button"
        className="button"
        aria-disabled={state.past.length === 0}
        onClick={() => step('undone', state.past.length)}
      >
        {t('undo')}
      </button>
      <button
        type="button"
        className="button"
        aria-disabled={state.future.length === 0}
        onClick={() => step('redone', state.future.length)}
      >
        {t('redo')}
      </button>
    </p>
  );
}
