'use client';
import type { ReactNode } from 'react';
/** Spans of the day: in which no sound is made, and in which the picture is darker. */
import { useTranslations } from 'use-intl';
import type { DaySpan } from '../../../lib/contracts/board';
import { useEditor } from '../use-editor';
import type { BoardPartProps } from './board-part';
import { NumberField } from './fields';

const MOST_SPANS = 8;
const NIGHT: DaySpan = { from: '20:00', to: '07:00' };
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function QuietHoursFields({ board, set }: BoardPartProps) {
  const t = useTranslations('editor');
  const spans = board.quietHours ?? [];
  const change = (next: readonly DaySpan[]) => set({ quietHours: next.length === 0 ? undefined : [...next] });
  return (
    <>
      {spans.map((span, index) => {
        // Spans have no ids; their places are all that tells them apart.
        const name = t('spanNumber', { number: index + 1 });
        return (
          <SpanFields
            key={name}
            {...{ name, span }}
            onChange={(next) => change(spans.map((one, at) => (at === index ? next : one)))}
            onRemove={() => change(spans.filter((_, at) => at !== index))}
          />
        );
      })}
      <AddSpan count={spans.length} onAdd={() => change([...spans, NIGHT])} />
    </>
  );
}

export function DimmingFields({ board, set }: BoardPartProps) {
  const t = useTranslations('editor');
  const all = board.dimming ?? [];
  const change = (next: typeof all, run = '') => set({ dimming: next.length === 0 ? undefined : next }, run);
  return (
    <>
      {all.map((dimming, index) => {
        const put = (next: typeof dimming, run = '') =>
          change(
            all.map((one, at) => (at === index ? next : one)),
            run,
          );
        const name = t('spanNumber', { number: index + 1 });
        return (
          <SpanFields
            key={name}
            name={name}
            span={dimming.span}
            onChange={(span) => put({ ...dimming, span })}
            onRemove={() => change(all.filter((_, at) => at !== index))}
          >
            <NumberField
              label={t('percent')}
              value={dimming.percent}
              least={10}
              most={100}
              onChange={(percent) => put({ ...dimming, percent }, `dimming.${index}`)}
            />
          </SpanFields>
        );
      })}
      <AddSpan count={all.length} onAdd={() => change([...all, { span: NIGHT, percent: 60 }])} />
    </>
  );
}

function AddSpan({ count, onAdd }: { count: number; onAdd: () => void }) {
  const t = useTranslations('editor');
  if (count >= MOST_SPANS) return null;
  return (
    <p className="form-ways">
      <button type="button" className="button" onClick={onAdd}>
        {t('addSpan')}
      </button>
    </p>
  );
}

interface SpanProps {
  readonly name: string;
  readonly span: DaySpan;
  readonly onChange: (span: DaySpan) => void;
  readonly onRemove: () => void;
  readonly children?: ReactNode;
}

function SpanFields({ name, span, onChange, onRemove, children }: SpanProps) {
  const t = useTranslations('editor');
  const { dispatch } = useEditor();
  const days = span.days ?? [...DAYS];
  const time = (end: 'from' | 'to') => (
    <label className="field">
      <span>{t(`span.${end}`)}</span>
      <input
        type="time"
        value={span[end]}
        onChange={(event) =>
          event.target.value !== '' && onChange({ ...span, [end]: event.target.value.slice(0, 5) })
        }
        onBlur={() => dispatch({ kind: 'runEnded' })}
      />
    </label>
  );
  const toggle = (day: number) => {
    const next = DAYS.filter((one) => (one === day ? !days.includes(one) : days.includes(one)));
    if (next.length === 0) return;
    const { from, to } = span;
    onChange(next.length === DAYS.length ? { from, to } : { from, to, days: next });
  };
  return (
    <fieldset className="field span">
      <legend>{name}</legend>
      <div className="field-pair">
        {time('from')}
        {time('to')}
      </div>
      <div className="span-days">
        {DAYS.map((day) => (
          <label key={day} className="role">
            <input type="checkbox" checked={days.includes(day)} onChange={() => toggle(day)} />
            <span>{t(`days.${day}`)}</span>
          </label>
        ))}
      </div>
      {children}
      <p className="form-ways">
        <button type="button" className="button" onClick={onRemove}>
          {t('removeSpan')}
        </button>
      </p>
    </fieldset>
  );
}
