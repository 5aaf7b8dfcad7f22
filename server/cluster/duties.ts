/**
 * The names of what one node does for all: each duty has one owner. `listing` lists the queues and plans the shards;
 * `shard:<n>` carries the topics of shard n; the others are whole rooms, which cannot be in two places at once.
 */
export type RoomDuty = 'listing' | 'alerts' | 'sessions' | 'calls';
export type Duty = RoomDuty | `shard:${number}`;

const SHARD = /^shard:(\d{1,6})$/;
const ROOMS: ReadonlySet<string> = new Set(['listing', 'alerts', 'sessions', 'calls']);

export function shardDuty(index: number): Duty {
  return `shard:${index}`;
}

/** The shard's place; `null`: it is another duty. */
export function shardOf(duty: string): number | null {
  const index = SHARD.exec(duty)?.[1];
  return index === undefined ? null : Number(index);
}

/** `null`: no duty that this build knows. */
export function readDuty(text: string): Duty | null {
  // Just looked at.
  return ROOMS.has(text) || SHARD.test(text) ? (text as Duty) : null;
}
