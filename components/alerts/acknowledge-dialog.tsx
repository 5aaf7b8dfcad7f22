'use client';
/** Takes alerts, with a note where there is something to say. Escape and the first button leave all as it is. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type AcknowledgeWish, acknowledgedSchema } from '../../lib/contracts/alert';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { callServer } from '../ui/fetch-json';

const NOTE_LENGTH = 200;

export interface AcknowledgeDialogProps {
  /** What is taken, in words. */
  readonly what: string;
  readonly wish: Pick<AcknowledgeWish, 'ids' | 'group'>;
  /** How many were taken. */
  readonly onDone: (count: number) => void;
  readonly onClose: () => void;
}

/** Open while it is mounted. */
export function AcknowledgeDialog({ what, wish, onDone, onClose }: AcknowledgeDialogProps) {
  const t = useTranslations('alerts');
  const access = useTranslations('access');
  const dialog = useRef<HTMLDialogElement>(null);
  const [note, setNote] = useState('');
  const { isBusy, problem, run } = useDeed<number>();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(
      () => acknowledge({ ...wish, note: oneLine(note) }),
      (count) => {
        onDone(count);
        // Closed, not only taken away: the browser leads the keyboard back to where it was.
        dialog.current?.close();
      },
    );
  };
  return (
    <dialog ref={dialog} className="confirm" onClose={onClose} aria-labelledby="acknowledge-title">
      <h2 id="acknowledge-title">{t('acknowledgeTitle')}</h2>
      <p className="wrapping">{what}</p>
      <form className="acknowledge" onSubmit={submit}>
        <p className="field">
          <label htmlFor="acknowledge-note">{t('note')}</label>
          <input
            id="acknowledge-note"
            value={note}
            maxLength={NOTE_LENGTH}
            placeholder={t('noteHint')}
            onChange={(event) => setNote(event.target.value)}
          />
        </p>
        <ProblemLine problem={problem} />
        <p className="form-ways">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {access('cancel')}
          </button>
          <button type="submit" className="button button-main" aria-disabled={isBusy}>
            {t('acknowledge')}
          </button>
        </p>
      </form>
    </dialog>
  );
}

async function acknowledge(body: Pick<AcknowledgeWish, 'ids' | 'group' | 'note'>) {
  const path = '/api/v1/alerts/acknowledgements';
  const said = await callServer({ path, method: 'POST', body, schema: acknowledgedSchema });
  return said.ok ? ({ ok: true, value: said.value.content.acknowledged } as const) : said;
}

/** What was pasted may have several lines. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, NOTE_LENGTH);
}
