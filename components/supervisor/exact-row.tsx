'use client';
/** One queue's exact figures, and under it, when opened, those of each of its media types. */
import { memo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { type KpisResponse, kpisResponseSchema } from '../../lib/contracts/api';
import type { KpiKey, KpiValue } from '../../lib/contracts/kpi';
import { parseSubject, subjectKey } from '../../lib/ids';
import { presentFigure } from '../board/figure';
import { shownText, stateClass } from '../board/kpi-tile';
import { QueueCell } from '../board/queue-row';
import { dataOf } from '../board/use-figure';
import { useOtherZone } from '../board/use-other-zone';
import { useHearing, useSecond } from '../live/use-live';
import { usePolled } from '../ui/use-polled';

const ASK_MS = 5_000;

export interface ExactRowProps {
  readonly subject: string;
  readonly name: string;
  readonly columns: readonly KpiKey[];
}

export const ExactRow = memo(function ExactRow({ subject, name, columns }: ExactRowProps) {
  const t = useTranslations('queues');
  const tile = useTranslations('tile');
  const zone = useOtherZone(subject);
  const [isOpen, setOpen] = useState(false);
  return (
    <tbody>
      <tr data-subject={subject}>
        <th scope="row">
          <span className="exact-name">
            <button
              type="button"
              className="exact-open"
              aria-expanded={isOpen}
              aria-label={t('expand', { queue: name })}
              onClick={() => setOpen(!isOpen)}
            />
            {zone === null ? name : tile('inZone', { label: name, zone })}
          </span>
        </th>
        {columns.map((kpi) => (
          <QueueCell key={kpi} subject={subject} kpi={kpi} name={name} style="exact" />
        ))}
      </tr>
      {isOpen && <MediaRows subject={subject} columns={columns} />}
    </tbody>
  );
});

function MediaRows({ subject, columns }: Pick<ExactRowProps, 'subject' | 'columns'>) {
  const t = useTranslations('queues');
  const id = parseSubject(subject)?.id ?? '';
  const { answer, failure } = usePolled(
    `/api/v1/kpis?queueId=${encodeURIComponent(id)}`,
    kpisResponseSchema,
    ASK_MS,
  );
  const rows = answer?.queues.filter((row) => row.mediaType !== null) ?? [];
  const note = failure !== null ? t('mediaFailed') : answer === null ? t('mediaLoading') : t('mediaNone');
  return (
    <>
      {rows.map((row) => (
        <MediaRow key={row.mediaType} row={row} columns={columns} />
      ))}
      {(rows.length === 0 || failure !== null) && (
        <tr className="exact-media">
          <td colSpan={columns.length + 1}>{note}</td>
        </tr>
      )}
    </>
  );
}

interface MediaRowProps {
  readonly row: KpisResponse['queues'][number];
  readonly columns: readonly KpiKey[];
}

function MediaRow({ row, columns }: MediaRowProps) {
  return (
    <tr className="exact-media">
      <th scope="row">{row.mediaType}</th>
      {columns.map((kpi) => (
        <MediaCell
          key={kpi}
          subject={subjectKey('queue', row.queueId, row.mediaType)}
          kpi={kpi}
          value={row.values[kpi]}
        />
      ))}
    </tr>
  );
}

interface MediaCellProps {
  readonly subject: string;
  readonly kpi: KpiKey;
  /** Absent: no such figure by media type. */
  readonly value: KpiValue | undefined;
}

function MediaCell({ subject, kpi, value }: MediaCellProps) {
  const locale = useLocale();
  const hearing = useHearing();
  const now = useSecond(kpi === 'longestWaitSince');
  if (value === undefined) return <td className="cell is-nothing" />;
  const figure = presentFigure({
    kpi,
    value,
    limit: null,
    target: null,
    hearing,
    now,
    locale,
    style: 'exact',
  });
  return (
    <td className={`cell ${stateClass(figure)}`} {...dataOf(subject, kpi, figure)}>
      {shownText(figure)}
    </td>
  );
}
