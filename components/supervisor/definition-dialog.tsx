'use client';
/** What a figure means: its formula, numbers, window, limits, where it came from and when it was last compared. */
import { useEffect, useRef } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import {
  isDeviceKpi,
  isSessionKpi,
  type KpiKey,
  type KpiOrigin,
  kpiDefinition,
} from '../../lib/contracts/kpi';
import { formatClock, formatDuration } from '../../lib/format';
import { limitOf, writeLimit } from '../board/figure';
import { shownText } from '../board/kpi-tile';
import { useFigure } from '../board/use-figure';
import { usePicture, useSecond, useSources, useValue } from '../live/use-live';
import { useZone } from '../live/use-zone';
import { useMadeName } from '../ui/made-names';
import { Entry } from './entry';
import { FigureParts } from './figure-parts';
import { rollupKey } from './rollup-words';
import { reasonsOf } from './why-different';

export interface FigureAddress {
  readonly subject: string;
  readonly kpi: KpiKey;
}

export function DefinitionDialog({ shown, onClose }: { shown: FigureAddress | null; onClose: () => void }) {
  const t = useTranslations('definition');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (shown !== null && dialog.current?.open === false) dialog.current.showModal();
    if (shown === null) dialog.current?.close();
  }, [shown]);
  return (
    <dialog ref={dialog} className="definition" onClose={onClose} aria-labelledby="definition-title">
      {shown !== null && <Definition {...shown} />}
      <form method="dialog">
        <button type="submit">{t('close')}</button>
      </form>
    </dialog>
  );
}

function Definition({ subject, kpi }: FigureAddress) {
  const t = useTranslations();
  const madeName = useMadeName();
  const figure = useFigure(subject, kpi);
  const info = usePicture()?.subjects.get(subject);
  const definition = kpiDefinition(kpi);
  const rollup = rollupKey(definition?.rollup ?? '');
  const timeZone = info?.timeZone ?? 'UTC';
  const state = figure.stale ? 'stale' : figure.status;
  const isToday = definition?.window === 'today';
  return (
    <>
      <h2 id="definition-title">
        <small>{madeName(info?.name ?? subject)}</small>
        {t(`kpi.${kpi}.label`)}
      </h2>
      <p className="definition-value" data-status={figure.status}>
        {shownText(figure)} {figure.unit}
        <small>{t(`status.${state}`)}</small>
      </p>
      <dl>
        <Entry term={t('definition.formula')}>{t(`kpi.${kpi}.formula`)}</Entry>
        <FigureParts subject={subject} kpi={kpi} />
        <Entry term={t('definition.window')}>
          {isToday ? t('definition.windowToday', { timeZone }) : t('definition.windowNow')}
        </Entry>
        <Entry term={t('definition.timeZone')}>{timeZone}</Entry>
        <Limits subject={subject} kpi={kpi} />
        <Age subject={subject} kpi={kpi} />
        {rollup !== null && <Entry term={t('definition.rollup')}>{t(`rollup.${rollup}`)}</Entry>}
        <Entry term={t('definition.whyDifferent')}>
          <ul>
            {reasonsOf(kpi).map((reason) => (
              <li key={reason}>{t(`definition.differs.${reason}`, { timeZone })}</li>
            ))}
          </ul>
        </Entry>
      </dl>
    </>
  );
}

function Limits({ subject, kpi }: FigureAddress) {
  const t = useTranslations('definition');
  const locale = useLocale();
  const limit = limitOf(usePicture()?.limits ?? [], subject, kpi);
  const target = useValue(subject, 'serviceLevelTarget')?.value ?? null;
  const unit = kpiDefinition(kpi)?.unit ?? 'count';
  const write = (level: number | null) => {
    const { text, unit: sign } = writeLimit(unit, level, locale);
    return sign === '' ? text : `${text} ${sign}`;
  };
  return (
    <>
      {kpi === 'serviceLevel' && target !== null && <Entry term={t('target')}>{write(target)}</Entry>}
      {limit !== null && (
        <Entry term={t('limits')}>
          {t('limitPair', { warning: write(limit.warning), critical: write(limit.critical) })}
        </Entry>
      )}
    </>
  );
}

/** Where the figure came from, when it was last known to be right, and the last comparison with REST. */
function Age({ subject, kpi }: FigureAddress) {
  const t = useTranslations('definition');
  const zone = useZone();
  const origin = useValue(subject, kpi)?.origin ?? null;
  const { asOf } = useFigure(subject, kpi);
  const last = useSources()?.genesys.reconciliation ?? null;
  const now = useSecond();
  const clock = (at: number) => formatClock(at, zone, 'second');
  return (
    <>
      {origin !== null && <Entry term={t('origin')}>{t(originKey(kpi, origin))}</Entry>}
      <Entry term={t('asOf')}>
        {asOf === null ? t('never') : t('asOfAge', { time: clock(asOf), age: writeAge(now - asOf) })}
      </Entry>
      <Entry term={t('reconciled')}>
        {isDeviceKpi(kpi)
          ? t('reconciledNot')
          : last === null
            ? t('never')
            : t('reconciledDetail', { time: clock(last.at), compared: last.compared, drift: last.drift })}
      </Entry>
    </>
  );
}

function originKey(
  kpi: KpiKey,
  origin: KpiOrigin,
): 'originLive' | 'originBackfill' | 'originDevices' | 'originSessions' {
  if (isSessionKpi(kpi)) return 'originSessions';
  if (isDeviceKpi(kpi)) return 'originDevices';
  return origin === 'live' ? 'originLive' : 'originBackfill';
}

/** m:ss, or h:mm from an hour on; an age that seems to be under 0 is none. */
function writeAge(ms: number): string {
  const { text, unit } = formatDuration(Math.max(0, ms), 'down');
  return unit === '' ? text : `${text} ${unit}`;
}
