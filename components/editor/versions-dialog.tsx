'use client';
/** What was published, newest first: each to be kept as a file, looked at, and made the draft again. */
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { apart } from '../access/apart';
import { Moment } from '../access/moment';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { dropDraft, type EditAnswer, restoreVersion } from './desk-calls';
import type { Draft } from './use-draft';
import { useEditor } from './use-editor';

/** Open while it is mounted. */
export function VersionsDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const t = useTranslations('editor');
  const { say } = useEditor();
  const dialog = useRef<HTMLDialogElement>(null);
  const { isBusy, problem, run } = useDeed<EditAnswer | { readonly kind: 'gone' }>();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const { known, save, take, overtake } = draft;
  const { id, versions } = known;
  const heard = (words: string) => (said: EditAnswer | { readonly kind: 'gone' }) => {
    if (said.kind === 'overtaken') overtake(said.overtaking);
    else say(words);
    if (said.kind === 'done') take(said.edit);
    dialog.current?.close();
  };
  // What is not saved yet would be taken for somebody else's.
  const canTake = save.saving.state === 'saved' && !isBusy;
  const restore = (version: number) =>
    canTake &&
    run(() => restoreVersion(id, { version, revision: save.revision }), heard(t('restored', { version })));
  const drop = () => canTake && run(() => dropDraft(id, save.revision), heard(t('dropped')));
  return (
    <dialog ref={dialog} className="confirm versions" onClose={onClose} aria-labelledby="versions-title">
      <h2 id="versions-title">{t('versionsTitle')}</h2>
      <p>{versions.length === 0 ? t('versionsNone') : t('versionsText')}</p>
      <ProblemLine problem={problem} />
      <ol className="version-list">
        {versions.map(({ version, at, by, note }) => (
          <li key={version} data-version={version}>
            <p>
              <b>{t('versionNumber', { version })}</b> <Moment at={at} />{' '}
              {t.rich('versionBy', { name: by, n: apart })}
              {note !== '' && (
                <span className="version-note">
                  <bdi>{note}</bdi>
                </span>
              )}
            </p>
            <a
              className="button"
              href={`/api/v1/board-desk/${encodeURIComponent(id)}/file?version=${version}`}
              aria-label={t('fileOf', { version })}
              download
            >
              {t('file')}
            </a>
            <button
              type="button"
              className="button"
              aria-label={t('restoreNamed', { version })}
              aria-disabled={!canTake}
              onClick={() => restore(version)}
            >
              {t('restore')}
            </button>
          </li>
        ))}
      </ol>
      <form method="dialog" className="form-ways">
        {save.revision > 0 && known.published !== null && (
          <button type="button" className="button" aria-disabled={!canTake} onClick={drop}>
            {t('drop')}
          </button>
        )}
        <button type="submit" className="button">
          {t('close')}
        </button>
      </form>
    </dialog>
  );
}
