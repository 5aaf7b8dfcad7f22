'use client';
/** One webhook: its name, address, kind, what it is told of, and its secret, which is only ever given. */
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { webhooksResponseSchema } from '../../lib/contracts/alarm';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { Field } from '../access/place-fields';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { callServer } from '../ui/fetch-json';
import { useMadeName } from '../ui/made-names';
import { useRemembered } from '../ui/use-remembered';
import { FORMATS, type HookEdit, type HookText, LEVELS, withHook } from './webhook-draft';

const BOARDS_MS = 30_000;

export interface WebhookFormProps {
  /** What it was at first counts: a newer one is no part of this form. */
  readonly begun: HookEdit;
  readonly onClose: () => void;
}

export function WebhookForm({ begun, onClose }: WebhookFormProps) {
  const t = useTranslations('alarms');
  const access = useTranslations('access');
  const madeName = useMadeName();
  const levels = useTranslations('alerts.level');
  const boards = useRemembered('/api/v1/boards', boardsResponseSchema, BOARDS_MS)?.boards ?? [];
  const [{ known }] = useState(begun);
  const [text, setText] = useState(begun.text);
  const [isWrong, setWrong] = useState(false);
  const { isBusy, problem, run } = useDeed<unknown>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wish = withHook(known, text);
    setWrong(wish === null);
    if (wish === null) return;
    const path = '/api/v1/alarm-webhooks';
    run(() => callServer({ path, method: 'POST', body: wish, schema: webhooksResponseSchema }), onClose);
  };
  const input = (name: 'name' | 'url' | 'secret', hint: string) => (
    <Field label={t(`field.${name}`)}>
      {(id) => (
        <input
          id={id}
          type={name === 'secret' ? 'password' : 'text'}
          autoComplete={name === 'secret' ? 'new-password' : 'off'}
          maxLength={name === 'url' ? 2_000 : 200}
          placeholder={hint}
          value={text[name]}
          onChange={(event) => setText({ ...text, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form className="webhook-form" onSubmit={submit} data-form="webhook">
      {input('name', t('nameHint'))}
      {input('url', t('urlHint'))}
      <Field label={t('field.format')}>
        {(id) => (
          <select
            id={id}
            value={text.format}
            onChange={(event) => {
              const format = FORMATS.find((one) => one === event.target.value);
              if (format !== undefined) setText({ ...text, format });
            }}
          >
            {FORMATS.map((format) => (
              <option key={format} value={format}>
                {t(`format.${format}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <fieldset className="field roles">
        <legend>{t('field.levels')}</legend>
        {LEVELS.map((level) => (
          <label className="role" key={level}>
            <input
              type="checkbox"
              checked={text.levels.includes(level)}
              onChange={() => setText({ ...text, levels: toggled(text.levels, level) })}
            />
            {levels(level)}
          </label>
        ))}
      </fieldset>
      <Field label={t('field.board')}>
        {(id) => (
          <select
            id={id}
            value={text.boardIds?.[0] ?? ''}
            onChange={({ target }) =>
              setText({ ...text, boardIds: target.value === '' ? null : [target.value] })
            }
          >
            <option value="">{t('allBoards')}</option>
            {boards.map((board) => (
              <option key={board.id} value={board.id}>
                {madeName(board.name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {input('secret', t('secretHint'))}
      <p className="form-note">{t('secretNote')}</p>
      {isWrong && (
        <p className="problem" role="alert">
          {t('webhookWrong')}
        </p>
      )}
      <ProblemLine problem={problem} />
      <p className="form-ways">
        <button type="submit" className="button button-main" aria-disabled={isBusy}>
          {t('save')}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {access('cancel')}
        </button>
      </p>
    </form>
  );
}

function toggled(levels: HookText['levels'], level: (typeof LEVELS)[number]): HookText['levels'] {
  const isGiven = levels.includes(level);
  return LEVELS.filter((one) => (one === level ? !isGiven : levels.includes(one)));
}
