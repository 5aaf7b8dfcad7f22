'use client';
/** A board's queue table whole: every column, every row, the alarmed first; each figure opens its definition. */
import { useCallback, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BoardTable } from '../../lib/contracts/board';
import type { KpiKey } from '../../lib/contracts/kpi';
import { QueueRow } from '../board/queue-row';
import { useColumnWords } from '../board/queue-table';
import { useRowOrder } from '../board/use-row-order';
import { useHearing, usePicture } from '../live/use-live';
import { useMadeName } from '../ui/made-names';
import type { FigureAddress } from './definition-dialog';

/** More rows than this come on demand: a browser draws them at once. */
const ROWS_AT_ONCE = 200;

export interface FullTableProps {
  readonly table: BoardTable;
  readonly onOpen: (figure: FigureAddress) => void;
}

export function FullTable({ table, onOpen }: FullTableProps) {
  const t = useTranslations();
  const rows = useRowOrder(table, table.columns);
  const columns = useColumnWords(table.columns);
  const board = useMadeName()(usePicture()?.board.name ?? '');
  const isHeard = useHearing().lostAt === null;
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const open = useCallback((subject: string, kpi: KpiKey) => onOpen({ subject, kpi }), [onOpen]);
  return (
    <section className="panel full">
      <table>
        <caption className="unseen">{t('table.caption', { board })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('table.queue')}</th>
            {columns.map(({ key, head }) => (
              <th scope="col" key={key}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map((row) => (
            <QueueRow
              key={row.subject}
              {...row}
              status={isHeard ? row.status : 'unknown'}
              columns={table.columns}
              nameRoomEm={null}
              onOpen={open}
            />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="full-note">{t('table.waitingForQueues')}</p>}
      {rows.length > most && (
        <button type="button" className="full-more" onClick={() => setMost(most + ROWS_AT_ONCE)}>
          {t('queues.more', { count: Math.min(ROWS_AT_ONCE, rows.length - most) })}
        </button>
      )}
    </section>
  );
}
