'use client';
/** What is alarmed on this board, read anew each second; the same array as long as nothing of it changes. */
import { useEffect, useState } from 'react';
import type { Board } from '../../lib/contracts/board';
import type { KpiKey } from '../../lib/contracts/kpi';
import type { LiveStore } from '../live/live-store';
import type { Picture } from '../live/picture';
import { useLiveStore, usePicture, useTicker } from '../live/use-live';
import { type Alarm, alarmsOf, type StatusFact } from './alarms';
import { tableSubjects } from './use-row-order';

const NO_ALARMS: readonly Alarm[] = [];

export function useAlarms(): readonly Alarm[] {
  const store = useLiveStore();
  const picture = usePicture();
  const ticker = useTicker();
  const [alarms, setAlarms] = useState(NO_ALARMS);
  useEffect(() => {
    if (picture === null) return;
    const figures = boardFigures(picture.board, picture);
    const read = () => {
      const next = alarmsOf(figures.map((figure) => statusFact(store, figure)));
      setAlarms((shown) => (sameAlarms(shown, next) ? shown : next));
    };
    read();
    return ticker.subscribe(read);
  }, [store, picture, ticker]);
  return alarms;
}

interface FigureAddress {
  readonly subject: string;
  readonly kpi: KpiKey;
}

/** Every figure that a page of the board shows, each once. */
function boardFigures(board: Board, picture: Picture): readonly FigureAddress[] {
  const found = new Map<string, FigureAddress>();
  const add = ({ subject, kpi }: FigureAddress) => found.set(`${subject}#${kpi}`, { subject, kpi });
  board.strip.forEach(add);
  for (const page of board.pages) {
    page.tiles.forEach(add);
    if (page.table === null) continue;
    for (const subject of tableSubjects(page.table, picture)) {
      for (const kpi of page.table.columns) add({ subject, kpi });
    }
  }
  return [...found.values()];
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
