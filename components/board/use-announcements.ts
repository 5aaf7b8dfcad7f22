'use client';
/** The announcements that hold now: the same array as long as they are the same. They end by their own time, heard or not. */
import { useEffect, useState } from 'react';
import type { Announcement } from '../../lib/contracts/announcement';
import { useHeardAnnouncements, useTicker } from '../live/use-live';
import { holdingNow } from './announcement-lines';

const NONE: readonly Announcement[] = [];

export function useAnnouncements(): readonly Announcement[] {
  const heard = useHeardAnnouncements();
  const ticker = useTicker();
  const [holding, setHolding] = useState(NONE);
  useEffect(() => {
    const read = () => {
      const next = holdingNow(heard?.frame.announcements ?? NONE, ticker.now());
      setHolding((shown) => (isSame(shown, next) ? shown : next));
    };
    read();
    return ticker.subscribe(read);
  }, [heard, ticker]);
  return holding;
}

function isSame(a: readonly Announcement[], b: readonly Announcement[]): boolean {
  return a.length === b.length && a.every((announcement, index) => announcement === b[index]);
}
