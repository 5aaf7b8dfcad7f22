'use client';
/**
 * From when on the chosen figure is a warning, and critical. Said before all else: it holds on every board, at once, and
 * is no part of the draft.
 */
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Thresholds, thresholdsSchema } from '../../../lib/contracts/board-desk';
import { kpiDefinition } from '../../../lib/contracts/kpi';
import type { ThresholdRule } from '../../../lib/contracts/settings';
import { ProblemLine } from '../../access/problem-line';
import { useDeed } from '../../access/use-deed';
import { type Polled, usePolled } from '../../ui/use-polled';
import { type Overtaken, saveThresholds } from '../desk-calls';
import {
  type FigureOf,
  ruleOf,
  type ThresholdFault,
  type ThresholdText,
  thresholdText,
  withoutThreshold,
  withThreshold,
} from '../threshold-draft';
import { useEditor } from '../use-editor';
import { FieldGroup } from './fields';

const ASK_MS = 30_000;

export function ThresholdFields(figure: FigureOf) {
  const t = useTranslations('editor.thresholds');
  const known = usePolled('/api/v1/thresholds', thresholdsSchema, ASK_MS);
  const better = kpiDefinition(figure.kpi)?.better ?? 'none';
  return (
    <FieldGroup title={t('title')}>
      <p className="field-hint">{t('everywhere')}</p>
      {better === 'none' && <p className="field-hint">{t('neither')}</p>}
      <ProblemLine problem={known.failure} />
      {better !== 'none' && known.answer !== null && (
        <ThresholdForm
          key={`${figure.subject}#${figure.kpi}`}
          {...{ figure, known }}
          thresholds={known.answer}
        />
      )}
    </FieldGroup>
  );
}

interface FormProps {
  readonly figure: FigureOf;
  readonly known: Polled<Thresholds>;
  readonly thresholds: Thresholds;
}

function ThresholdForm({ figure, known, thresholds }: FormProps) {
  const t = useTranslations('editor.thresholds');
  const rule = ruleOf(thresholds.rules, figure);
  const [text, setText] = useState(() => thresholdText(rule, figure));
  const [fault, setFault] = useState<ThresholdFault | null>(null);
  const deed = useDeed<Thresholds | Overtaken>();
  const [outcome, setOutcome] = useState<'saved' | 'overtaken' | null>(null);
  useUntouched(thresholds.revision, () => setText(thresholdText(rule, figure)));
  const send = (rules: readonly ThresholdRule[] | ThresholdFault) => {
    setFault(typeof rules === 'string' ? rules : null);
    setOutcome(null);
    if (typeof rules === 'string') return;
    deed.run(
      () => saveThresholds({ revision: thresholds.revision, rules: [...rules] }),
      (said) => {
        setOutcome('kind' in said ? 'overtaken' : 'saved');
        known.refresh();
      },
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(withThreshold(thresholds.rules, figure, text));
  };
  return (
    <form className="thresholds" onSubmit={submit}>
      {rule === null && <p className="field-hint">{t('builtIn')}</p>}
      <Levels figure={figure} text={text} onChange={setText} />
      {fault !== null && (
        <p className="problem" role="alert">
          {t(`faults.${fault}`)}
        </p>
      )}
      {outcome !== null && <p role="status">{t(outcome)}</p>}
      <ProblemLine problem={deed.problem} />
      <p className="form-ways">
        <button type="submit" className="button" aria-disabled={deed.isBusy}>
          {t('save')}
        </button>
        {rule !== null && (
          <button
            type="button"
            className="button"
            aria-disabled={deed.isBusy}
            onClick={() =>
              send(withoutThreshold(thresholds.rules, figure, rule.subject === undefined ? 'all' : 'own'))
            }
          >
            {t('remove')}
          </button>
        )}
      </p>
    </form>
  );
}

/** When what is known becomes another. */
function useUntouched(revision: number, onNew: () => void): void {
  const [seen, setSeen] = useState(revision);
  const isNew = seen !== revision;
  useEffect(() => {
    if (!isNew) return;
    setSeen(revision);
    onNew();
  });
}

interface LevelsProps {
  readonly figure: FigureOf;
  readonly text: ThresholdText;
  readonly onChange: (text: ThresholdText) => void;
}

const FIELDS = ['warning', 'critical', 'deadBand', 'onDelay', 'offDelay', 'minimumCount'] as const;

function Levels({ figure, text, onChange }: LevelsProps) {
  const t = useTranslations('editor.thresholds');
  const { subjects } = useEditor();
  const id = useId();
  const unit = kpiDefinition(figure.kpi)?.unit ?? 'count';
  return (
    <>
      <p className="field">
        <label htmlFor={`${id}-scope`}>{t('scope')}</label>
        <select
          id={`${id}-scope`}
          value={text.scope}
          onChange={(event) => onChange({ ...text, scope: event.target.value === 'own' ? 'own' : 'all' })}
        >
          <option value="all">{t('scopeAll')}</option>
          <option value="own">{t('scopeOwn', { subject: subjects.nameOf(figure.subject) })}</option>
        </select>
      </p>
      <div className="field-pair">
        {FIELDS.map((field) => (
          <p key={field} className="field">
            <label htmlFor={`${id}-${field}`}>{t(`fields.${field}`, { unit: t(`units.${unit}`) })}</label>
            <input
              id={`${id}-${field}`}
              inputMode="decimal"
              value={text[field]}
              onChange={(event) => onChange({ ...text, [field]: event.target.value })}
            />
          </p>
        ))}
      </div>
    </>
  );
}
