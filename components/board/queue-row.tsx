'use client';
/** One row of a queue table, and one of its cells; each cell draws again only when its own figure changes. */
import { memo } from 'react';
import { useTranslations } from 'use-intl';
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import { shorten } from '../../lib/format';
import { shownText, stateClass } from './kpi-tile';
import { HiddenMark, StateMark, StateWord } from './state-mark';
import { firstThatFits } from './text-fit';
import { dataOf, useFigure } from './use-figure';
import { useOtherZone } from './use-other-zone';
import type { OrderedRow } from './use-row-order';

export interface QueueRowProps extends OrderedRow {
  readonly columns: readonly KpiKey[];
  /** Room for the name, in em; `null` where it may take what it needs. */
  readonly nameRoomEm: number | null;
  /** Opens the definition of a cell's figure; on the floor nothing can be opened. */
  readonly onOpen?: (subject: string, kpi: KpiKey) => void;
}

export const QueueRow = memo(function QueueRow(props: QueueRowProps) {
  const { subject, name, status, columns, nameRoomEm, onOpen } = props;
  const names = useNames(props);
  const shown = nameRoomEm === null ? names[0] : firstThatFits(names, nameRoomEm, shorten);
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

/** From long to short; beside figures of a day that begins elsewhere with the zone, where it has room. */
function useNames({ subject, name, shortName, columns }: QueueRowProps): readonly string[] {
  const t = useTranslations('tile');
  const zone = useOtherZone(subject);
  const isOfToday = columns.some((kpi) => kpiDefinition(kpi)?.window === 'today');
  if (zone === null || !isOfToday) return [name, shortName];
  const zoned = [name, shortName].map((label) => t('inZone', { label, zone }));
  return [...zoned, shortName];
}

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
        {figure.hidden ? <HiddenMark /> : text}
        {figure.unit !== '' && style === 'glance' && <small> {figure.unit}</small>}
      </span>
      <StateWord status={figure.status} stale={figure.stale} hidden={figure.hidden} />
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
