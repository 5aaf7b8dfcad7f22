/** The figures of a queue from all that they follow from; pure. */
import { closedTotals, FIGURE, hasTraffic, noFigures, writeMediaFigures, writeQueueFigures } from './figures';
import { commonTarget } from './rollup';
import { at } from './row-layout';
import type { Standing } from './subject-view';

/** Of one media type; nothing known where the queue has not seen it. */
function figuresOfMedia(standing: Standing, index: number): number[] {
  const figures = noFigures();
  const { state } = standing;
  const row = state.media[index];
  if (row === undefined) return figures;
  writeMediaFigures(figures, state, { row, totals: closedTotals(row, state.dayStart) });
  figures[FIGURE.target] = targetOfMedia(standing, row.mediaType);
  return figures;
}

/** Of the queue over all its media types, and of each. */
export interface CountedFigures {
  readonly whole: readonly number[];
  /** In the order of `state.media`. */
  readonly media: readonly (readonly number[])[];
}

export function countedFigures(standing: Standing): CountedFigures {
  const media = standing.state.media.map((_, index) => figuresOfMedia(standing, index));
  const whole = noFigures();
  writeWhole(
    whole,
    standing,
    media.map((figures) => ({ figures })),
  );
  return { whole, media };
}

/** Whether the same figures follow from both; only their staleness may be another. */
export function isSameCount(a: Standing, b: Standing): boolean {
  return a.state === b.state && a.info === b.info && Object.is(a.drift, b.drift);
}

/** Writes the figures of a queue from those of its media types. */
export function writeWhole(
  out: number[],
  standing: Standing,
  media: readonly { readonly figures: readonly number[] }[],
): void {
  writeQueueFigures(out, standing.state, media);
  out[FIGURE.drift] = standing.drift;
  out[FIGURE.target] = targetOfQueue(standing, media);
}

export function targetOfMedia({ info }: Standing, mediaType: string): number {
  for (const level of info.serviceLevels) if (level.mediaType === mediaType) return level.percentage;
  return Number.NaN;
}

/** Of the media types with traffic, or of all where there is none: the one that they share. */
function targetOfQueue(
  { info }: Standing,
  media: readonly { readonly figures: readonly number[] }[],
): number {
  const busy = media.filter(({ figures }) => hasTraffic(figures));
  if (busy.length === 0) return commonTarget(info.serviceLevels.map((level) => level.percentage));
  const targets = busy.map(({ figures }) => at(figures, FIGURE.target));
  return commonTarget(targets.filter((target) => !Number.isNaN(target)));
}
