/**
 * The roll-ups: all queues, divisions, and the groups that people made; each over all media types and for each one.
 * Built anew when the list of queues or the groups change (rare), then kept by difference.
 */
import { isStale } from './freshness';
import { MAX_MEDIA_TYPES } from './queue-state';
import { doubles } from './row-layout';
import {
  type Crowd,
  createRollupNode,
  type QueueEntry,
  type RollupBase,
  type RollupNode,
  type RulesOf,
  type SubjectView,
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

/** `all`, then groups, then divisions by name; sets where each queue belongs. Figures start empty. */
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
  const places = new Map<QueueEntry, { bases: RollupBase[]; members: number[] }>();
  for (const base of bases) {
    for (const [member, entry] of base.members.entries()) {
      const held = places.get(entry) ?? { bases: [], members: [] };
      held.bases.push(base);
      held.members.push(member);
      places.set(entry, held);
    }
  }
  seat(places);
  return bases;
}

/** Queues that belong to the same roll-ups share the list of them. */
function seat(
  places: ReadonlyMap<
    QueueEntry,
    { readonly bases: readonly RollupBase[]; readonly members: readonly number[] }
  >,
): void {
  const crowds = new Map<string, Crowd>();
  for (const [entry, { bases, members }] of places) {
    const key = JSON.stringify(bases.map((base) => base.all.view.key));
    const crowd = crowds.get(key) ?? {
      bases,
      all: bases.map((base) => base.all),
      media: new Map(),
      isWatched: false,
    };
    crowds.set(key, crowd);
    entry.crowd = crowd;
    entry.members = doubles(members.length, (i) => members[i] ?? 0);
  }
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
    media: new Map<string, RollupNode>(),
  };
  // The node needs its base and the base its node: closed in one step, before anyone else sees either.
  const base = unfinished as RollupBase & { all: RollupNode };
  base.all = createRollupNode(base, null, context.rulesOf);
  base.all.view.isStale = isRollupStale(base.all);
  return base;
}

export interface NodeContext {
  readonly rulesOf: RulesOf;
  /** A roll-up has met a media type for the first time. */
  nodeAdded(view: SubjectView): void;
}

/** A crowd's nodes of a media type, in the order of its bases; made when it is first seen, `null` past the bound. */
export function nodesOf(
  crowd: Crowd,
  mediaType: string,
  context: NodeContext,
): readonly (RollupNode | null)[] {
  const held = crowd.media.get(mediaType);
  if (held !== undefined) return held;
  const nodes = crowd.bases.map((base) => nodeOf(base, mediaType, context));
  if (crowd.media.size < MAX_CROWD_MEDIA) crowd.media.set(mediaType, nodes);
  return nodes;
}

/** Media types that are remembered a crowd, also those past the bound of its bases. */
const MAX_CROWD_MEDIA = 4 * MAX_MEDIA_TYPES;

function nodeOf(base: RollupBase, mediaType: string, context: NodeContext): RollupNode | null {
  const held = base.media.get(mediaType);
  if (held !== undefined) return held;
  if (base.media.size >= MAX_MEDIA_TYPES) return null;
  const node = createRollupNode(base, mediaType, context.rulesOf);
  base.media.set(mediaType, node);
  context.nodeAdded(node.view);
  return node;
}

/** Stale while a member with data is, or while none has ever been live. */
export function isRollupStale(node: RollupNode): boolean {
  return node.staleMembers > 0 || node.base.liveMembers === 0;
}
