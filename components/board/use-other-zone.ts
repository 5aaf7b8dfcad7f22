'use client';
/** The name of a zone, where its clock is another than the one that is read beside it; `null` where it is the same. */
import { useLocale } from 'use-intl';
import { showSameClock, zoneName } from '../../lib/zone';
import { useLiveStore, usePicture } from '../live/use-live';

/** Of a subject whose day begins at another moment than the board's: its “today” is not the one that readers mean. */
export function useOtherZone(subject: string): string | null {
  const picture = usePicture();
  const store = useLiveStore();
  const locale = useLocale();
  const own = picture?.subjects.get(subject)?.timeZone;
  if (picture === null || own === undefined) return null;
  const now = store.serverNow();
  return showSameClock(own, picture.board.timeZone, now) ? null : zoneName(own, now, locale);
}
