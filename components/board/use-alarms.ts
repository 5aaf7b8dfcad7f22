'use client';
/** What is alarmed on this board, read anew each second; the same array as long as nothing of it changes. */
import { useEffect, useMemo, useState } from 'react';
import {
  type FigureAlarm as Alarm,
  alarmFigures,
  alarmsOf,
  type FigureAddress,
  type StatusFact,
} from '../../lib/board-alarms';
import type { Alarm as ToldAlarm } from '../../lib/contracts/alarm';
import type { LiveStore } from '../live/live-store';
import type { Picture } from '../live/picture';
import { useHeardAlarms, useLiveStore, usePicture, useTicker } from '../live/use-live';

/** `taken`: somebody has acknowledged it; `by`, where this screen may know who. */
export interface ShownAlarm extends Alarm {
  readonly taken: { readonly by: string | null } | null;
}

const NO_ALARMS: readonly ShownAlarm[] = [];

/** As the server decides it, where it is heard now: without what is on the shelf. Else by the figures' own states. */
export function useAlarms(): readonly ShownAlarm[] {
  const heard = useHeardAlarms();
  const own = useOwnAlarms();
  const told = useMemo(
    () => (heard === null || heard.rightUntil !== null ? null : heard.frame.alarms.flatMap(figureAlarm)),
    [heard],
  );
  return told ?? own;
}

/** By the states of this board's figures, whatever became of their alarms. */
export function useOwnAlarms(): readonly ShownAlarm[] {
  const store = useLiveStore();
  const picture = usePicture();
  const ticker = useTicker();
  const [alarms, setAlarms] = useState(NO_ALARMS);
  useEffect(() => {
    if (picture === null) return;
    const figures = alarmFigures(picture.board, queuesIn(picture));
    const read = () => {
      const next = ownAlarms(store, figures);
      setAlarms((shown) => (sameAlarms(shown, next) ? shown : next));
    };
    read();
    return ticker.subscribe(read);
  }, [store, picture, ticker]);
  return alarms;
}

function ownAlarms(store: LiveStore, figures: readonly FigureAddress[]): readonly ShownAlarm[] {
  const facts = figures.map((figure) => statusFact(store, figure));
  return alarmsOf(facts).map((alarm) => ({ ...alarm, taken: null }));
}

/** Devices and faults have lines of their own. */
function figureAlarm({ subject, kpi, level, acknowledgement }: ToldAlarm): readonly ShownAlarm[] {
  if (subject === null || kpi === null) return [];
  const taken = acknowledgement === null ? null : { by: acknowledgement.by };
  return [{ subject, kpi, status: level, taken }];
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

function sameAlarms(a: readonly ShownAlarm[], b: readonly ShownAlarm[]): boolean {
  return (
    a.length === b.length &&
    a.every((alarm, i) => {
      const other = b[i];
      return (
        alarm.subject === other?.subject &&
        alarm.kpi === other.kpi &&
        alarm.status === other.status &&
        alarm.taken?.by === other.taken?.by
      );
    })
  );
}
