'use client';
/** Puts an alarm out of sight, with a reason and an end. Escape and the first button leave all as it is. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { shelfSchema, shelveSchema } from '../../lib/contracts/alarm';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { callServer } from '../ui/fetch-json';

const REASON_LENGTH = 200;
/** Minutes that people mean: a while, an hour, a shift, a day. */
const SPANS = [15, 30, 60, 120, 240, 480, 1_440] as const;

export interface ShelveDialogProps {
  readonly alarmKey: string;
  /** What is shelved, in words. */
  readonly what: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Open while it is mounted. */
export function ShelveDialog({ alarmKey, what, onDone, onClose }: ShelveDialogProps) {
  const t = useTranslations('alarms');
  const access = useTranslations('access');
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState<number>(60);
  const [isWrong, setWrong] = useState(false);
  const { isBusy, problem, run } = useDeed<unknown>();
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wish = shelveSchema.safeParse({ key: alarmKey, minutes, reason });
    setWrong(!wish.success);
    if (!wish.success) return;
    run(
      () => shelve(wish.data),
      () => {
        onDone();
        dialog.current?.close();
      },
    );
  };
  return (
    <dialog ref={dialog} className="confirm" onClose={onClose} aria-labelledby="shelve-title">
      <h2 id="shelve-title">{t('shelveTitle')}</h2>
      <p className="wrapping">{what}</p>
      <p>{t('shelveNote')}</p>
      <form className="acknowledge" onSubmit={submit} data-form="shelve">
        <p className="field">
          <label htmlFor="shelve-reason">{t('reason')}</label>
          <input
            id="shelve-reason"
            value={reason}
            maxLength={REASON_LENGTH}
            autoComplete="off"
            placeholder={t('reasonHint')}
            aria-invalid={isWrong}
            onChange={(event) => setReason(event.target.value)}
          />
        </p>
        <p className="field">
          <label htmlFor="shelve-minutes">{t('forHowLong')}</label>
          <select
            id="shelve-minutes"
            value={minutes}
            onChange={(event) => setMinutes(Number(event.target.value))}
          >
            {SPANS.map((span) => (
              <option key={span} value={span}>
                {span < 60 ? t('minutes', { count: span }) : t('hours', { count: span / 60 })}
              </option>
            ))}
          </select>
        </p>
        {isWrong && (
          <p className="problem" role="alert">
            {t('reasonMissing')}
          </p>
        )}
        <ProblemLine problem={problem} />
        <p className="form-ways">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {access('cancel')}
          </button>
          <button type="submit" className="button button-main" aria-disabled={isBusy}>
            {t('shelve')}
          </button>
        </p>
      </form>
    </dialog>
  );
}

async function shelve(body: object) {
  return callServer({ path: '/api/v1/alarms/shelves', method: 'POST', body, schema: shelfSchema });
}
