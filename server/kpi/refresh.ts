/**
 * Brings a queue's figures, and by difference those of its roll-ups, up to its state. Only what changed costs: a
 * media type whose row kept its identity is not looked at.
 */

import {
  closedTotals,
  FIGURE,
  hasFigures,
  hasTraffic,
  noFigures,
  writeMediaFigures,
  writeQueueFigures,
} from './figures';
import { isStale } from './freshness';
import { moveHalfHours } from './half-hours';
import type { MediaRow } from './queue-state';
import { commonTarget, createDifference, differ, moveMember } from './rollup';
import { nodeOf } from './rollup-book';
import { at, EMPTY_INTERVAL } from './row-layout';
import {
  createMediaView,
  type MediaView,
  type QueueEntry,
  type RollupNode,
  type RulesOf,
  raiseAge,
  type SubjectView,
} from './subject-view';

export interface RefreshContext {
  readonly rulesOf: RulesOf;
  /** Called for every view whose figures or staleness may have changed. */
  touchView(view: SubjectView): void;
  touchNode(node: RollupNode): void;
  /** A media type was seen for the first time. */
  viewAdded(view: MediaView): void;
  nodeAdded(node: RollupNode): void;
}

export interface Refresher {
  refresh(entry: QueueEntry, context: RefreshContext): void;
}

export function createRefresher(): Refresher {
  let scratch = noFigures();
  const difference = createDifference();

  /** Takes the figures in `scratch` for the view's, and moves its roll-ups by the difference. */
  function settle(
    entry: QueueEntry,
    view: SubjectView & { isCountedStale: boolean },
    context: RefreshContext,
  ): void {
    const before = view.figures;
    const after = scratch;
    differ(difference, before, after);
    view.isStale = isStale(entry.freshness);
    const isCounted = view.isStale && hasFigures(after);
    const staleBy = Number(isCounted) - Number(view.isCountedStale);
    view.isCountedStale = isCounted;
    for (const { base, member } of entry.memberships) {
      const node = nodeFor(base, view.mediaType, context);
      if (node === null) continue;
      moveMember(node.rollup, { member, before, after, difference });
      node.staleMembers += staleBy;
      raiseNodeAges(node, entry);
      context.touchNode(node);
    }
    view.figures = after;
    scratch = before;
    context.touchView(view);
  }

  function refreshMedia(entry: QueueEntry, index: number, context: RefreshContext): void {
    const { state } = entry;
    const row = state.media[index];
    if (row === undefined) return;
    const view = viewFor(entry, index, row, context);
    const previous = { row: view.row, dayStart: view.dayStart };
    const isDaySame = view.dayStart === state.dayStart;
    if (view.row?.closed !== row.closed || view.row.straddle !== row.straddle || !isDaySame) {
      view.totals = closedTotals(row, state.dayStart);
    }
    writeMediaFigures(scratch, state, { row, totals: view.totals });
    for (let f = FIGURE.idle; f <= FIGURE.drift; f++) scratch[f] = Number.NaN;
    scratch[FIGURE.target] = targetOfMedia(entry, row.mediaType);
    view.row = row;
    view.dayStart = state.dayStart;
    settle(entry, view, context);
    for (const { base } of entry.memberships)
      moveHalfHours(base, row.mediaType, { previous, row, dayStart: state.dayStart });
  }

  return {
    refresh(entry, context) {
      const isOnlyRows = isSettled(entry);
      const { media } = entry.state;
      for (let index = 0; index < media.length; index++) {
        if (!isOnlyRows || entry.media[index]?.row !== media[index]) refreshMedia(entry, index, context);
      }
      entry.settled = { info: entry.info, complete: entry.state.complete, isStale: isStale(entry.freshness) };
      writeQueueFigures(scratch, entry.state, entry.media);
      scratch[FIGURE.drift] = driftOf(entry);
      scratch[FIGURE.target] = targetOfQueue(entry);
      settle(entry, entry.view, context);
    },
  };
}

/** Whether nothing but rows can have changed since the last time. */
function isSettled(entry: QueueEntry): boolean {
  const { settled } = entry;
  return (
    settled !== null &&
    settled.info === entry.info &&
    settled.complete === entry.state.complete &&
    settled.isStale === isStale(entry.freshness)
  );
}

function viewFor(entry: QueueEntry, index: number, row: MediaRow, context: RefreshContext): MediaView {
  const held = entry.media[index];
  if (held !== undefined) return held;
  const view = createMediaView(entry, row.mediaType, context.rulesOf);
  view.totals = EMPTY_INTERVAL;
  entry.media.push(view);
  context.viewAdded(view);
  return view;
}

function nodeFor(
  base: QueueEntry['memberships'][number]['base'],
  mediaType: string | null,
  context: RefreshContext,
): RollupNode | null {
  const media = base.media.size;
  const node = nodeOf(base, mediaType, context.rulesOf);
  if (node !== null && base.media.size !== media) context.nodeAdded(node);
  return node;
}

function raiseNodeAges(node: RollupNode, entry: QueueEntry): void {
  const { ages } = entry;
  for (const group of [0, 1, 2, 3] as const) {
    const stamp = ages.at[group];
    const origin = ages.origin[group];
    if (stamp !== undefined && origin !== undefined) raiseAge(node.ages, group, { at: stamp, origin });
  }
}

function targetOfMedia(entry: QueueEntry, mediaType: string): number {
  const level = entry.info.serviceLevels.find((candidate) => candidate.mediaType === mediaType);
  return level === undefined ? Number.NaN : level.percentage;
}

/** Of the media types with traffic, or of all where there is none: the one that they share. */
function targetOfQueue(entry: QueueEntry): number {
  const busy = entry.media.filter((view) => hasTraffic(view.figures));
  if (busy.length === 0) return commonTarget(entry.info.serviceLevels.map((level) => level.percentage));
  return commonTarget(
    busy.map((view) => at(view.figures, FIGURE.target)).filter((target) => !Number.isNaN(target)),
  );
}

/** Drifted figures of the last comparison of each kind; NaN before the first. */
function driftOf(entry: QueueEntry): number {
  const { gauges, intervals } = entry.drift;
  if (gauges === null && intervals === null) return Number.NaN;
  return (gauges?.length ?? 0) + (intervals?.length ?? 0);
}
