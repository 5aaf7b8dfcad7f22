'use client';
/** The rows of a queue table in the order in which they are shown, read anew each second and held a while. */
import { useEffect, useRef, useState } from 'react';
import type { BoardTable } from '../../lib/contracts/board';
import type { KpiKey, KpiStatus } from '../../lib/contracts/kpi';
import type { LiveStore } from '../live/live-store';
import type { Picture } from '../live/picture';
import { useLiveStore, usePicture, useTicker } from '../live/use-live';
import { alarmedFirst, type HeldOrder, holdOrder, type RowFacts, worstStatus } from './order';

export interface OrderedRow {
  readonly subject: string;
  readonly name: string;
  readonly shortName: string;
  readonly status: KpiStatus;
  /** Nothing of the queue is alarmed, not even what the row does not show. */
  readonly quiet: boolean;
}

const NO_ROWS: readonly OrderedRow[] = [];

/** `columns`: the figures that are shown, whose worst is the row's state; the same array from one call to the next. */
export function useRowOrder(table: BoardTable, columns: readonly KpiKey[]): readonly OrderedRow[] {
  const store = useLiveStore();
  const picture = usePicture();
  const ticker = useTicker();
  const held = useRef<HeldOrder | null>(null);
  const [rows, setRows] = useState(NO_ROWS);
  useEffect(() => {
    if (picture === null) return;
    held.current = null;
    const read = () => {
      const facts = rowFacts(store, picture, { table, columns });
      held.current = holdOrder(held.current, alarmedFirst(facts), ticker.now());
      const next = orderedRows(held.current.subjects, facts, picture);
      setRows((shown) => (sameRows(shown, next) ? shown : next));
    };
    read();
    return ticker.subscribe(read);
  }, [store, picture, ticker, table, columns]);
  return rows;
}

/** Subjects of a table: those it names, or every queue that the server named. */
export function tableSubjects(table: BoardTable, picture: Picture): readonly string[] {
  if (table.subjects !== 'queues') return table.subjects;
  return [...picture.subjects.keys()].filter(
    (subject) => subject.startsWith('queue:') && !subject.includes('|'),
  );
}

interface ShownTable {
  readonly table: BoardTable;
  readonly columns: readonly KpiKey[];
}

function rowFacts(store: LiveStore, picture: Picture, { table, columns }: ShownTable): readonly RowFacts[] {
  return tableSubjects(table, picture).map((subject) => ({
    subject,
    name: picture.subjects.get(subject)?.name ?? subject,
    status: worstStatus(columns.map((kpi) => statusOf(store, subject, kpi))),
    quiet: table.columns.every((kpi) => !isAlarmed(statusOf(store, subject, kpi))),
    waiting: store.value(subject, 'waiting')?.value ?? null,
  }));
}

/** A figure that was never given says nothing about its row. */
function statusOf(store: LiveStore, subject: string, kpi: KpiKey): KpiStatus {
  return store.value(subject, kpi)?.status ?? 'normal';
}

export function isAlarmed(status: KpiStatus): boolean {
  return status === 'critical' || status === 'warning';
}

function orderedRows(
  subjects: readonly string[],
  facts: readonly RowFacts[],
  picture: Picture,
): readonly OrderedRow[] {
  const bySubject = new Map(facts.map((fact) => [fact.subject, fact]));
  return subjects.flatMap((subject) => {
    const fact = bySubject.get(subject);
    if (fact === undefined) return [];
    const info = picture.subjects.get(subject);
    const { name, status, quiet } = fact;
    return [{ subject, name, shortName: info?.shortName ?? name, status, quiet }];
  });
}

function sameRows(a: readonly OrderedRow[], b: readonly OrderedRow[]): boolean {
  return (
    a.length === b.length &&
    a.every((row, i) => {
      const other = b[i];
      return (
        other !== undefined &&
        row.subject === other.subject &&
        row.status === other.status &&
        row.quiet === other.quiet &&
        row.shortName === other.shortName
      );
    })
  );
}
