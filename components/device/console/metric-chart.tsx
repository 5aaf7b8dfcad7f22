'use client';
/** One metric of the last two minutes: its figure, its limit, and the line. Those who do not see it are told the same. */
import { memo } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { useTranslations } from 'use-intl';
import { DASH } from '../../../lib/format';
import { figure } from './command-words';
import { extremesOf, type LinePoint, lineOf, type Scale, type Series, SPAN_MS, scaleOf } from './series';

export interface ChartedMetric {
  readonly key: 'signal_dbm' | 'latency_ms';
  readonly unit: string;
  /** As the server judges it (`server/devices/metrics`); printed at its line. */
  readonly limit: number;
  readonly isBad: 'above' | 'below';
  /** Shown at least. */
  readonly base: { readonly low: number; readonly high: number };
}

export const CHARTED: readonly ChartedMetric[] = [
  { key: 'signal_dbm', unit: 'dBm', limit: -85, isBad: 'below', base: { low: -95, high: -55 } },
  { key: 'latency_ms', unit: 'ms', limit: 300, isBad: 'above', base: { low: 0, high: 350 } },
];

export interface MetricChartProps {
  readonly metric: ChartedMetric;
  readonly series: Series;
  readonly value: number | null;
  /** The device is lost, or the server: what is shown is from before. */
  readonly isStale: boolean;
}

export function MetricChart({ metric, series, value, isStale }: MetricChartProps) {
  const t = useTranslations('diagnostics');
  const line = lineOf(series);
  const { key, unit, limit, isBad } = metric;
  const label = t(`metric.${key}`);
  const isBeyond = value !== null && (isBad === 'above' ? value > limit : value < limit);
  const extremes = extremesOf(line);
  const words =
    extremes === null
      ? t('chartEmpty', { label })
      : t('chart', {
          label,
          unit,
          low: figure(extremes.low),
          high: figure(extremes.high),
          last: figure(extremes.last),
        });
  return (
    <section className="panel metric" data-metric={key} data-beyond={isBeyond} data-stale={isStale}>
      <h2 className="metric-head">
        <span>{label}</span>
        <b>
          {value === null ? DASH : figure(value)} <small>{unit}</small>
        </b>
        <small className="metric-state">
          {isBeyond && !isStale && <BeyondMark />}
          {t(isStale ? 'metricStale' : isBeyond ? `beyond.${isBad}` : 'within', {
            limit: figure(limit),
            unit,
          })}
        </small>
      </h2>
      <div className="metric-plot" role="img" aria-label={words} data-points={line.length}>
        {line.length === 0 ? (
          <p className="note-inline">{t('noSamples')}</p>
        ) : (
          <Plot line={line} limit={limit} scale={scaleOf(line, metric.base)} />
        )}
      </div>
    </section>
  );
}

function BeyondMark() {
  return (
    <svg className="problem-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path fill="currentColor" d="M10 1.5 19 18H1z" />
    </svg>
  );
}

interface PlotProps {
  readonly line: readonly LinePoint[];
  readonly limit: number;
  readonly scale: Scale;
}

const TICK = { fill: 'var(--soft)', fontSize: 13, fontWeight: 500 };

/** Time runs from right to left: the newest at the edge. */
const Plot = memo(function Plot({ line, limit, scale }: PlotProps) {
  const t = useTranslations('diagnostics');
  const end = line.at(-1)?.at ?? 0;
  return (
    <ResponsiveContainer width="100%" height="100%" debounce={100}>
      <LineChart
        data={[...line]}
        accessibilityLayer={false}
        margin={{ top: 8, right: 10, bottom: 0, left: 0 }}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="number"
          domain={[end - SPAN_MS, end]}
          ticks={[end - SPAN_MS, end - SPAN_MS / 2, end]}
          tickFormatter={(at: number) =>
            at === end ? t('now') : t('before', { seconds: (end - at) / 1_000 })
          }
          tick={TICK}
          height={30}
          tickMargin={8}
          axisLine={false}
          tickLine={false}
          interval="preserveStartEnd"
          allowDataOverflow
        />
        <YAxis
          domain={[scale.bottom, scale.top]}
          ticks={[...scale.levels]}
          tickFormatter={figure}
          tick={TICK}
          width={46}
          axisLine={false}
          tickLine={false}
          interval="preserveStartEnd"
        />
        <ReferenceLine
          y={limit}
          stroke="var(--warn)"
          strokeWidth={2}
          strokeDasharray="6 4"
          ifOverflow="hidden"
        />
        <Line
          dataKey="value"
          type="linear"
          stroke="var(--trend)"
          strokeWidth={2.2}
          isAnimationActive={false}
          connectNulls={false}
          dot={line.length < 3}
        />
      </LineChart>
    </ResponsiveContainer>
  );
});
