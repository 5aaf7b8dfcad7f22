/**
 * What a queue counts for in its roll-ups, and moving them when it changes. Moved at once where the rows before and
 * after say by how much (`figure-moves`); else the queue keeps how it was last counted, and is counted anew at the
 * next settling, once for however many events. Both come to the same sums.
 */
import type { GaugesObserved, IntervalObserved } from './events';
import { isBusyThroughout, isLongestMoved, longestOfQueue, moveOfRow, moveOfUsers } from './figure-moves';
import { hasFigures, longestSince, noFigures } from './figures';
import { isStale } from './freshness';
import { moveHalfHours } from './half-hours';
import { newestGauge, newestInterval, newestOfUsers } from './newest';
import { type CountedFigures, countedFigures, isSameCount } from './queue-figures';
import type { QueueState } from './queue-state';
import { addDifference, createDifference, differ, moveMember, setLongest } from './rollup';
import { nodesOf } from './rollup-book';
import { at } from './row-layout';
import {
  AGE,
  type AgeGroup,
  type QueueEntry,
  type RollupNode,
  type RulesOf,
  type Standing,
  type SubjectView,
} from './subject-view';

export interface AccountingContext {
  readonly rulesOf: RulesOf;
  /** A roll-up's figures or staleness have moved. */
  touchNode(node: RollupNode): void;
  /** A roll-up has met a media type for the first time. */
  nodeAdded(view: SubjectView): void;
}

type Observed = GaugesObserved | IntervalObserved;

/** How a queue stood when it was last counted (`null`: it was not), how it stands, and the figures of both. */
interface Moved<Figures = CountedFigures> {
  readonly before: Standing | null;
  readonly after: Standing;
  readonly old: Figures;
  readonly now: Figures;
}

const NOTHING: CountedFigures = { whole: noFigures(), media: [] };

export function standingOf(entry: QueueEntry): Standing {
  const { state, info, drift, freshness } = entry;
  return { state, info, drift: drift.figure, isStale: isStale(freshness) };
}

export class Accounting {
  readonly #context: AccountingContext;
  readonly #difference = createDifference();

  constructor(context: AccountingContext) {
    this.#context = context;
  }

  /** Moves the roll-ups by one event's change of a queue; false where the queue must be counted anew. */
  moveByEvent(entry: QueueEntry, before: QueueState, event: Observed): boolean {
    if (before.complete !== entry.state.complete) return false;
    if (event.mediaType !== null) return this.#moveByRow(entry, before, event);
    if (!moveOfUsers(this.#difference, before, entry.state)) return false;
    this.#addTo(entry.crowd.all, event, AGE.users);
    return true;
  }

  #moveByRow(entry: QueueEntry, before: QueueState, event: Observed): boolean {
    const { state, crowd, members } = entry;
    const index = changedMedia(before, state);
    const old = before.media[index];
    const row = state.media[index];
    if (old === undefined || row === undefined || !moveOfRow(this.#difference, old, row)) return false;
    if (entry.info.serviceLevels.length > 1 && !isBusyThroughout(old, row)) return false;
    const nodes = nodesOf(crowd, row.mediaType, this.#context);
    const group = event.kind === 'intervalObserved' ? AGE.intervals : AGE.gauges;
    this.#addTo(crowd.all, event, group);
    this.#addTo(nodes, event, group);
    if (isLongestMoved(old, row)) {
      const earliest = longestOfQueue(state);
      for (let i = 0; i < members.length; i++) {
        const member = at(members, i);
        setLongest(crowd.all[i]?.rollup, member, earliest);
        setLongest(nodes[i]?.rollup, member, longestSince(row.gauges));
      }
    }
    if (crowd.isWatched) this.#moveHalfHours(entry, { before, after: state });
    return true;
  }

  #addTo(nodes: readonly (RollupNode | null)[], event: Observed, group: AgeGroup): void {
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      if (!node) continue;
      addDifference(node.rollup.figures, this.#difference);
      raiseAge(node, group, event);
      this.#context.touchNode(node);
    }
  }

  /** Counts a queue anew, from how it was last counted (`null`: not at all). */
  count(entry: QueueEntry, before: Standing | null): void {
    const after = standingOf(entry);
    const now = countedFigures(after);
    const old = before === null ? NOTHING : isSameCount(before, after) ? now : countedFigures(before);
    const moved = { before, after, old, now };
    this.#countQueue(entry, moved);
    for (let index = 0; index < after.state.media.length; index++) this.#countMedia(entry, index, moved);
    if (entry.crowd.isWatched) {
      this.#moveHalfHours(entry, { before: before?.state ?? null, after: after.state });
    }
  }

  #countQueue(entry: QueueEntry, { before, after, old, now }: Moved): void {
    this.#move(entry, entry.crowd.all, { before, after, old: old.whole, now: now.whole });
    const { state } = after;
    for (const node of entry.crowd.all) {
      raiseAge(node, AGE.gauges, newestGauge(state, state.media));
      raiseAge(node, AGE.intervals, newestInterval(state, state.media));
      raiseAge(node, AGE.users, newestOfUsers(state));
      raiseAge(node, AGE.drift, { observedAt: entry.drift.at, origin: 'backfill' });
    }
  }

  #countMedia(entry: QueueEntry, index: number, { before, after, old, now }: Moved): void {
    const row = after.state.media[index];
    if (row === undefined) return;
    const isSame =
      before !== null &&
      before.state.media[index] === row &&
      before.state.complete === after.state.complete &&
      before.state.dayStart === after.state.dayStart &&
      before.info === after.info &&
      before.isStale === after.isStale;
    if (isSame) return;
    const nodes = nodesOf(entry.crowd, row.mediaType, this.#context);
    const figures = { old: old.media[index] ?? NOTHING.whole, now: now.media[index] ?? NOTHING.whole };
    this.#move(entry, nodes, { before, after, ...figures });
    for (const node of nodes) {
      if (node === null) continue;
      raiseAge(node, AGE.gauges, newestGauge(after.state, [row]));
      raiseAge(node, AGE.intervals, newestInterval(after.state, [row]));
    }
  }

  #move(entry: QueueEntry, nodes: readonly (RollupNode | null)[], moved: Moved<readonly number[]>): void {
    const { old, now, before, after } = moved;
    differ(this.#difference, old, now);
    const staleBy =
      Number(after.isStale && hasFigures(now)) - Number((before?.isStale ?? false) && hasFigures(old));
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      if (!node) continue;
      moveMember(node.rollup, {
        member: at(entry.members, i),
        before: old,
        after: now,
        difference: this.#difference,
      });
      node.staleMembers += staleBy;
      this.#context.touchNode(node);
    }
  }

  #moveHalfHours(entry: QueueEntry, moved: { before: QueueState | null; after: QueueState }): void {
    for (const base of entry.crowd.bases) moveHalfHours(base, moved.before, moved.after);
  }
}

/** Place of the media row that an event has changed; -1 for a new one. */
function changedMedia(before: QueueState, after: QueueState): number {
  for (let i = 0; i < before.media.length; i++) if (before.media[i] !== after.media[i]) return i;
  return -1;
}

function raiseAge(node: RollupNode, group: AgeGroup, seen: Pick<Observed, 'observedAt' | 'origin'>): void {
  if (seen.observedAt <= at(node.ages.at, group)) return;
  node.ages.at[group] = seen.observedAt;
  node.ages.origin[group] = seen.origin;
}
