/**
 * The roll-ups: all queues, divisions, and the groups that people made; each over all media types and for each one.
 * Built anew when the list of queues or the groups change (rare), then kept by difference.
 */
import { must } from '../../lib/assert';
import { FIGURE } from './figures';
import { isStale } from './freshness';
import { MAX_MEDIA_TYPES } from './queue-state';
import { at } from './row-layout';
import {
  createRollupNode,
  type QueueEntry,
  type RollupBase,
  type RollupNode,
  type RulesOf,
} from './subject-view';

export interface QueueGroup {
  readonly id: string;
  readonly name: string;
  readonly queueIds: readonly string[];
}

interface BaseShape {
  readonly kind: RollupBase['kind'];
  readonly id: string;
  readonly name: string;
  readonly members: readonly QueueEntry[];
}

export interface RollupContext {
  readonly timeZone: string;
  readonly rulesOf: RulesOf;
}

/** `all`, then groups, then divisions by name; sets each queue's memberships. Figures start empty. */
export function buildRollups(
  queues: readonly QueueEntry[],
  groups: readonly QueueGroup[],
  context: RollupContext,
): readonly RollupBase[] {
  const shapes: BaseShape[] = [
    { kind: 'all', id: '', name: 'All queues', members: queues },
    ...groupShapes(queues, groups),
    ...divisionShapes(queues),
  ];
  const bases = shapes.map((shape) => createBase(shape, context));
  const memberships = new Map<QueueEntry, { base: RollupBase; member: number }[]>(queues.map((q) => [q, []]));
  for (const base of bases) {
    for (const [member, entry] of base.members.entries()) memberships.get(entry)?.push({ base, member });
  }
  for (const entry of queues) entry.memberships = memberships.get(entry) ?? [];
  return bases;
}

function groupShapes(queues: readonly QueueEntry[], groups: readonly QueueGroup[]): BaseShape[] {
  const byId = new Map<string, QueueEntry>(queues.map((entry) => [entry.id, entry]));
  return groups.map(({ id, name, queueIds }) => {
    const members = [...new Set(queueIds)].flatMap((queueId) => byId.get(queueId) ?? []);
    return { kind: 'group', id, name, members };
  });
}

function divisionShapes(queues: readonly QueueEntry[]): BaseShape[] {
  const members = new Map<string, QueueEntry[]>();
  for (const entry of queues) {
    const held = members.get(entry.info.divisionId);
    if (held === undefined) members.set(entry.info.divisionId, [entry]);
    else held.push(entry);
  }
  const shapes = [...members].map(([id, list]): BaseShape => {
    return { kind: 'division', id, name: list[0]?.info.divisionName ?? id, members: list };
  });
  return shapes.filter((shape) => shape.id !== '').sort((a, b) => a.name.localeCompare(b.name));
}

function createBase(shape: BaseShape, context: RollupContext): RollupBase {
  const liveMembers = shape.members.filter((entry) => !isStale(entry.freshness)).length;
  const unfinished = {
    ...shape,
    timeZone: context.timeZone,
    liveMembers,
    isWatched: false,
    media: new Map<string, RollupNode>(),
  };
  // The node needs its base and the base its node: closed in one step, before anyone else sees either.
  const base = unfinished as RollupBase & { all: RollupNode };
  base.all = createRollupNode(base, null, context.rulesOf);
  base.all.view.isStale = isRollupStale(base.all);
  return base;
}

/** The node of a media type, made when it is first seen; `null` past the bound. */
export function nodeOf(base: RollupBase, mediaType: string | null, rulesOf: RulesOf): RollupNode | null {
  if (mediaType === null) return base.all;
  const held = base.media.get(mediaType);
  if (held !== undefined) return held;
  if (base.media.size >= MAX_MEDIA_TYPES) return null;
  base.media.set(mediaType, createRollupNode(base, mediaType, rulesOf));
  return must(base.media.get(mediaType), 'the node just made');
}

/** Stale while a member with data is, or while none has ever been live. */
export function isRollupStale(node: RollupNode): boolean {
  return node.staleMembers > 0 || node.base.liveMembers === 0;
}

/** The target of a subject, NaN where none or several. */
export function targetOf(figures: readonly number[]): number {
  const target = at(figures, FIGURE.target);
  return target > 0 ? target : Number.NaN;
}
