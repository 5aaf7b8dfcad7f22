'use client';
/** From when and for how long: now or at an hour, for a usual time or until an hour. */
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { Field } from '../access/place-fields';
import { type Draft, SPANS } from './announcement-draft';

export interface SpanFieldsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

export function SpanFields({ draft, onChange }: SpanFieldsProps) {
  const t = useTranslations('announcements');
  const noteId = useId();
  return (
    <>
      <Field label={t('from')}>
        {(id) => (
          <input
            id={id}
            type="datetime-local"
            aria-describedby={noteId}
            value={draft.from}
            onChange={(event) => onChange({ from: event.target.value })}
          />
        )}
      </Field>
      <p className="form-note announce-left" id={noteId}>
        {t('fromNote')}
      </p>
      <Field label={t('lasts')}>
        {(id) => (
          <select
            id={id}
            value={draft.span ?? 'until'}
            onChange={(event) =>
              onChange({ span: SPANS.find((span) => String(span) === event.target.value) ?? null })
            }
          >
            {SPANS.map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes < 60 ? t('minutes', { count: minutes }) : t('hours', { count: minutes / 60 })}
              </option>
            ))}
            <option value="until">{t('untilHour')}</option>
          </select>
        )}
      </Field>
      {draft.span === null && (
        <Field label={t('until')}>
          {(id) => (
            <input
              id={id}
              type="datetime-local"
              value={draft.until}
              onChange={(event) => onChange({ until: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
