'use client';
/** The day that can be looked back on: where nothing was recorded, what was worth an eye, and where one stands. */
import { type ReactNode, useMemo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { ReplaySpan } from '../../lib/contracts/replay';
import { zoneOffsetMs } from '../../lib/day';
import { formatClock } from '../../lib/format';
import { formatMoment } from '../access/moments';
import { isInGap, placeOf, type Reach } from './replay-state';

export interface TimeLineProps {
  readonly span: ReplaySpan;
  readonly reach: Reach;
  readonly at: number;
  readonly onMove: (at: number) => void;
}

const HOUR_MS = 3_600_000;
const MOST_HOURS = 8;

export function TimeLine({ span, reach, at, onMove }: TimeLineProps) {
  const t = useTranslations('replay');
  const locale = useLocale();
  const { timeZone } = span;
  const time = formatMoment(at, { locale, timeZone, precision: 'second' });
  return (
    <div className="timeline">
      <Track span={span} reach={reach} />
      <input
        type="range"
        className="timeline-hand"
        min={reach.from}
        max={reach.until}
        step={1}
        value={at}
        aria-label={t('time')}
        aria-valuetext={isInGap(at, reach) ? t('inGap', { time }) : time}
        onChange={(event) => onMove(Number(event.target.value))}
      />
      <Hours reach={reach} timeZone={timeZone} />
    </div>
  );
}

/** Seen only: what is marked is told as a list to those who hear the page. */
function Track({ span, reach }: { span: ReplaySpan; reach: Reach }) {
  const t = useTranslations('replay');
  const locale = useLocale();
  const clock = (at: number) => formatClock(at, { locale, timeZone: span.timeZone });
  const shown = span.marks.filter((mark) => mark.until > reach.from);
  return (
    <>
      <div className="timeline-track" aria-hidden="true">
        {span.gaps.map((gap) => (
          <Part key={gap.from} reach={reach} {...gap} kind="gap" />
        ))}
        {shown.map((mark) => (
          <Part key={`${mark.kind} ${mark.from}`} reach={reach} {...mark} />
        ))}
      </div>
      <ul className="unseen" aria-label={t('marks')}>
        {span.gaps.map(({ from, until }) => (
          <li key={from}>{t('markGap', { from: clock(from), until: clock(until) })}</li>
        ))}
        {shown.slice(-20).map(({ from, until, kind }) => (
          <li key={`${kind} ${from}`}>{t(`mark.${kind}`, { from: clock(from), until: clock(until) })}</li>
        ))}
      </ul>
    </>
  );
}

interface PartProps {
  readonly reach: Reach;
  readonly from: number;
  readonly until: number;
  readonly kind: 'gap' | 'critical' | 'warning' | 'stale';
}

function Part({ reach, from, until, kind }: PartProps) {
  const start = placeOf(from, reach);
  const style = { left: `${start}%`, width: `max(2px, ${placeOf(until, reach) - start}%)` };
  return <i className={`timeline-part part-${kind}`} style={style} />;
}

function Hours({ reach, timeZone }: { reach: Reach; timeZone: string }) {
  const locale = useLocale();
  const { from, until } = reach;
  const hours = useMemo(() => hoursOf(from, until, timeZone), [from, until, timeZone]);
  const label = (at: number): ReactNode => formatClock(at, { locale, timeZone });
  return (
    <div className="timeline-hours" aria-hidden="true">
      {hours.map((at) => (
        <span key={at} style={{ left: `${placeOf(at, reach)}%` }}>
          {label(at)}
        </span>
      ))}
    </div>
  );
}

/** Full hours of the zone, or parts of one where it is not much. */
export function hoursOf(from: number, until: number, timeZone: string): readonly number[] {
  const steps = [HOUR_MS / 60, HOUR_MS / 12, HOUR_MS / 4, HOUR_MS / 2, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS];
  const step = steps.find((size) => (until - from) / size <= MOST_HOURS) ?? 3 * HOUR_MS;
  const offset = zoneOffsetMs(from, timeZone);
  const hours: number[] = [];
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= until; at += step) hours.push(at);
  return hours;
}
