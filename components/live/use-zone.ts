'use client';
/** How the moments of a board are written: its zone, the page's language, and of which day it is read. */
import { useLocale } from 'use-intl';
import type { ClockZone } from '../../lib/format';
import { usePicture, useTicker } from './use-live';

/** Its `now` is of the last drawing: what can outlast a day is drawn each second while it is old. */
export function useZone(): ClockZone {
  const locale = useLocale();
  const timeZone = usePicture()?.board.timeZone ?? 'UTC';
  const now = useTicker().now();
  return { locale, timeZone, ...(now === 0 ? {} : { now }) };
}
