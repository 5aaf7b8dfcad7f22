'use client';
/** Of whom and what a figure tells: any subject the server knows, for one media type or all, and any KPI. */
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { isDeviceKpi, KPI_CATALOGUE, type KpiKey, kpiDefinition } from '../../../lib/contracts/kpi';
import { parseSubject, type SubjectKey, subjectKey } from '../../../lib/ids';
import { useEditor } from '../use-editor';
import { MEDIA_TYPES } from '../use-subjects';
import { ChoiceField } from './fields';
import { type Choice, SearchList } from './search-list';

export interface SubjectFieldProps {
  readonly subject: string;
  readonly kpi: KpiKey;
  readonly onChange: (subject: string) => void;
}

export function SubjectField({ subject, kpi, onChange }: SubjectFieldProps) {
  const t = useTranslations('editor');
  const { subjects } = useEditor();
  const parsed = parseSubject(subject);
  const base = parsed === null ? subject : subjectKey(parsed.kind, parsed.id);
  const choices = useSubjectChoices(base);
  const media = MEDIA_TYPES.find((one) => one === parsed?.mediaType) ?? 'all';
  const canMedia = kpiDefinition(kpi)?.scope === 'media' && parsed !== null && parsed.kind !== 'site';
  const withMedia = (address: string, type: string | null) => {
    const next = parseSubject(address);
    return next === null ? address : subjectKey(next.kind, next.id, next.kind === 'site' ? null : type);
  };
  const isGone = subjects.keys !== null && !subjects.keys.has(base) && parsed?.kind !== 'site';
  return (
    <>
      <SearchList
        label={t('subject')}
        searchLabel={t('searchSubject')}
        value={base}
        choices={choices}
        onChange={(address) => onChange(withMedia(address, media === 'all' ? null : media))}
      />
      {isGone && <p className="field-fault">{t('subjectGone')}</p>}
      {canMedia && (
        <ChoiceField
          label={t('mediaType')}
          value={media}
          choices={['all' as const, ...MEDIA_TYPES].map((value) => ({ value, label: t(`media.${value}`) }))}
          onChange={(type) => onChange(withMedia(base, type === 'all' ? null : type))}
        />
      )}
    </>
  );
}

/** Those that there are, and the one that is chosen where it is none of them. */
export function useSubjectChoices(chosen: string | null): readonly Choice<string>[] {
  const t = useTranslations('editor');
  const { subjects } = useEditor();
  return useMemo(() => {
    const choices = subjects.list.map(({ subject, kind }) => {
      return { value: subject, label: subjects.nameOf(subject), group: t(`kinds.${kind}`) };
    });
    if (chosen === null || subjects.list.some(({ subject }) => subject === chosen)) return choices;
    const label =
      subjects.keys === null ? subjects.nameOf(chosen) : t('goneNamed', { id: subjects.nameOf(chosen) });
    return [{ value: chosen as SubjectKey, label, group: t('kinds.chosen') }, ...choices];
  }, [subjects, chosen, t]);
}

export interface KpiFieldProps {
  readonly label: string;
  readonly kpi: KpiKey;
  readonly onChange: (kpi: KpiKey) => void;
}

export function KpiField({ label, kpi, onChange }: KpiFieldProps) {
  const t = useTranslations('editor');
  const words = useTranslations('kpi');
  const definition = kpiDefinition(kpi);
  const choices = useMemo(
    () =>
      KPI_CATALOGUE.map(({ key, window, formula }): Choice<KpiKey> => {
        const group = isDeviceKpi(key) ? t('windows.devices') : t(`windows.${window}`);
        return {
          value: key,
          label: words(`${key}.label`),
          group,
          words: `${words(`${key}.phrase`)} ${formula}`,
        };
      }),
    [t, words],
  );
  return (
    <>
      <SearchList
        label={label}
        searchLabel={t('searchKpi')}
        value={kpi}
        choices={choices}
        onChange={onChange}
      />
      {definition !== undefined && <p className="field-hint">{definition.formula}</p>}
    </>
  );
}
