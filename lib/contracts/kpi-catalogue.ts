/**
 * Every figure Floorcast shows, with its unit, window, formula and roll-up: here those of queues; those of devices'
 * alerts and of diagnostic sessions are in kpi-catalogue-devices. Keys are the names on the wire and in the code;
 * durations are ms, epochs are ms since 1970 UTC.
 */

export type KpiUnit = 'count' | 'ratio' | 'ms' | 'epochMs';
export type KpiWindow = 'now' | 'today';
/**
 * `media`: per queue and media type, and for a queue over all of them. `queue`: per queue only. `device`: per queue
 * through the device-to-queue mapping, and per site; those of sessions by the queue of their interaction, without sites.
 */
export type KpiScope = 'media' | 'queue' | 'device';

export interface KpiDefinition {
  readonly key: string;
  readonly unit: KpiUnit;
  readonly window: KpiWindow;
  readonly scope: KpiScope;
  /** Which way is better; `none` where more is neither good nor bad. */
  readonly better: 'lower' | 'higher' | 'none';
  /** In the words a supervisor reads when he asks what the figure means. */
  readonly formula: string;
  readonly rollup: string;
}

/** One entry. */
export function kpi<const K extends string>(
  key: K,
  unit: KpiUnit,
  window: KpiWindow,
  scope: KpiScope,
  better: KpiDefinition['better'],
  formula: string,
  rollup: string,
) {
  return { key, unit, window, scope, better, formula, rollup } as const;
}

export const QUEUE_CATALOGUE = [
  kpi('waiting', 'count', 'now', 'media', 'lower', 'Interactions waiting now (oWaiting)', 'sum'),
  kpi(
    'longestWaitSince',
    'epochMs',
    'now',
    'media',
    'lower',
    'Since when the longest waiter has been waiting (oLongestWaiting); the screen shows now − this',
    'earliest',
  ),
  kpi('alerting', 'count', 'now', 'media', 'none', 'Interactions ringing now (oAlerting)', 'sum'),
  kpi(
    'interacting',
    'count',
    'now',
    'media',
    'none',
    'Interactions being talked to now (oInteracting)',
    'sum',
  ),
  kpi(
    'offered',
    'count',
    'today',
    'media',
    'none',
    'Interactions offered since the start of the day (nOffered). Not answered + abandoned: flow-outs and half-hour attribution differ',
    'sum',
  ),
  kpi('answered', 'count', 'today', 'media', 'higher', 'Answered today (count of tAnswered)', 'sum'),
  kpi('abandoned', 'count', 'today', 'media', 'lower', 'Abandoned today (count of tAbandon)', 'sum'),
  kpi(
    'shortAbandoned',
    'count',
    'today',
    'media',
    'none',
    'Abandoned within the short-abandon time today (count of tShortAbandon)',
    'sum',
  ),
  kpi(
    'flowedOut',
    'count',
    'today',
    'media',
    'lower',
    'Left the queue for another flow today (count of tFlowOut)',
    'sum',
  ),
  kpi('transferred', 'count', 'today', 'media', 'lower', 'Transferred today (nTransferred)', 'sum'),
  kpi('abandonRate', 'ratio', 'today', 'media', 'lower', 'Abandoned ÷ offered', 'sum ÷ sum'),
  kpi(
    'serviceLevel',
    'ratio',
    'today',
    'media',
    'higher',
    'Answered within the target time ÷ what the platform counts (oServiceLevel)',
    'sum ÷ sum',
  ),
  kpi(
    'serviceLevelTarget',
    'ratio',
    'now',
    'media',
    'none',
    'The service level to reach, from the queue’s own settings',
    'shown where equal in all',
  ),
  kpi(
    'serviceLevelBudget',
    'count',
    'today',
    'media',
    'higher',
    'How many of the next interactions may miss the target in a row before the service level falls below it; negative: how many must meet it in a row to get back',
    'from the sums',
  ),
  kpi(
    'asaMs',
    'ms',
    'today',
    'media',
    'lower',
    'Average speed of answer: Σ time to answer ÷ answered (tAnswered)',
    'sum ÷ sum',
  ),
  kpi(
    'ahtMs',
    'ms',
    'today',
    'media',
    'none',
    'Average handle time: Σ handle time ÷ handled (tHandle)',
    'sum ÷ sum',
  ),
  kpi(
    'avgWaitMs',
    'ms',
    'today',
    'media',
    'lower',
    'Average wait of those who left the queue (tWait)',
    'sum ÷ sum',
  ),
  kpi(
    'maxWaitMs',
    'ms',
    'today',
    'media',
    'lower',
    'Longest wait of those who left the queue (tWait)',
    'maximum',
  ),
  kpi(
    'agentsOnQueue',
    'count',
    'now',
    'queue',
    'higher',
    'On queue: available + interacting + communicating + not responding (oOnQueueUsers)',
    'sum of memberships: an agent in several queues counts in each',
  ),
  kpi(
    'agentsAvailable',
    'count',
    'now',
    'queue',
    'higher',
    'On queue and idle (oOnQueueUsers, IDLE)',
    'sum of memberships: an agent in several queues counts in each',
  ),
  kpi(
    'agentsInteracting',
    'count',
    'now',
    'queue',
    'none',
    'On queue and interacting (oOnQueueUsers, INTERACTING)',
    'sum of memberships',
  ),
  kpi(
    'agentsCommunicating',
    'count',
    'now',
    'queue',
    'none',
    'On queue, in a call that is not from the queue (oOnQueueUsers, COMMUNICATING)',
    'sum of memberships',
  ),
  kpi(
    'agentsNotResponding',
    'count',
    'now',
    'queue',
    'lower',
    'On queue, did not answer an alerting interaction (oOnQueueUsers, NOT_RESPONDING)',
    'sum of memberships',
  ),
  kpi(
    'agentsOffQueue',
    'count',
    'now',
    'queue',
    'none',
    'Logged in, not taking interactions (oOffQueueUsers, by presence)',
    'sum of memberships',
  ),
  kpi('occupancy', 'ratio', 'now', 'queue', 'none', '(Interacting + communicating) ÷ on queue', 'sum ÷ sum'),
  kpi(
    'drift',
    'count',
    'now',
    'queue',
    'lower',
    'Figures that differed from the platform’s own at the last reconciliation, and were put right',
    'sum',
  ),
] as const satisfies readonly KpiDefinition[];
