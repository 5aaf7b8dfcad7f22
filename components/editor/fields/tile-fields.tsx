'use client';
/** A tile, of a page or of the strip. */
import { useTranslations } from 'use-intl';
import type { Tile } from '../../../lib/contracts/board';
import { KPI_CATALOGUE, type KpiKey } from '../../../lib/contracts/kpi';
import type { ListAt, Patch } from '../board-edit';
import { useEditor } from '../use-editor';
import { CheckField, ChoiceField, TextField } from './fields';
import { KpiField, SubjectField } from './figure-fields';
import { ItemWays } from './item-ways';
import { ThresholdFields } from './threshold-fields';

export interface TileFieldsProps {
  readonly at: Extract<ListAt, { list: 'tiles' | 'strip' }>;
  readonly tile: Tile;
}

export function TileFields({ at, tile }: TileFieldsProps) {
  const t = useTranslations('editor');
  const words = useTranslations('kpi');
  const { edit, nameOf } = useEditor();
  const set = (patch: Patch<Tile>, run = '') => edit({ kind: 'change', at, id: tile.id, patch }, { run });
  const seconds = KPI_CATALOGUE.filter(({ unit }) => unit === 'count');
  const none = { value: '' as const, label: t('ofNone') };
  return (
    <>
      <KpiField label={t('kpi')} kpi={tile.kpi} onChange={(kpi) => set({ kpi })} />
      <SubjectField subject={tile.subject} kpi={tile.kpi} onChange={(subject) => set({ subject })} />
      <TextField
        label={t('label')}
        value={tile.label ?? ''}
        placeholder={nameOf({ kpi: tile.kpi, subject: tile.subject })}
        most={60}
        hint={t('labelHint')}
        onChange={(label) => set({ label: label === '' ? undefined : label }, `label:${tile.id}`)}
      />
      <ChoiceField<KpiKey | ''>
        label={t('of')}
        hint={t('ofHint')}
        value={tile.of ?? ''}
        choices={[none, ...seconds.map(({ key }) => ({ value: key, label: words(`${key}.label`) }))]}
        onChange={(of) => set({ of: of === '' ? undefined : of })}
      />
      {at.list === 'tiles' && (
        <CheckField
          label={t('hero')}
          hint={t('heroHint')}
          isChecked={tile.hero === true}
          onChange={(hero) => set({ hero: hero ? true : undefined })}
        />
      )}
      <ThresholdFields subject={tile.subject} kpi={tile.kpi} />
      <ItemWays at={at} item={tile} name={nameOf({ ...tile, label: tile.label })} />
    </>
  );
}
