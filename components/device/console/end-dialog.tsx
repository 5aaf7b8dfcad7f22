'use client';
/** Ends a session, and asks whether the problem was solved from here. Escape and the first button leave all as it is. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { sessionResponseSchema } from '../../../lib/contracts/diagnostics';
import { ProblemLine } from '../../access/problem-line';
import { useDeed } from '../../access/use-deed';
import { callServer } from '../../ui/fetch-json';

const ANSWERS = ['true', 'false', 'null'] as const;
type Answer = (typeof ANSWERS)[number];
const MEANT: Readonly<Record<Answer, boolean | null>> = { true: true, false: false, null: null };

export interface EndDialogProps {
  readonly interactionId: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Open while it is mounted. */
export function EndDialog({ interactionId, onDone, onClose }: EndDialogProps) {
  const t = useTranslations('diagnostics');
  const access = useTranslations('access');
  const dialog = useRef<HTMLDialogElement>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const { isBusy, problem, run } = useDeed<unknown>();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (answer === null) return;
    run(
      () => endSession(interactionId, MEANT[answer]),
      () => {
        onDone();
        dialog.current?.close();
      },
    );
  };
  return (
    <dialog ref={dialog} className="confirm" onClose={onClose} aria-labelledby="end-title">
      <h2 id="end-title">{t('endTitle')}</h2>
      <form className="end-form" onSubmit={submit}>
        <fieldset className="end-answers">
          <legend>{t('solvedQuestion')}</legend>
          {ANSWERS.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="solved"
                required
                checked={answer === one}
                onChange={() => setAnswer(one)}
              />
              {t(`solvedAnswer.${one}`)}
            </label>
          ))}
        </fieldset>
        <ProblemLine problem={problem} />
        <p className="form-ways">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {access('cancel')}
          </button>
          <button type="submit" className="button button-main" aria-disabled={isBusy || answer === null}>
            {t('end')}
          </button>
        </p>
      </form>
    </dialog>
  );
}

function endSession(interactionId: string, solvedRemotely: boolean | null) {
  return callServer({
    path: `/v1/diagnostics/${encodeURIComponent(interactionId)}/end`,
    method: 'POST',
    body: { solvedRemotely },
    schema: sessionResponseSchema,
  });
}
