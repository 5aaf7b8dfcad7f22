'use client';
/** A trend as a picture: half hours as bars, minutes as a line; no legend, no motion, the limit printed. */
import { useLocale, useTranslations } from 'use-intl';
import type { Trend } from '../../lib/contracts/board';
import { type KpiKey, kpiDefinition } from '../../lib/contracts/kpi';
import type { KpiUnit } from '../../lib/contracts/kpi-catalogue';
import { trendKey } from '../../lib/contracts/push';
import { formatClock, formatCount, formatDuration, formatGlancePercent, shorten } from '../../lib/format';
import { usePicture, useTrend, useValue } from '../live/use-live';
import { limitOf } from './figure';
import { shownText, stateClass } from './kpi-tile';
import { HiddenMark, StateMark } from './state-mark';
import { firstThatFits, textWidthEm } from './text-fit';
import { TrendPlot } from './trend-plot';
import { trendShape } from './trend-shape';
import { dataOf, useFigure } from './use-figure';

const TYPE_U = 0.8;
/** In em of the head's type: its padding and gaps, the state's shape, and how much larger the figure is. */
const FRAME_EM = 1.9;
const MARK_EM = 1.4;
const FIGURE_PART = 1.3;

export interface TrendChartProps {
  readonly trend: Trend;
  readonly widthU: number;
  readonly heightU: number;
  /** u in CSS pixels: a chart is drawn in pixels. */
  readonly unitPx: number;
}

export function TrendChart({ trend, widthU, heightU, unitPx }: TrendChartProps) {
  const t = useTranslations();
  const figure = useFigure(trend.subject, trend.kpi);
  const every = t(trend.every === 'minute' ? 'trend.perMinute' : 'trend.perHalfHour');
  const labels = useTrendLabels(trend);
  const [label = ''] = labels;
  const isAlarmed = figure.status === 'critical' || figure.status === 'warning';
  const takenEm =
    textWidthEm(`${shownText(figure)} ${figure.unit}`) * FIGURE_PART + (isAlarmed ? MARK_EM : 0);
  const shown = firstThatFits(labels, widthU / TYPE_U - FRAME_EM - takenEm, shorten);
  const roomy = widthU > 18;
  return (
    <section
      className={`panel trend ${stateClass(figure)}`}
      style={{ height: `calc(var(--u) * ${heightU})` }}
      {...dataOf(trend.subject, trend.kpi, figure)}
    >
      <h2 className="trend-head">
        <StateMark status={figure.status} />
        <span>{shown}</span>
        {roomy && <small>{every}</small>}
        <b>
          {figure.hidden ? <HiddenMark /> : shownText(figure)}
          {figure.unit !== '' && <small>{figure.unit}</small>}
        </b>
      </h2>
      <TrendPicture {...{ trend, widthU, unitPx, label, every }} isHidden={figure.hidden} />
    </section>
  );
}

/** From long to short. */
function useTrendLabels(trend: Trend): readonly string[] {
  const t = useTranslations();
  const subject = usePicture()?.subjects.get(trend.subject);
  if (trend.label !== undefined) return [trend.label];
  const labels = [t(`kpi.${trend.kpi}.label`), t(`kpi.${trend.kpi}.short`)];
  if (trend.subject === 'all' || subject === undefined) return labels;
  return labels.map((label) => t('tile.labelOf', { label, subject: subject.shortName }));
}

/** The target where the queues have one, else the limit. */
function useTrendMark(subject: string, kpi: KpiKey): number | null {
  const target = useValue(subject, 'serviceLevelTarget')?.value ?? null;
  const limits = usePicture()?.limits ?? [];
  if (kpi === 'serviceLevel' && target !== null) return target;
  const limit = limitOf(limits, subject, kpi);
  return limit?.critical ?? limit?.warning ?? null;
}

interface TrendPictureProps extends Pick<TrendChartProps, 'trend' | 'widthU' | 'unitPx'> {
  readonly label: string;
  readonly every: string;
  /** This screen does not get the figure. */
  readonly isHidden: boolean;
}

function TrendPicture({ trend, widthU, unitPx, label, every, isHidden }: TrendPictureProps) {
  const t = useTranslations('trend');
  const locale = useLocale();
  const points = useTrend(trendKey(trend.subject, trend.kpi, trend.every));
  const timeZone = usePicture()?.board.timeZone ?? 'UTC';
  const unit = kpiDefinition(trend.kpi)?.unit ?? 'count';
  const mark = useTrendMark(trend.subject, trend.kpi);
  const mostHours = Math.max(2, Math.floor((widthU - 3) / 3.6));
  const shape = trendShape({ points, unit, every: trend.every, timeZone, mark, mostHours });
  const write = (height: number) => writeLevel(height, unit, locale);
  const clock = (at: number) => formatClock(at, { locale, timeZone });
  if (shape.extremes === null) return <p className="trend-empty">{t(isHidden ? 'hidden' : 'empty')}</p>;
  const [from, to] = [clock(shape.domain[0]), clock(points[points.length - 1]?.at ?? 0)];
  const { low, high, last } = shape.extremes;
  const words = t('described', {
    label,
    every,
    from,
    to,
    low: write(low),
    high: write(high),
    last: write(last),
  });
  return (
    <div className="trend-plot" role="img" aria-label={words}>
      <TrendPlot
        shape={shape}
        every={trend.every}
        mark={mark}
        fontPx={unitPx * 0.8}
        write={write}
        clock={clock}
      />
    </div>
  );
}

function writeLevel(height: number, unit: KpiUnit, locale: string): string {
  if (unit === 'ms' || unit === 'epochMs') return formatDuration(height, 'nearest').text;
  if (unit === 'ratio') return `${formatGlancePercent(height, locale).text}\u00a0%`;
  return formatCount(Math.round(height), locale).text;
}
