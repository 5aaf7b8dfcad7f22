/**
 * What an audience is told of the points of a trend. Each point is judged by what is known of its own moment: what the
 * figure did not show then, its trend does not show later. Pure.
 */
import type { Audience, Trend } from '../../../lib/contracts/board';
import { type TrendPoint, trendKey } from '../../../lib/contracts/push';
import { deciding } from './withheld';

export type TrendAddress = Pick<Trend, 'subject' | 'kpi' | 'every'>;

/** The trends whose points of the same moment decide; none where points are told as they are. */
export function decidingTrends(trend: TrendAddress, audience: Audience): readonly TrendAddress[] {
  // How many people there were in a half hour of today is not kept: see `toldPoint`.
  if (trend.every === 'halfHour') return [];
  return deciding(trend, audience).map(({ subject, kpi }) => ({ subject, kpi, every: trend.every }));
}

/** `valueAt`: of another trend (by its key) at the point's moment; `null`: not known. */
export function toldPoint(
  trend: TrendAddress,
  point: TrendPoint,
  audience: Audience,
  valueAt: (key: string) => number | null,
): TrendPoint {
  if (point.value === null || deciding(trend, audience).length === 0) return point;
  const value = told(trend, point.value, audience, valueAt);
  return value === point.value ? point : { ...point, value };
}

function told(
  trend: TrendAddress,
  value: number,
  audience: Audience,
  valueAt: (key: string) => number | null,
): number | null {
  const at = (kpi: Trend['kpi']) => valueAt(trendKey(trend.subject, kpi, trend.every));
  const delayMs = audience.loneWaiterDelaySeconds * 1_000;
  if (trend.kpi === 'waiting') {
    const waitedMs = at('longestWaitSince');
    return value === 1 && (waitedMs === null || waitedMs < delayMs) ? 0 : value;
  }
  if (trend.kpi === 'longestWaitSince') {
    const count = at('waiting');
    return value < delayMs && (count === null || count < 2) ? 0 : value;
  }
  return isSmallGroup(trend, audience, valueAt) ? null : value;
}

function isSmallGroup(
  trend: TrendAddress,
  audience: Audience,
  valueAt: (key: string) => number | null,
): boolean {
  const group = decidingTrends(trend, audience);
  let people = 0;
  for (const { subject, kpi, every } of group) {
    const count = valueAt(trendKey(subject, kpi, every));
    if (count === null) return true;
    people += count;
  }
  return group.length === 0 || people < audience.minimumGroup;
}
