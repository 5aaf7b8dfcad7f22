'use client';
/** One row of a queue table, and one of its cells; each cell draws again only when its own figure changes. */
import { memo } from 'react';
import { useTranslations } from 'use-intl';
import type { KpiKey } from '../../lib/contracts/kpi';
import { shorten } from '../../lib/format';
import { shownText, stateClass } from './kpi-tile';
import { StateMark, StateWord } from './state-mark';
import { firstThatFits } from './text-fit';
import { dataOf, useFigure } from './use-figure';
import type { OrderedRow } from './use-row-order';

export interface QueueRowProps extends OrderedRow {
  readonly columns: readonly KpiKey[];
  /** Room for the name, in em; `null` where it may take what it needs. */
  readonly nameRoomEm: number | null;
  /** Opens the definition of a cell's figure; on the floor nothing can be opened. */
  readonly onOpen?: (subject: string, kpi: KpiKey) => void;
}

export const QueueRow = memo(function QueueRow(props: QueueRowProps) {
  const { subject, name, shortName, status, columns, nameRoomEm, onOpen } = props;
  const shown = nameRoomEm === null ? name : firstThatFits([name, shortName], nameRoomEm, shorten);
  return (
    <tr className={`row-${status}`} data-subject={subject} data-status={status}>
      <th scope="row" title={name}>
        <span className="row-name">
          {(status === 'critical' || status === 'warning') && <StateMark status={status} />}
          <span>{shown}</span>
        </span>
        <StateWord status={status} stale={false} />
      </th>
      {columns.map((kpi) => (
        <QueueCell key={kpi} subject={subject} kpi={kpi} name={name} {...(onOpen ? { onOpen } : {})} />
      ))}
    </tr>
  );
});

interface QueueCellProps {
  readonly subject: string;
  readonly kpi: KpiKey;
  readonly name: string;
  readonly onOpen?: (subject: string, kpi: KpiKey) => void;
  /** `exact`: two decimals, the unit stands in the head of the column. */
  readonly style?: 'glance' | 'exact';
}

export const QueueCell = memo(function QueueCell(props: QueueCellProps) {
  const { subject, kpi, name, onOpen, style = 'glance' } = props;
  const t = useTranslations();
  const figure = useFigure(subject, kpi, style);
  const text = shownText(figure);
  const words = (
    <>
      <span className="cell-value" key={`${figure.raw}`}>
        {text}
        {figure.unit !== '' && style === 'glance' && <small> {figure.unit}</small>}
      </span>
      <StateWord status={figure.status} stale={figure.stale} />
    </>
  );
  const label = `${name}, ${t(`kpi.${kpi}.phrase`)}`;
  return (
    <td
      className={`cell ${stateClass(figure)} ${figure.raw === null ? 'is-nothing' : ''}`}
      {...dataOf(subject, kpi, figure)}
    >
      {onOpen === undefined ? (
        words
      ) : (
        <button
          type="button"
          aria-label={t('definition.open', { label, value: `${text} ${figure.unit}` })}
          onClick={() => onOpen(subject, kpi)}
        >
          {words}
        </button>
      )}
    </td>
  );
});
