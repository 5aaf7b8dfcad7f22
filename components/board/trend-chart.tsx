'use client';
/** A trend as a picture: half hours as bars, minutes as a line; no legend, no motion, the limit printed. */
import { memo } from 'react';
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts';
import { useLocale, useTranslations } from 'use-intl';
import type { Trend } from '../../lib/contracts/board';
import { type KpiKey, type KpiUnit, kpiDefinition } from '../../lib/contracts/kpi';
import { trendKey } from '../../lib/contracts/push';
import { formatClock, formatCount, formatDuration, formatGlancePercent } from '../../lib/format';
import { usePicture, useTrend, useValue } from '../live/use-live';
import { limitOf } from './figure';
import { shownText, stateClass } from './kpi-tile';
import { StateMark } from './state-mark';
import { textWidthEm } from './text-fit';
import { type TrendShape, trendShape } from './trend-shape';
import { dataOf, useFigure } from './use-figure';

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
  const label = useTrendLabel(trend);
  const roomy = widthU > 18;
  return (
    <section
      className={`panel trend ${stateClass(figure)}`}
      style={{ height: `calc(var(--u) * ${heightU})` }}
      {...dataOf(trend.subject, trend.kpi, figure)}
    >
      <h2 className="trend-head">
        <StateMark status={figure.status} />
        <span>{label}</span>
        {roomy && <small>{every}</small>}
        <b>
          {shownText(figure)}
          {figure.unit !== '' && <small>{figure.unit}</small>}
        </b>
      </h2>
      <TrendPlot trend={trend} widthU={widthU} unitPx={unitPx} label={label} every={every} />
    </section>
  );
}

function useTrendLabel(trend: Trend): string {
  const t = useTranslations();
  const subject = usePicture()?.subjects.get(trend.subject);
  const label = trend.label ?? t(`kpi.${trend.kpi}.label`);
  if (trend.label !== undefined || trend.subject === 'all' || subject === undefined) return label;
  return t('tile.labelOf', { label, subject: subject.shortName });
}

/** The target where the queues have one, else the limit. */
function useTrendMark(subject: string, kpi: KpiKey): number | null {
  const target = useValue(subject, 'serviceLevelTarget')?.value ?? null;
  const limits = usePicture()?.limits ?? [];
  if (kpi === 'serviceLevel' && target !== null) return target;
  const limit = limitOf(limits, subject, kpi);
  return limit?.critical ?? limit?.warning ?? null;
}

interface TrendPlotProps extends Pick<TrendChartProps, 'trend' | 'widthU' | 'unitPx'> {
  readonly label: string;
  readonly every: string;
}

function TrendPlot({ trend, widthU, unitPx, label, every }: TrendPlotProps) {
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
  if (shape.extremes === null) return <p className="trend-empty">{t('empty')}</p>;
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
      <Plot shape={shape} every={trend.every} mark={mark} fontPx={unitPx * 0.8} write={write} clock={clock} />
    </div>
  );
}

function writeLevel(height: number, unit: KpiUnit, locale: string): string {
  if (unit === 'ms' || unit === 'epochMs') return formatDuration(height, 'nearest').text;
  if (unit === 'ratio') return `${formatGlancePercent(height, locale).text} %`;
  return formatCount(Math.round(height), locale).text;
}

interface PlotProps {
  readonly shape: TrendShape;
  readonly every: 'minute' | 'halfHour';
  readonly mark: number | null;
  readonly fontPx: number;
  readonly write: (height: number) => string;
  readonly clock: (at: number) => string;
}

/** Compared by its content: the plot is dear, and the figure above it changes far more often. */
const Plot = memo(function Plot({ shape, every, mark, fontPx, write, clock }: PlotProps) {
  const tick = { fill: 'var(--soft)', fontSize: fontPx, fontWeight: 500 };
  const half = every === 'halfHour' ? 15 * 60_000 : 0;
  const running = shape.points.length - 1;
  const data = shape.points.map(({ at, height }, index) => ({
    at: at + half,
    height,
    done: index < running ? height : null,
    running: index === running ? height : null,
  }));
  const axisWidth =
    Math.max(...shape.levels.map((level) => textWidthEm(write(level)))) * fontPx + fontPx * 0.4;
  return (
    <ResponsiveContainer width="100%" height="100%" debounce={100}>
      <ComposedChart
        data={data}
        accessibilityLayer={false}
        margin={{ top: fontPx * 0.6, right: fontPx * 0.4, bottom: 0, left: 0 }}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" strokeWidth={Math.max(1, fontPx / 40)} />
        <XAxis
          dataKey="at"
          type="number"
          domain={[...shape.domain]}
          ticks={[...shape.hours]}
          tickFormatter={clock}
          tick={tick}
          height={fontPx * 1.5}
          axisLine={false}
          tickLine={false}
          tickMargin={fontPx * 0.22}
          interval="preserveStartEnd"
        />
        <YAxis
          domain={[0, shape.top]}
          ticks={[...shape.levels]}
          tickFormatter={write}
          tick={tick}
          width={axisWidth}
          axisLine={false}
          tickLine={false}
          interval={0}
        />
        {every === 'halfHour' ? (
          bars.map(({ key, fill }) => (
            <Bar
              key={key}
              dataKey={key}
              stackId="halfHours"
              fill={fill}
              isAnimationActive={false}
              barSize={barPx(shape, fontPx)}
              radius={fontPx * 0.08}
            />
          ))
        ) : (
          <Area
            dataKey="height"
            type="monotone"
            stroke="var(--trend)"
            strokeWidth={Math.max(2, fontPx * 0.09)}
            fill="var(--trend)"
            fillOpacity={0.14}
            isAnimationActive={false}
            connectNulls={false}
            dot={false}
          />
        )}
        {mark !== null && mark <= shape.top && (
          <ReferenceLine
            y={mark}
            stroke="var(--mark)"
            strokeWidth={Math.max(1.5, fontPx * 0.05)}
            strokeDasharray={`${fontPx * 0.3} ${fontPx * 0.22}`}
          />
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}, samePlot);

/** The half hour that still runs is the one that is alive. */
const bars = [
  { key: 'done', fill: 'var(--trend-past)' },
  { key: 'running', fill: 'var(--trend)' },
] as const;

/** About two thirds of a half hour's room on a plot some twenty characters broad. */
function barPx(shape: TrendShape, fontPx: number): number {
  const halfHours = (shape.domain[1] - shape.domain[0]) / (30 * 60_000);
  return Math.max(3, (fontPx * 14) / Math.max(4, halfHours));
}

function samePlot(a: PlotProps, b: PlotProps): boolean {
  return (
    a.fontPx === b.fontPx &&
    a.mark === b.mark &&
    a.every === b.every &&
    a.shape.top === b.shape.top &&
    a.shape.points.length === b.shape.points.length &&
    a.shape.points.every(
      (point, i) => point.at === b.shape.points[i]?.at && point.height === b.shape.points[i]?.height,
    )
  );
}
