/** What several nodes say of their sources, as one: sums of channels and topics, the state of the whole. Pure. */
import { z } from 'zod';
import {
  type GenesysStatus,
  genesysStatusSchema,
  type SourceStatus,
  sourceStatusSchema,
} from '../../lib/contracts/source';

export const nodeStatusSchema = z.object({
  /** `null`: that node does nothing of it. */
  genesys: genesysStatusSchema.nullable(),
  mqtt: sourceStatusSchema.nullable(),
  devices: sourceStatusSchema.nullable(),
});
export type NodeStatus = z.infer<typeof nodeStatusSchema>;

/** `silent`: shards of which nobody is heard; `since`: of the state, where nobody says another. */
export function joinedGenesys(
  said: readonly GenesysStatus[],
  { shards, silent, since }: { readonly shards: number; readonly silent: number; readonly since: number },
): GenesysStatus {
  const sum = (of: (status: GenesysStatus) => number) =>
    said.reduce((total, status) => total + of(status), 0);
  const state = stateOf(said, { shards, silent });
  const own = said.filter((status) => status.state === state);
  const newest = said.flatMap(({ reconciliation }) => reconciliation ?? []).sort((a, b) => b.at - a.at);
  return {
    state,
    since: own.length === 0 ? since : Math.max(...own.map((status) => status.since)),
    message: messageOf(said, { shards, silent }),
    lastHeardAt: latest(said.map(({ lastHeardAt }) => lastHeardAt)),
    channels: { live: sum(({ channels }) => channels.live), total: sum(({ channels }) => channels.total) },
    topics: {
      subscribed: sum(({ topics }) => topics.subscribed),
      rejected: sum(({ topics }) => topics.rejected),
    },
    reconciliation: newest[0] ?? null,
  };
}

interface Shards {
  readonly shards: number;
  readonly silent: number;
}

function stateOf(said: readonly GenesysStatus[], { shards, silent }: Shards): GenesysStatus['state'] {
  if (said.length === 0 || (shards > 0 && silent >= shards)) return 'down';
  const working = said.filter(({ channels }) => channels.total > 0);
  if (working.length === 0) return said.some(({ state }) => state === 'down') ? 'down' : 'connecting';
  if (silent === 0 && working.every(({ state }) => state === 'live')) return 'live';
  if (working.every(({ state }) => state === 'connecting')) return 'connecting';
  return working.every(({ state }) => state === 'down') ? 'down' : 'degraded';
}

function messageOf(said: readonly GenesysStatus[], { shards, silent }: Shards): string | null {
  if (said.length === 0) return 'no node that collects is heard';
  if (silent > 0) return `nobody is heard of ${silent} of ${shards} shards`;
  return said.find(({ state, message }) => state !== 'live' && message !== null)?.message ?? null;
}

function latest(moments: readonly (number | null)[]): number | null {
  return moments.reduce((max, at) => (at === null ? max : Math.max(at, max ?? at)), null);
}

/** Of a room: its owner's words; without an owner it is down. */
export function statusOfRoom(said: readonly SourceStatus[], since: number): SourceStatus {
  const [one] = [...said].sort((a, b) => (b.lastHeardAt ?? 0) - (a.lastHeardAt ?? 0));
  return one ?? { state: 'down', since, message: 'no node that has this duty is heard', lastHeardAt: null };
}

/** The device cloud as this node asks it, and diagnostic sessions as their owner is heard of; `null`: it is, or none are. */
export function devicesOfSite(own: SourceStatus, silentSince: number | null): SourceStatus {
  if (silentSince === null || own.state !== 'live') return own;
  const message = 'no node that has diagnostic sessions is heard';
  return { ...own, state: 'degraded', since: Math.max(own.since, silentSince), message };
}
