/**
 * Brings a queue's figures, and by difference those of its roll-ups, up to its state. The hot path: one media type
 * changed, nothing became known or unknown; then what it gained is added to the queue and to each roll-up, and
 * nothing is summed up again. Everything else takes the longer way, with the same outcome.
 */
import {
  closedTotals,
  FIGURE,
  hasFigures,
  hasTraffic,
  noFigures,
  writeExtremes,
  writeMediaFigures,
  writeQueueFigures,
} from './figures';
import { isStale } from './freshness';
import { moveHalfHours } from './half-hours';
import type { MediaRow } from './queue-state';
import { addDifference, commonTarget, createDifference, differ, moveMember, setExtremes } from './rollup';
import { nodeOf } from './rollup-book';
import { at } from './row-layout';
import {
  createMediaView,
  type MediaView,
  type Membership,
  type QueueEntry,
  type QueueView,
  type RollupNode,
  type RulesOf,
  type SubjectView,
} from './subject-view';

export interface RefreshContext {
  readonly rulesOf: RulesOf;
  /** Called for every view whose figures or staleness may have changed. */
  touchView(view: SubjectView): void;
  touchNode(node: RollupNode): void;
  /** A media type was seen for the first time, in a queue or in a roll-up. */
  viewAdded(view: SubjectView): void;
}

export interface Refresher {
  refresh(entry: QueueEntry, context: RefreshContext): void;
}

export function createRefresher(): Refresher {
  let scratch = noFigures();
  const difference = createDifference();

  /** Makes the figures in `scratch` the view's; what was there before is in `scratch` then. */
  function swap(view: SubjectView): void {
    const before = view.figures;
    view.figures = scratch;
    scratch = before;
  }

  /** Takes the figures in `scratch` for the view's, and moves its roll-ups by the difference. */
  function settle(entry: QueueEntry, view: MediaView | QueueView, context: RefreshContext): void {
    const isCounted = isStale(entry.freshness) && hasFigures(scratch);
    const staleBy = Number(isCounted) - Number(view.isCountedStale);
    view.isStale = isStale(entry.freshness);
    view.isCountedStale = isCounted;
    for (let i = 0; i < entry.memberships.length; i++) {
      const node = view.nodes[i];
      const membership = entry.memberships[i];
      if (!node || membership === undefined) continue;
      moveMember(node.rollup, {
        member: membership.member,
        before: view.figures,
        after: scratch,
        difference,
      });
      node.staleMembers += staleBy;
      raiseNodeAges(node, entry);
      context.touchNode(node);
    }
    swap(view);
    context.touchView(view);
  }

  /** False where the queue over all media types must be summed up anew. */
  function refreshMedia(entry: QueueEntry, index: number, context: RefreshContext): boolean {
    const { state } = entry;
    const row = state.media[index];
    if (row === undefined) return true;
    const view = viewFor(entry, index, row, context);
    const before = view.figures;
    bringUp(entry, view, row);
    writeMediaFigures(scratch, state, { row, totals: view.totals });
    scratch[FIGURE.target] = targetOfMedia(entry, row.mediaType);
    differ(difference, before, scratch);
    const isPlain =
      difference.isKnownSame && hasTraffic(before) === hasTraffic(scratch) && !isStale(entry.freshness);
    settle(entry, view, context);
    if (isPlain) addToQueue(entry, { view, before }, context);
    return isPlain;
  }

  /** Adds what a media type gained to the queue over all of them; `difference` holds it. */
  function addToQueue(
    entry: QueueEntry,
    moved: { view: MediaView; before: readonly number[] },
    context: RefreshContext,
  ): void {
    const { figures } = entry.view;
    addDifference(figures, difference);
    const longest = at(figures, FIGURE.longestSince);
    const maxWait = at(figures, FIGURE.maxWait);
    if (isExtremeMoved(moved.before, moved.view.figures)) writeExtremes(figures, entry.media);
    const isExtremeSame =
      isSame(longest, at(figures, FIGURE.longestSince)) && isSame(maxWait, at(figures, FIGURE.maxWait));
    for (let i = 0; i < entry.memberships.length; i++) {
      const node = entry.view.nodes[i];
      const membership = entry.memberships[i];
      if (!node || membership === undefined) continue;
      addDifference(node.rollup.figures, difference);
      if (!isExtremeSame) setExtremes(node.rollup, membership.member, figures);
      raiseNodeAges(node, entry);
      context.touchNode(node);
    }
    context.touchView(entry.view);
  }

  return {
    refresh(entry, context) {
      const isOnlyRows = isSettled(entry);
      const { media, users } = entry.state;
      linkNodes(entry.view, entry.memberships, context);
      let isSummedUp = isOnlyRows && entry.settled?.users === users;
      for (let index = 0; index < media.length; index++) {
        if (isOnlyRows && entry.media[index]?.row === media[index]) continue;
        isSummedUp = refreshMedia(entry, index, context) && isSummedUp;
      }
      if (isOnlyRows && isSummedUp) return;
      entry.settled = settledNow(entry);
      writeQueueFigures(scratch, entry.state, entry.media);
      scratch[FIGURE.drift] = entry.drift.figure;
      scratch[FIGURE.target] = targetOfQueue(entry);
      differ(difference, entry.view.figures, scratch);
      settle(entry, entry.view, context);
    },
  };
}

/** Whether nothing but rows and users can have changed since the last time. */
function isSettled(entry: QueueEntry): boolean {
  const { settled } = entry;
  return (
    settled !== null &&
    settled.info === entry.info &&
    settled.complete === entry.state.complete &&
    settled.isStale === isStale(entry.freshness) &&
    isSame(settled.drift, entry.drift.figure)
  );
}

function settledNow(entry: QueueEntry): QueueEntry['settled'] {
  const { complete, users } = entry.state;
  return { info: entry.info, complete, users, isStale: isStale(entry.freshness), drift: entry.drift.figure };
}

function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function isExtremeMoved(before: readonly number[], after: readonly number[]): boolean {
  return (
    !isSame(at(before, FIGURE.longestSince), at(after, FIGURE.longestSince)) ||
    !isSame(at(before, FIGURE.maxWait), at(after, FIGURE.maxWait))
  );
}

function viewFor(entry: QueueEntry, index: number, row: MediaRow, context: RefreshContext): MediaView {
  let view = entry.media[index];
  if (view === undefined) {
    view = createMediaView(entry, row.mediaType, context.rulesOf);
    entry.media.push(view);
    context.viewAdded(view);
  }
  linkNodes(view, entry.memberships, context);
  return view;
}

/** Finds the roll-ups of a view once; the list is emptied when the roll-ups are built anew. */
function linkNodes(
  view: MediaView | QueueView,
  memberships: readonly Membership[],
  context: RefreshContext,
): void {
  if (view.nodes.length === memberships.length) return;
  view.nodes = memberships.map(({ base }) => {
    const known = base.media.size;
    const node = nodeOf(base, view.mediaType, context.rulesOf);
    if (node !== null && base.media.size !== known) context.viewAdded(node.view);
    return node;
  });
}

/** Takes a row for the view's, with its sums, and moves the half hours that somebody watches. */
function bringUp(entry: QueueEntry, view: MediaView, row: MediaRow): void {
  const { dayStart } = entry.state;
  const previous = { row: view.row, dayStart: view.dayStart };
  if (view.row?.closed !== row.closed || view.row.straddle !== row.straddle || view.dayStart !== dayStart) {
    view.totals = closedTotals(row, dayStart);
  }
  view.row = row;
  view.dayStart = dayStart;
  for (const { base } of entry.memberships) {
    if (base.isWatched) moveHalfHours(base, row.mediaType, { previous, row, dayStart });
  }
}

function raiseNodeAges(node: RollupNode, entry: QueueEntry): void {
  const { at: from, origin } = entry.ages;
  const to = node.ages;
  for (let group = 0; group < from.length; group++) {
    if (at(from, group) <= at(to.at, group)) continue;
    to.at[group] = at(from, group);
    to.origin[group] = origin[group] ?? 'live';
  }
}

function targetOfMedia(entry: QueueEntry, mediaType: string): number {
  for (const level of entry.info.serviceLevels) if (level.mediaType === mediaType) return level.percentage;
  return Number.NaN;
}

/** Of the media types with traffic, or of all where there is none: the one that they share. */
function targetOfQueue(entry: QueueEntry): number {
  const busy = entry.media.filter((view) => hasTraffic(view.figures));
  if (busy.length === 0) return commonTarget(entry.info.serviceLevels.map((level) => level.percentage));
  return commonTarget(
    busy.map((view) => at(view.figures, FIGURE.target)).filter((target) => !Number.isNaN(target)),
  );
}
