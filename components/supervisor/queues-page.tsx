'use client';
/** Every queue with exact figures: two decimals, seconds, all of today; by media type on demand. */
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BoardTable } from '../../lib/contracts/board';
import type { KpiKey } from '../../lib/contracts/kpi';
import { tableSubjects } from '../board/use-row-order';
import type { Picture } from '../live/picture';
import { LiveProvider, usePicture } from '../live/use-live';
import { Desk } from './desk';
import { ExactRow } from './exact-row';

export const QUEUES_BOARD_ID = 'queues';
const ROWS_AT_ONCE = 200;
/** In this order, those of them that the board has. */
const COLUMNS: readonly KpiKey[] = [
  'offered',
  'answered',
  'abandoned',
  'abandonRate',
  'serviceLevel',
  'asaMs',
  'ahtMs',
  'avgWaitMs',
  'maxWaitMs',
  'waiting',
  'interacting',
  'longestWaitSince',
  'agentsAvailable',
  'agentsOnQueue',
];

export function QueuesPage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('queues');
  return (
    <LiveProvider boardId={QUEUES_BOARD_ID} theme={theme} figureGapMs={0}>
      <Desk place={{ kind: 'queues' }} theme={theme}>
        <h1 className="desk-title">{t('title')}</h1>
        <ExactTable />
      </Desk>
    </LiveProvider>
  );
}

function ExactTable() {
  const t = useTranslations();
  const picture = usePicture();
  const [filter, setFilter] = useState('');
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const wanted = useDeferredValue(filter);
  const queues = useMemo(() => queuesOf(picture), [picture]);
  const matching = useMemo(() => queues.filter((queue) => matches(queue.name, wanted)), [queues, wanted]);
  const columns = columnsOf(picture);
  return (
    <>
      <p className="exact-tools">
        <label>
          {t('queues.filter')}{' '}
          <input type="search" value={filter} onChange={(event) => setFilter(event.target.value)} />
        </label>
        <span>{t('queues.shown', { shown: matching.length, total: queues.length })}</span>
      </p>
      <section className="panel full exact">
        <table>
          <caption className="unseen">{t('queues.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('queues.queue')}</th>
              {columns.map((kpi) => (
                <th scope="col" key={kpi}>
                  {t(`column.${kpi}`)}
                </th>
              ))}
            </tr>
          </thead>
          {matching.slice(0, most).map((queue) => (
            <ExactRow key={queue.subject} {...queue} columns={columns} />
          ))}
        </table>
        {queues.length === 0 && <p className="full-note">{t('table.waitingForQueues')}</p>}
        {matching.length > most && (
          <button type="button" className="full-more" onClick={() => setMost(most + ROWS_AT_ONCE)}>
            {t('queues.more', { count: Math.min(ROWS_AT_ONCE, matching.length - most) })}
          </button>
        )}
      </section>
    </>
  );
}

interface NamedQueue {
  readonly subject: string;
  readonly name: string;
}

function tableOf(picture: Picture | null): BoardTable | null {
  return picture?.board.pages.find((page) => page.table !== null)?.table ?? null;
}

function columnsOf(picture: Picture | null): readonly KpiKey[] {
  const table = tableOf(picture);
  return table === null ? COLUMNS : COLUMNS.filter((kpi) => table.columns.includes(kpi));
}

function queuesOf(picture: Picture | null): readonly NamedQueue[] {
  const table = tableOf(picture);
  if (picture === null || table === null) return [];
  return tableSubjects(table, picture)
    .map((subject) => ({ subject, name: picture.subjects.get(subject)?.name ?? subject }))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

function matches(name: string, wanted: string): boolean {
  return name.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase());
}
