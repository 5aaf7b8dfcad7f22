'use client';
/** The queues of a floor screen: the alarmed first, as many rows and columns as fit, the rest in a sentence. */
import type { CSSProperties } from 'react';
import { useTranslations } from 'use-intl';
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import { useHearing, usePicture } from '../live/use-live';
import { QueueRow } from './queue-row';
import { fitColumns } from './table-fit';
import { MEASURE } from './tile-plan';
import { type OrderedRow, useRowOrder } from './use-row-order';
import type { TablePlan } from './view-parts';

/** The state's shape and the cell's padding, in em of the row's type. */
const NAME_FRAME_EM = 1.9;

export function QueueTable({ plan }: { plan: TablePlan }) {
  const t = useTranslations();
  const rows = useRowOrder(plan.table);
  const isHeard = useHearing().lostAt === null;
  const board = usePicture()?.board.name ?? '';
  const hidden = rows.length > plan.rows ? rows.length - (plan.rows - 1) : 0;
  const shown = rows.slice(0, rows.length - hidden);
  const lines = 1 + Math.max(shown.length + (hidden > 0 ? 1 : 0), Math.min(plan.rows, 4));
  const rowU = Math.min(plan.heightU / lines, MEASURE.row * 2.4);
  const typeU = Math.min(1.1, Math.max(0.8, rowU * 0.56));
  const fitted = fitColumns(useColumnWords(plan.table.columns), plan.widthU, typeU);
  const style = {
    '--row': rowU,
    '--type': typeU,
    height: `calc(var(--u) * ${plan.heightU})`,
  } as CSSProperties;
  const columns = fitted.columns.map((column) => column.key);
  return (
    <section className="panel queues" style={style}>
      <table>
        <caption className="unseen">{t('table.caption', { board })}</caption>
        <colgroup>
          <col style={{ width: `calc(var(--u) * ${fitted.nameWidthU})` }} />
          {fitted.columns.map(({ key, widthU }) => (
            <col key={key} style={{ width: `calc(var(--u) * ${widthU})` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('table.queue')}</th>
            {fitted.columns.map(({ key, head }) => (
              <th scope="col" key={key}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <QueueRow
              key={row.subject}
              {...row}
              // What was alarmed when the server went may not be now.
              status={isHeard ? row.status : 'unknown'}
              columns={columns}
              nameRoomEm={fitted.nameWidthU / typeU - NAME_FRAME_EM}
            />
          ))}
          <RestOfRows rows={rows} hidden={hidden} span={columns.length + 1} />
        </tbody>
      </table>
    </section>
  );
}

function RestOfRows({ rows, hidden, span }: { rows: readonly OrderedRow[]; hidden: number; span: number }) {
  const t = useTranslations('table');
  if (rows.length > 0 && hidden === 0) return null;
  const alarmed = rows.slice(rows.length - hidden).filter(isAlarmed).length;
  const text =
    rows.length === 0
      ? t('waitingForQueues')
      : alarmed > 0
        ? t('moreAlarmed', { count: hidden, alarmed })
        : t('quiet', { count: hidden });
  return (
    <tr className="row-rest">
      <td colSpan={span}>{text}</td>
    </tr>
  );
}

function isAlarmed(row: OrderedRow): boolean {
  return row.status === 'critical' || row.status === 'warning';
}

const BROADEST = { count: '1,234', ratio: '100 %', ms: '12:34', epochMs: '≥ 12:34' } as const;

/** Column heads and the broadest text that each must hold. */
export function useColumnWords(columns: readonly KpiKey[]) {
  const t = useTranslations('kpi');
  return columns.map((key) => ({
    key,
    head: t(`${key}.short`),
    broadest: BROADEST[kpiDefinition(key)?.unit ?? 'count'],
  }));
}
