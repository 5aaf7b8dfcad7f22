'use client';
/** A trend: minutes of the last hours, or the day's half hours. */
import { useTranslations } from 'use-intl';
import type { Trend } from '../../../lib/contracts/board';
import type { ListAt, Patch } from '../board-edit';
import { useEditor } from '../use-editor';
import { ChoiceField, TextField } from './fields';
import { KpiField, SubjectField } from './figure-fields';
import { ItemWays } from './item-ways';
import { ThresholdFields } from './threshold-fields';

export interface TrendFieldsProps {
  readonly at: Extract<ListAt, { list: 'trends' }>;
  readonly trend: Trend;
}

export function TrendFields({ at, trend }: TrendFieldsProps) {
  const t = useTranslations('editor');
  const { edit, nameOf } = useEditor();
  const set = (patch: Patch<Trend>, run = '') => edit({ kind: 'change', at, id: trend.id, patch }, { run });
  return (
    <>
      <KpiField label={t('kpi')} kpi={trend.kpi} onChange={(kpi) => set({ kpi })} />
      <SubjectField subject={trend.subject} kpi={trend.kpi} onChange={(subject) => set({ subject })} />
      <ChoiceField
        label={t('every')}
        value={trend.every}
        choices={(['minute', 'halfHour'] as const).map((value) => ({
          value,
          label: t(`everyWords.${value}`),
        }))}
        onChange={(every) => set({ every })}
      />
      <TextField
        label={t('label')}
        value={trend.label ?? ''}
        placeholder={nameOf({ kpi: trend.kpi, subject: trend.subject })}
        most={60}
        hint={t('labelHint')}
        onChange={(label) => set({ label: label === '' ? undefined : label }, `label:${trend.id}`)}
      />
      <ThresholdFields subject={trend.subject} kpi={trend.kpi} />
      <ItemWays at={at} item={trend} name={nameOf({ ...trend, label: trend.label })} />
    </>
  );
}
