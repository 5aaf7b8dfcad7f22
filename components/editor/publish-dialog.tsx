'use client';
/** Makes the draft what screens show, with a note for those who look back. What the checks say is said once more. */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import type { Check } from './checks/check';
import type { PublishAnswer } from './publish-saved';
import { type Draft, draftBase } from './use-draft';
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
  const { isBusy, problem, run } = useDeed<PublishAnswer>();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const { known, publish, overtake } = draft;
  const { version } = known;
  const warnings = checks.filter(({ severity }) => severity === 'warning').length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(
      () => publish(note.trim()),
      (said) => {
        if (said.kind === 'overtaken') overtake(said.overtaking);
        else if (said.kind === 'done') say(t('publishedNow', { version: said.edit.version }));
        dialog.current?.close();
      },
    );
  };
  // What goes out cannot be called back.
  const close = () => !isBusy && dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      className="confirm"
      onCancel={(event) => isBusy && event.preventDefault()}
      onClose={onClose}
      aria-labelledby={`${id}-title`}
    >
      <h2 id={`${id}-title`}>{t('publishTitle')}</h2>
      <form className="publish-form" onSubmit={submit}>
        <p>{t('publishText')}</p>
        {draftBase(known) !== version && <p className="problem">{t('publishOver', { version })}</p>}
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
          <button type="button" className="button" aria-disabled={isBusy} onClick={close}>
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
