'use client';
/** Numerator and denominator of a share or an average as they are now, asked for while somebody looks. */
import { useLocale, useTranslations } from 'use-intl';
import { partsResponseSchema } from '../../lib/contracts/api';
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import { formatCount, formatDuration } from '../../lib/format';
import { useValue } from '../live/use-live';
import { usePolled } from '../ui/use-polled';
import { Entry } from './entry';

const ASK_MS = 5_000;

interface FigurePartsProps {
  readonly subject: string;
  readonly kpi: KpiKey;
}

/** Of each the catalogue has words, under `definition.parts`. */
const SHARES: ReadonlySet<KpiKey> = new Set<KpiKey>([
  ...(['serviceLevel', 'serviceLevelBudget', 'abandonRate', 'asaMs', 'ahtMs', 'avgWaitMs'] as const),
  ...(['occupancy', 'agentsAvailable', 'sessionHealth'] as const),
]);

/** And a breakdown, where the server gave one with the figure. */
export function FigureParts({ subject, kpi }: FigurePartsProps) {
  const t = useTranslations('definition');
  const locale = useLocale();
  const detail = useValue(subject, kpi)?.detail ?? [];
  return (
    <>
      {SHARES.has(kpi) && <AskedParts subject={subject} kpi={kpi} />}
      {detail.length > 0 && (
        <Entry term={t('detail')}>
          {detail.map((part) => `${part.label} ${formatCount(part.count, locale).text}`).join(', ')}
        </Entry>
      )}
    </>
  );
}

function AskedParts({ subject, kpi }: FigurePartsProps) {
  const t = useTranslations('definition');
  const locale = useLocale();
  const path = `/api/v1/kpi-parts?subject=${encodeURIComponent(subject)}&kpi=${kpi}`;
  const { answer, failure } = usePolled(path, partsResponseSchema, ASK_MS);
  const parts = answer?.parts ?? null;
  if (parts === null) {
    return <Entry term={t('numbers')}>{t(failure === null ? 'numbersAsked' : 'numbersUnknown')}</Entry>;
  }
  const isAverage = kpiDefinition(kpi)?.unit === 'ms';
  const over = isAverage ? formatDuration(parts.numerator, 'nearest') : formatCount(parts.numerator, locale);
  const values = {
    over: over.unit === '' ? over.text : `${over.text} ${over.unit}`,
    under: formatCount(parts.denominator, locale).text,
  };
  return (
    <Entry term={t('numbers')}>
      <span data-numerator={parts.numerator} data-denominator={parts.denominator}>
        {t(`parts.${kpi}`, values)}
      </span>
    </Entry>
  );
}
