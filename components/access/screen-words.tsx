'use client';
/** What the server knows of a screen that is connected, in words: what it last painted, and what is odd about it. */
import type { ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { ScreenStanding } from '../../lib/contracts/screen-report';
import { formatCount, formatDuration } from '../../lib/format';
import { StateMark } from '../board/state-mark';
import { SKEW_WARNING_MS } from '../live/server-clock';
import { Ago } from './moment';

export interface ScreenWordsProps {
  readonly standing: ScreenStanding;
  /** When this was so, by the server's clock. */
  readonly now: number | null;
}

const MINUTE_MS = 60_000;

export function ScreenWords({ standing, now }: ScreenWordsProps) {
  const t = useTranslations('floor.report');
  const { report, paintedAt, stuck } = standing;
  const details = useDetails(standing);
  if (report === null && !stuck) return null;
  return (
    <small className="screen-words" data-stuck={stuck}>
      {stuck && (
        <strong>
          <StateMark status="critical" /> {t('stuck')}{' '}
        </strong>
      )}
      {paintedAt === null
        ? t('neverPainted')
        : t.rich('painted', { ago: () => <PaintedAgo at={paintedAt} now={now} /> })}
      {details.map((detail) => (
        <span key={detail}>, {detail}</span>
      ))}
    </small>
  );
}

/** Seconds count here: a screen in good order paints every second, and says so twice a minute. */
function PaintedAgo({ at, now }: { at: number; now: number | null }): ReactNode {
  const t = useTranslations('floor.report');
  if (now === null || now - at >= MINUTE_MS) return <Ago at={at} now={now} />;
  return t('seconds', { count: Math.max(0, Math.round((now - at) / 1_000)) });
}

function useDetails({ report }: ScreenStanding): readonly string[] {
  const t = useTranslations('floor.report');
  const locale = useLocale();
  if (report === null) return [];
  const { painted, build, clockOffsetMs, viewport, memoryBytes, sound } = report;
  const off = formatDuration(Math.abs(clockOffsetMs), 'nearest');
  const isOff = Math.abs(clockOffsetMs) > SKEW_WARNING_MS;
  return [
    ...(painted === null ? [] : [t('page', painted.view)]),
    ...(sound === 'locked' ? [t('soundLocked')] : []),
    ...(sound === 'none' ? [t('soundNone')] : []),
    ...(sound === 'ready' ? [t('soundReady')] : []),
    ...(isOff ? [t('clockOff', { time: `${off.text} ${off.unit}`.trim() })] : []),
    t('viewport', viewport),
    ...(memoryBytes === null
      ? []
      : [t('memory', { count: formatCount(Math.round(memoryBytes / 1e6), locale).text })]),
    ...(build === null ? [] : [t('build', { build: build.slice(0, 12) })]),
  ];
}
