/** Closed windows put together: one of each metric over all of their time, as if it had been one from the start. Pure. */
import { METRICS, type MetricWindow } from '../../../lib/contracts/diagnostics';

/** In the order of the metrics; one that has no window is left out. */
export function mergedWindows(windows: readonly MetricWindow[]): MetricWindow[] {
  return METRICS.flatMap(({ key }) => {
    const [first, ...more] = windows.filter(({ metric }) => metric === key);
    return first === undefined ? [] : [more.reduce(joined, first)];
  });
}

function joined(one: MetricWindow, other: MetricWindow): MetricWindow {
  const count = one.count + other.count;
  const [min, max] = [Math.min(one.min, other.min), Math.max(one.max, other.max)];
  const mean = (one.avg * one.count + other.avg * other.count) / count;
  return {
    metric: one.metric,
    ...{ from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) },
    ...{ min, max, avg: Math.min(max, Math.max(min, mean)), count },
  };
}
