'use client';
/** The queues of a floor screen: the alarmed first, as many rows and columns as fit, the rest in a sentence. */
import { type CSSProperties, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { BoardTable } from '../../lib/contracts/board';
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import { shorten } from '../../lib/format';
import { useHearing, usePicture } from '../live/use-live';
import { useMadeName } from '../ui/made-names';
import { QueueRow } from './queue-row';
import { fitTable } from './table-fit';
import { firstThatFits } from './text-fit';
import { MEASURE } from './tile-plan';
import { isAlarmed, type OrderedRow, tableSubjects, useRowOrder } from './use-row-order';
import type { TablePlan } from './view-parts';

/** The state's shape and the cell's padding, in em of the row's type. */
const NAME_FRAME_EM = 1.9;

export function QueueTable({ plan }: { plan: TablePlan }) {
  const t = useTranslations();
  const isHeard = useHearing().lostAt === null;
  const board = useMadeName()(usePicture()?.board.name ?? '');
  const count = useRowCount(plan.table);
  const { lines, hidden: isCut } = linesOf(plan, count);
  const rowU = Math.min(plan.heightU / lines, MEASURE.row * 2.4);
  const mostU = Math.min(1.1, Math.max(0.8, rowU * 0.56));
  const fitted = fitTable(useColumnWords(plan.table.columns), plan.widthU, mostU);
  const { typeU } = fitted;
  const keys = fitted.columns.map((column) => column.key).join(' ');
  // The same array as long as the same columns are shown: the rows' order depends on it.
  const columns = useMemo(
    () => plan.table.columns.filter((key) => keys.split(' ').includes(key)),
    [keys, plan],
  );
  const rows = useRowOrder(plan.table, columns);
  const hidden = isCut ? rows.length - Math.min(rows.length, plan.rows - 1) : 0;
  const shown = rows.slice(0, rows.length - hidden);
  const style = {
    '--row': rowU,
    '--type': typeU,
    height: `calc(var(--u) * ${plan.heightU})`,
  } as CSSProperties;
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
          <RestOfRows
            rows={rows}
            hidden={hidden}
            span={columns.length + 1}
            roomEm={plan.widthU / typeU - 1}
          />
        </tbody>
      </table>
    </section>
  );
}

/** How many lines share the table's height, its head among them, and whether some queues are left out. */
function linesOf(plan: TablePlan, count: number): { lines: number; hidden: boolean } {
  const hidden = count > plan.rows;
  return { lines: 1 + (hidden ? plan.rows : Math.max(count, Math.min(plan.rows, 4))), hidden };
}

function useRowCount(table: BoardTable): number {
  const picture = usePicture();
  return picture === null ? 0 : tableSubjects(table, picture).length;
}

interface RestProps {
  readonly rows: readonly OrderedRow[];
  readonly hidden: number;
  readonly span: number;
  readonly roomEm: number;
}

/** The queues that have no row, in a sentence; nothing where all have one. */
function RestOfRows({ rows, hidden, span, roomEm }: RestProps) {
  const t = useTranslations('table');
  if (rows.length > 0 && hidden === 0) return null;
  const rest = rows.slice(rows.length - hidden);
  const alarmed = rest.filter((row) => isAlarmed(row.status)).length;
  const isQuiet = rest.every((row) => row.quiet);
  const texts =
    rows.length === 0
      ? [t('waitingForQueues')]
      : alarmed > 0
        ? [t('moreAlarmed', { count: hidden, alarmed }), t('moreAlarmedShort', { count: hidden, alarmed })]
        : [t(isQuiet ? 'quiet' : 'more', { count: hidden })];
  return (
    <tr className="row-rest">
      <td colSpan={span}>{firstThatFits(texts, roomEm, shorten)}</td>
    </tr>
  );
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
