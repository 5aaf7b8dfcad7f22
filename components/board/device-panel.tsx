'use client';
/** Devices as counts by site: how many there are, how many are offline, how many alerts are active; the troubled first. */
import type { CSSProperties } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { SiteCounts } from '../../lib/contracts/site-counts';
import { formatClock, formatCount, shorten } from '../../lib/format';
import { useAlertStanding } from '../alerts/use-shown-alerts';
import { useHeardSites } from '../live/use-live';
import { useZone } from '../live/use-zone';
import type { PanelPlan } from './panel-plan';
import { alertsAt, siteRows, siteStatus } from './site-rows';
import { StateMark, StateWord } from './state-mark';
import { type FittedColumns, fitColumns } from './table-fit';
import { firstThatFits } from './text-fit';
import { sizeOf } from './text-panel';
import { MEASURE } from './tile-plan';

const TYPE_U = 0.8;
const MOST_ROWS = 8;
/** The state's shape and the cell's padding, in em of the row's type. */
const NAME_FRAME_EM = 1.9;
/** As they stand; and the most telling first, as the last go where room is short. */
const COLUMNS = ['devices', 'offline', 'alerts'] as const;
const TELLING = ['alerts', 'offline', 'devices'] as const;
type Column = (typeof COLUMNS)[number];

export function DevicePanelView({ plan }: { plan: PanelPlan & { kind: 'devices' } }) {
  const t = useTranslations('floor');
  const heard = useHeardSites();
  const asOf = useStaleSince();
  const words = TELLING.map((key) => ({
    key,
    head: t(key === 'alerts' ? 'alertsAt' : key),
    broadest: '12,345',
  }));
  const fitted = inOrder(fitColumns(words, plan.widthU, TYPE_U));
  const lines = Math.min(MOST_ROWS, Math.floor(plan.heightU / MEASURE.row) - 1);
  const shown = heard === null ? null : siteRows(heard.frame, plan.panel.sites, lines);
  const isEmpty = shown === null || shown.rows.length === 0;
  const used = 1 + (isEmpty ? 1 : shown.rows.length + Number(shown.more > 0));
  const style = {
    ...{ '--row': Math.min(plan.heightU / Math.max(used, 4), MEASURE.row * 1.6), '--type': TYPE_U },
    ...sizeOf(plan),
  };
  return (
    <section
      className={`panel queues board-panel-table ${asOf === null ? '' : 'is-stale'}`}
      data-panel="devices"
      data-stale={asOf !== null}
      style={style as CSSProperties}
    >
      <table>
        <caption className="unseen">{t('devicesCaption')}</caption>
        <colgroup>
          <col style={{ width: `calc(var(--u) * ${fitted.nameWidthU})` }} />
          {fitted.columns.map(({ key, widthU }) => (
            <col key={key} style={{ width: `calc(var(--u) * ${widthU})` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{asOf ?? t('site')}</th>
            {fitted.columns.map(({ key, head }) => (
              <th scope="col" key={key}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {!isEmpty &&
            shown.rows.map((counts) => (
              <SiteRow key={counts.site ?? ''} counts={counts} fitted={fitted} isStale={asOf !== null} />
            ))}
          <RestRow {...{ shown, span: fitted.columns.length + 1, roomEm: plan.widthU / TYPE_U - 1 }} />
        </tbody>
      </table>
    </section>
  );
}

function inOrder({ columns, nameWidthU }: FittedColumns<Column>): FittedColumns<Column> {
  const ordered = COLUMNS.flatMap((key) => columns.filter((column) => column.key === key));
  return { columns: ordered, nameWidthU };
}

interface SiteRowProps {
  readonly counts: SiteCounts;
  readonly fitted: FittedColumns<Column>;
  readonly isStale: boolean;
}

function SiteRow({ counts, fitted, isStale }: SiteRowProps) {
  const t = useTranslations('floor');
  const locale = useLocale();
  const status = isStale ? 'normal' : siteStatus(counts);
  const name = counts.site ?? t('noSite');
  const room = fitted.nameWidthU / TYPE_U - NAME_FRAME_EM;
  const numbers = { devices: counts.devices, offline: counts.offline, alerts: alertsAt(counts) };
  return (
    <tr className={status === 'normal' ? undefined : `row-${status}`} data-site={counts.site ?? ''}>
      <th scope="row" title={name}>
        <span className="row-name">
          <StateMark status={status} />
          <span>{firstThatFits([name], room, shorten)}</span>
          <StateWord status={status} stale={isStale} />
        </span>
      </th>
      {fitted.columns.map(({ key }) => (
        <td
          key={key}
          className={cellClass(numbers[key], { isStale, status: key === 'alerts' ? status : 'normal' })}
          data-count={key}
        >
          {formatCount(numbers[key], locale).text}
        </td>
      ))}
    </tr>
  );
}

function cellClass(count: number, { isStale, status }: { isStale: boolean; status: string }): string {
  if (isStale) return 'cell is-stale';
  if (count === 0) return 'cell is-nothing';
  return status === 'normal' ? 'cell' : `cell is-${status}`;
}

interface RestRowProps {
  readonly shown: ReturnType<typeof siteRows> | null;
  readonly span: number;
  readonly roomEm: number;
}

/** The sites that have no row, or why there is none. */
function RestRow({ shown, span, roomEm }: RestRowProps) {
  const t = useTranslations('floor');
  const { kind } = useAlertStanding();
  const isEmpty = shown === null || shown.rows.length === 0;
  if (!isEmpty && shown.more === 0) return null;
  const texts = isEmpty
    ? [t(kind === 'off' ? 'noDevices' : shown === null ? 'asking' : 'noSites')]
    : shown.moreTroubled > 0
      ? [t('moreSitesTroubled', { count: shown.more, troubled: shown.moreTroubled })]
      : [t('moreSites', { count: shown.more })];
  return (
    <tr className="row-rest">
      <td colSpan={span}>{firstThatFits(texts, roomEm, shorten)}</td>
    </tr>
  );
}

/** Since when nothing newer is known of devices, in words; `null`: what is shown is so now. */
function useStaleSince(): string | null {
  const t = useTranslations('tile');
  const zone = useZone();
  const standing = useAlertStanding();
  const rightUntil = useHeardSites()?.rightUntil ?? null;
  if (standing.kind !== 'stale' && rightUntil === null) return null;
  const known = [rightUntil, standing.kind === 'stale' ? standing.asOf : null].filter((at) => at !== null);
  return t('asOf', {
    time: formatClock(known.length === 0 ? null : Math.min(...known), zone),
  });
}
