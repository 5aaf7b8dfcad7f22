'use client';
/** Makes the draft what screens show, with a note for those who look back. What the checks say is said once more. */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import type { Check } from './checks/check';
import { type EditAnswer, publishDraft } from './desk-calls';
import type { Draft } from './use-draft';
import { useEditor } from './use-editor';

export interface PublishDialogProps {
  readonly draft: Draft;
  readonly checks: readonly Check[];
  readonly onClose: () => void;
}

/** Open while it is mounted. */
export function PublishDialog({ draft, checks, onClose }: PublishDialogProps) {
  const t = useTranslations('editor');
  const { say } = useEditor();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [note, setNote] = useState('');
  const { isBusy, problem, run } = useDeed<EditAnswer>();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const { known, save, settle, overtake } = draft;
  const warnings = checks.filter(({ severity }) => severity === 'warning').length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wish = { revision: save.revision, version: known.version, note: note.trim() };
    run(
      () => publishDraft(known.id, wish),
      (said) => {
        if (said.kind === 'overtaken') overtake(said.overtaking);
        else {
          settle(said.edit);
          say(t('publishedNow', { version: said.edit.version }));
        }
        dialog.current?.close();
      },
    );
  };
  return (
    <dialog ref={dialog} className="confirm" onClose={onClose} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('publishTitle')}</h2>
      <form className="publish-form" onSubmit={submit}>
        <p>{t('publishText')}</p>
        {warnings > 0 && <p className="problem">{t('publishWarnings', { count: warnings })}</p>}
        <p className="field">
          <label htmlFor={`${id}-note`}>{t('note')}</label>
          <input
            id={`${id}-note`}
            value={note}
            maxLength={60}
            placeholder={t('noteHint')}
            onChange={(event) => setNote(event.target.value)}
          />
        </p>
        <ProblemLine problem={problem} />
        <p className="form-ways">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {t('cancel')}
          </button>
          <button type="submit" className="button button-main" aria-disabled={isBusy}>
            {t('publish')}
          </button>
        </p>
      </form>
    </dialog>
  );
}
