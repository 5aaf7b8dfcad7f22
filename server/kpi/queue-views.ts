/** The views of a queue that somebody reads: made when first asked for, brought up when they are looked at. */
import { standingOf } from './accounting';
import { closedTotals, FIGURE, writeMediaFigures } from './figures';
import { isSameCount, targetOfMedia, writeWhole } from './queue-figures';
import type { MediaRow } from './queue-state';
import {
  createMediaView,
  createQueueView,
  type MediaView,
  type QueueEntry,
  type QueueViews,
  type RulesOf,
  type Standing,
  type SubjectView,
} from './subject-view';

export interface ViewContext {
  readonly rulesOf: RulesOf;
  isWanted(subject: SubjectView['key']): boolean;
}

/** The queue's views with the figures of now. */
export function bringUpViews(entry: QueueEntry, context: ViewContext): QueueViews {
  const views = entry.views ?? createViews(entry, context);
  entry.views = views;
  const standing = standingOf(entry);
  const { seen } = views;
  if (seen !== null && isSameStanding(seen, standing)) return views;
  const isRowEnough = seen !== null && isSameButRows(seen, standing);
  for (const [index, row] of standing.state.media.entries()) {
    const media = views.media[index] ?? addMedia(views, row, { entry, context });
    if (!isRowEnough || media.row !== row) bringUpMedia(media, row, standing);
  }
  writeWhole(
    views.view.figures,
    standing,
    views.media.map(({ view }) => view),
  );
  views.view.isStale = standing.isStale;
  views.seen = standing;
  return views;
}

function createViews(entry: QueueEntry, context: ViewContext): QueueViews {
  const view = createQueueView(entry, null, context.rulesOf);
  view.isWanted = context.isWanted(view.key);
  return { view, media: [], seen: null };
}

function addMedia(
  views: QueueViews,
  row: MediaRow,
  { entry, context }: { readonly entry: QueueEntry; readonly context: ViewContext },
): MediaView {
  const media = createMediaView(entry, row.mediaType, context.rulesOf);
  media.view.isWanted = context.isWanted(media.view.key);
  views.media.push(media);
  return media;
}

function bringUpMedia(media: MediaView, row: MediaRow, standing: Standing): void {
  const { state } = standing;
  if (media.row?.closed !== row.closed || media.row.straddle !== row.straddle) {
    media.totals = closedTotals(row, state.dayStart);
  }
  media.row = row;
  media.isChanged = true;
  media.view.isStale = standing.isStale;
  writeMediaFigures(media.view.figures, state, { row, totals: media.totals });
  media.view.figures[FIGURE.target] = targetOfMedia(standing, row.mediaType);
}

function isSameStanding(a: Standing, b: Standing): boolean {
  return isSameCount(a, b) && a.isStale === b.isStale;
}

/** Only rows, or users, can have changed. */
function isSameButRows(a: Standing, b: Standing): boolean {
  return (
    a.info === b.info &&
    a.isStale === b.isStale &&
    Object.is(a.drift, b.drift) &&
    a.state.complete === b.state.complete
  );
}
