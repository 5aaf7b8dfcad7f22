'use client';
/** Asks once more before something is taken away. Escape and the first button leave all as it is. */
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { Problem } from '../ui/fetch-json';
import { ProblemLine } from './problem-line';

export interface ConfirmDialogProps {
  readonly title: ReactNode;
  readonly text: string;
  readonly action: string;
  readonly isBusy: boolean;
  readonly problem: Problem | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Open while it is mounted. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, text, action, isBusy, problem, onConfirm, onClose } = props;
  const t = useTranslations('access');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="confirm" onClose={onClose} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{title}</h2>
      <p>{text}</p>
      <ProblemLine problem={problem} />
      <form method="dialog" className="form-ways">
        <button type="submit" className="button">
          {t('cancel')}
        </button>
        <button type="button" className="button button-risky" aria-disabled={isBusy} onClick={onConfirm}>
          {action}
        </button>
      </form>
    </dialog>
  );
}
