'use client';
/** What is measured beside the charts, each with its limit where it has one, as figures in one line. */
import { useTranslations } from 'use-intl';
import type { MetricKey, ThresholdBreach } from '../../../lib/contracts/diagnostics';

/** In this order. */
const OTHERS = ['packet_loss_pct', 'errors'] as const satisfies readonly MetricKey[];

export interface OtherFiguresProps {
  /** The newest of each; one that is missing was not measured yet. */
  readonly values: ReadonlyMap<MetricKey, number>;
  readonly breaches: readonly ThresholdBreach[];
  readonly isStale: boolean;
}

export function OtherFigures({ values, breaches, isStale }: OtherFiguresProps) {
  const t = useTranslations('diagnostics');
  return (
    <dl className="panel other-figures" data-stale={isStale}>
      {OTHERS.map((metric) => {
        const value = values.get(metric);
        const breach = breaches.find((one) => one.metric === metric && one.endedAt === null);
        return (
          <div key={metric} data-metric={metric} data-beyond={breach !== undefined}>
            <dt>{t(`metric.${metric}`)}</dt>
            <dd>
              {value === undefined ? t('notMeasured') : t(`value.${metric}`, { value })}
              {breach !== undefined && <small>{t('overLimit', { limit: breach.limit })}</small>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
