'use client';
/** The drawing of a trend from finished points, in pixels. No legend, no motion; hidden from those who do not see it. */
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
import { textWidthEm } from './text-fit';
import type { TrendShape } from './trend-shape';

export interface TrendPlotProps {
  readonly shape: TrendShape;
  readonly every: 'minute' | 'halfHour';
  readonly mark: number | null;
  readonly fontPx: number;
  readonly write: (height: number) => string;
  readonly clock: (at: number) => string;
}

/** Compared by its content: the plot is dear, and the figure above it changes far more often. */
export const TrendPlot = memo(function TrendPlot({
  shape,
  every,
  mark,
  fontPx,
  write,
  clock,
}: TrendPlotProps) {
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
    Math.max(...shape.levels.map((level) => textWidthEm(write(level)))) * fontPx + fontPx * 0.6;
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
            // A single minute has no line yet.
            dot={data.length < 2}
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

function samePlot(a: TrendPlotProps, b: TrendPlotProps): boolean {
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
