'use client';
/** What is alarmed on this board, read anew each second; the same array as long as nothing of it changes. */
import { useEffect, useState } from 'react';
import {
  type FigureAlarm as Alarm,
  alarmFigures,
  alarmsOf,
  type FigureAddress,
  type StatusFact,
} from '../../lib/board-alarms';
import type { LiveStore } from '../live/live-store';
import type { Picture } from '../live/picture';
import { useLiveStore, usePicture, useTicker } from '../live/use-live';

const NO_ALARMS: readonly Alarm[] = [];

export function useAlarms(): readonly Alarm[] {
  const store = useLiveStore();
  const picture = usePicture();
  const ticker = useTicker();
  const [alarms, setAlarms] = useState(NO_ALARMS);
  useEffect(() => {
    if (picture === null) return;
    const figures = alarmFigures(picture.board, queuesIn(picture));
    const read = () => {
      const next = alarmsOf(figures.map((figure) => statusFact(store, figure)));
      setAlarms((shown) => (sameAlarms(shown, next) ? shown : next));
    };
    read();
    return ticker.subscribe(read);
  }, [store, picture, ticker]);
  return alarms;
}

/** What a table of all queues shows. */
function queuesIn(picture: Picture): readonly string[] {
  return [...picture.subjects.keys()].filter(
    (subject) => subject.startsWith('queue:') && !subject.includes('|'),
  );
}

function statusFact(store: LiveStore, { subject, kpi }: FigureAddress): StatusFact {
  const value = store.value(subject, kpi);
  return { subject, kpi, status: value?.status ?? 'unknown', value: value?.value ?? null };
}

function sameAlarms(a: readonly Alarm[], b: readonly Alarm[]): boolean {
  return (
    a.length === b.length &&
    a.every((alarm, i) => {
      const other = b[i];
      return alarm.subject === other?.subject && alarm.kpi === other.kpi && alarm.status === other.status;
    })
  );
}
