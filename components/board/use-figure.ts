'use client';
/** A figure of the board, ready to be drawn; it draws again when it changes, and each second while a wait runs or it is old. */
import { useLocale } from 'use-intl';
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import { useHearing, usePicture, useSecond, useValue } from '../live/use-live';
import { type Figure, limitOf, presentFigure } from './figure';

export function useFigure(subject: string, kpi: KpiKey, style: 'glance' | 'exact' = 'glance'): Figure {
  const value = useValue(subject, kpi);
  const target = useValue(subject, 'serviceLevelTarget');
  const limits = usePicture()?.limits ?? [];
  const hearing = useHearing();
  const locale = useLocale();
  const isOld = value?.stale === true || hearing.lostAt !== null;
  // What is old becomes a dash by itself, and its day is said when it is another one.
  const runs = (value?.value ?? null) !== null && (isOld || kpiDefinition(kpi)?.unit === 'epochMs');
  const now = useSecond(runs);
  return presentFigure({
    kpi,
    value,
    limit: limitOf(limits, subject, kpi),
    target: kpi === 'serviceLevel' ? (target?.value ?? null) : null,
    hearing,
    now,
    locale,
    style,
  });
}

/** What tests and tools read from the page: the raw value, its status and whether it is stale. */
export function dataOf(subject: string, kpi: KpiKey, figure: Figure): Record<`data-${string}`, string> {
  return {
    'data-subject': subject,
    'data-kpi': kpi,
    'data-value': figure.raw === null ? '' : String(figure.raw),
    'data-status': figure.status,
    'data-stale': String(figure.stale),
    ...(figure.hidden ? { 'data-hidden': 'true' } : {}),
  };
}
