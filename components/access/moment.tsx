'use client';
/** A moment in this browser's zone, and an age by the server's clock. */
import { useLocale, useTranslations } from 'use-intl';
import { isSameDay } from '../../lib/day';
import { ageOf, formatMoment, isoMoment } from './moments';

export function Moment({ at, precision = 'minute' }: { at: number; precision?: 'minute' | 'second' }) {
  const locale = useLocale();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return <time dateTime={isoMoment(at)}>{formatMoment(at, { locale, timeZone, precision })}</time>;
}

/** Of today (the day of `now`): the clock alone, which is what people compare; the whole of it on asking. */
export function ClockMoment({ at, now }: { at: number; now: number }) {
  const locale = useLocale();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const isToday = isSameDay(at, now, timeZone);
  const whole = formatMoment(at, { locale, timeZone, precision: 'minute' });
  const text = isToday ? formatMoment(at, { locale, timeZone, precision: 'clock' }) : whole;
  return (
    <time dateTime={isoMoment(at)} title={whole}>
      {text}
    </time>
  );
}

/** `now`: when the server gave the answer, by its clock; `null`: not known, then the moment itself. */
export function Ago({ at, now }: { at: number; now: number | null }) {
  const t = useTranslations('age');
  if (now === null) return <Moment at={at} />;
  const { key, count } = ageOf(at, now);
  return <time dateTime={isoMoment(at)}>{t(key, { count })}</time>;
}
