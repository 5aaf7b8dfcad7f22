/**
 * The order in which a wall shows groups of alerts, so that it stays calm: a new group is shown when it has lasted a
 * little, and groups change places only every few seconds, but for what is worse than all that is shown. What a group
 * says is always its newest. Pure.
 */
import { ALERT_LEVELS, type AlertGroup } from '../../lib/contracts/alert';

export interface CalmGroups {
  /** When each group was first seen, server time. */
  readonly seenAt: ReadonlyMap<string, number>;
  readonly order: readonly string[];
  readonly orderedAt: number;
}

/** What is over before this need not be seen across a room. */
export const GROUP_ON_DELAY_MS = 2_000;
/** As the rows of a table do. */
export const GROUP_HOLD_MS = 6_000;

/** `groups`: worst first, as the server sends them. `before` null: all that is there is shown at once. */
export function calmGroups(
  before: CalmGroups | null,
  groups: readonly AlertGroup[],
  now: number,
): CalmGroups {
  const seenAt = new Map(groups.map(({ key }) => [key, before?.seenAt.get(key) ?? now] as const));
  const isDue = ({ key }: AlertGroup) => {
    const seenMs = now - (seenAt.get(key) ?? now);
    return before === null || seenMs >= GROUP_ON_DELAY_MS || seenMs < 0 || before.order.includes(key);
  };
  const wanted = groups.filter(isDue).map(({ key }) => key);
  if (before === null) return { seenAt, order: wanted, orderedAt: now };
  const held = heldOrder(before.order, wanted);
  const heldMs = now - before.orderedAt;
  // A clock that was set back holds nothing.
  const mayMove = heldMs >= GROUP_HOLD_MS || heldMs < 0 || isWorse(groups, wanted[0], held[0]);
  if (!mayMove || isSame(held, wanted)) return { seenAt, order: held, orderedAt: before.orderedAt };
  return { seenAt, order: wanted, orderedAt: now };
}

/** What one reader is shown, by the clock that it is read by. */
export interface ReadGroups {
  readonly by: object;
  readonly calm: CalmGroups;
}

/** As `calmGroups`; read by another clock it is another moment, which is looked back at, and nothing is new in it. */
export function readGroups(
  before: ReadGroups | null,
  groups: readonly AlertGroup[],
  { by, now }: { readonly by: object; readonly now: number },
): ReadGroups {
  return { by, calm: calmGroups(before?.by === by ? before.calm : null, groups, now) };
}

/** The groups as they are to be drawn. */
export function inOrder(order: readonly string[], groups: readonly AlertGroup[]): readonly AlertGroup[] {
  const byKey = new Map(groups.map((group) => [group.key, group]));
  return order.flatMap((key) => byKey.get(key) ?? []);
}

/** What stays keeps its place; what is new comes after it. */
function heldOrder(shown: readonly string[], wanted: readonly string[]): readonly string[] {
  const [isWanted, isShown] = [new Set(wanted), new Set(shown)];
  return [...shown.filter((key) => isWanted.has(key)), ...wanted.filter((key) => !isShown.has(key))];
}

function isWorse(groups: readonly AlertGroup[], a: string | undefined, b: string | undefined): boolean {
  const rankOf = (key: string | undefined) => {
    const group = groups.find((one) => one.key === key);
    if (group === undefined) return Number.POSITIVE_INFINITY;
    return ALERT_LEVELS.indexOf(group.level) * 2 + Number(group.unacknowledged === 0);
  };
  return rankOf(a) < rankOf(b);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
