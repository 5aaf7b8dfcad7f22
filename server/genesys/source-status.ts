/**
 * What the collector says of itself, pure: one state and one sentence for the operator, the gravest thing first.
 */
import type { GenesysStatus } from '../../lib/contracts/source';
import type { Failure } from '../runtime/errors';
import { scrubText } from '../runtime/scrub';
import type { PoolReport } from './channel-pool';
import type { AgentReport } from './routing/agent-channels';

export interface StatusFacts {
  readonly pool: PoolReport;
  /** `null` until the queues have been listed once. */
  readonly queueCount: number | null;
  readonly listing: Failure | null;
  readonly backfill: Failure | null;
  /** Ids of QUEUE_IDS that the client cannot see. */
  readonly missing: readonly string[];
  readonly unplaced: number;
  /** Queues whose ids make no lawful topic. */
  readonly unlawful: number;
  readonly reconciliation: GenesysStatus['reconciliation'];
  /** Of agents' topics, which no figure needs; absent or `null`: they are not wanted. */
  readonly agents?: AgentReport | null;
}

/** What needs the rights that are missing, by the platform's names of permissions. */
const NEEDED =
  'Analytics > Queue Observation > View, Analytics > Conversation Aggregate > View, Routing > Queue > View, Notifications';

const MAX_MESSAGE = 1_000;

/** `since` is the given time where the state is another than before. */
export function statusOf(facts: StatusFacts, before: GenesysStatus | null, now: number): GenesysStatus {
  const { pool } = facts;
  const state = stateOf(facts);
  return {
    state,
    since: before?.state === state ? before.since : now,
    message: messageOf(facts, state),
    lastHeardAt: pool.heardAt,
    channels: pool.channels,
    topics: pool.topics,
    reconciliation: facts.reconciliation,
  };
}

/** Whether a reader should be told: everything but the last sign of life. */
export function isSameStatus(a: GenesysStatus, b: GenesysStatus): boolean {
  return JSON.stringify({ ...a, lastHeardAt: 0 }) === JSON.stringify({ ...b, lastHeardAt: 0 });
}

function stateOf({
  pool,
  queueCount,
  listing,
  backfill,
  missing,
  unplaced,
  unlawful,
}: StatusFacts): GenesysStatus['state'] {
  const { live, total } = pool.channels;
  if (queueCount === null) return listing === null ? 'connecting' : 'down';
  if (queueCount === 0) return 'degraded';
  if (live === 0) return pool.everLive || pool.problems.length > 0 ? 'down' : 'connecting';
  if (pool.liveQueues === 0 && pool.topics.subscribed === 0 && pool.topics.rejected > 0) return 'down';
  if (pool.liveQueues === 0 && pool.catchingUp > 0) return backfill === null ? 'connecting' : 'degraded';
  const whole = live === total && pool.catchingUp === 0 && pool.topics.rejected === 0;
  return whole && missing.length === 0 && unplaced === 0 && unlawful === 0 ? 'live' : 'degraded';
}

function messageOf(facts: StatusFacts, state: GenesysStatus['state']): string | null {
  const { pool, queueCount, missing } = facts;
  if (facts.listing !== null && queueCount === null) return sentence(explained(facts.listing));
  if (queueCount === 0)
    return 'The client sees no queue; check its divisions, its permissions and QUEUE_IDS.';
  const said: string[] = [];
  const [problem] = pool.problems;
  if (problem !== undefined) said.push(explained(problem));
  const { live, total } = pool.channels;
  if (total > 0 && live < total && (pool.everLive || problem !== undefined)) {
    said.push(`${total - live} of ${total} channels ${total === 1 ? 'is' : 'are'} not connected`);
  }
  if (facts.backfill !== null) said.push(explained(facts.backfill));
  else if (pool.catchingUp > 0 && state !== 'connecting')
    said.push(`catching up with ${count(pool.catchingUp, 'queue')}`);
  if (pool.rejected.length > 0) said.push(rejectedText(pool.rejected));
  const refusedAgents = facts.agents?.rejected ?? [];
  if (refusedAgents.length > 0) said.push(`status of agents: ${rejectedText(refusedAgents)}`);
  if (facts.agents?.hasNoRoom === true)
    said.push('status of agents: no channel is left for it; add an OAuth client');
  if (facts.unplaced > 0) {
    said.push(`${count(facts.unplaced, 'queue')} found no channel: add an OAuth client or set QUEUE_IDS`);
  }
  if (facts.unlawful > 0) said.push(`${count(facts.unlawful, 'queue')} cannot be subscribed to: unusual ids`);
  if (missing.length > 0)
    said.push(`the client cannot see ${count(missing.length, 'queue')} of QUEUE_IDS: ${list(missing)}`);
  if (pool.evictions > 0) {
    said.push(
      `the platform evicted ${count(pool.evictions, 'channel')}: something else uses the same OAuth client`,
    );
  }
  return said.length === 0 ? null : sentence(said.join('; '));
}

function explained(failure: Failure): string {
  if (failure.status !== 403) return failure.message;
  return `${failure.message}; the OAuth client's role needs: ${NEEDED}`;
}

function rejectedText(rejected: PoolReport['rejected']): string {
  const permissions = [...new Set(rejected.flatMap((topic) => topic.missingPermissions))];
  const topics = list(rejected.map(({ topic }) => topic));
  const why = permissions.length > 0 ? `, missing permission ${list(permissions)}` : '';
  return `${count(rejected.length, 'topic')} refused${why} (${topics})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** Much of it comes from the platform: every screen shows it, and the log. */
function sentence(said: string): string {
  const safe = scrubText(said);
  const text = safe.length > MAX_MESSAGE ? `${safe.slice(0, MAX_MESSAGE)}…` : safe;
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
