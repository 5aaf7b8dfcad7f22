/**
 * Why a figure may differ from the platform's own report of it, as keys under `definition.differs`. From what the
 * platform's documents and recordings say of each metric; one row a KPI, so that a new one does not compile without.
 */
import type { KpiKey } from '../../lib/contracts/kpi';

export type Reason =
  | 'moment'
  | 'day'
  | 'halfHour'
  | 'running'
  | 'settling'
  | 'waitTicks'
  | 'offeredSum'
  | 'shortAbandons'
  | 'countsAsAnswered'
  | 'levelChoice'
  | 'sums'
  | 'setting'
  | 'derived'
  | 'afterCall'
  | 'memberships'
  | 'presence'
  | 'share'
  | 'own'
  | 'notGenesys';

const COUNT: readonly Reason[] = ['day', 'halfHour', 'running', 'settling'];
const AVERAGE: readonly Reason[] = [...COUNT, 'sums'];
const AGENTS: readonly Reason[] = ['moment', 'memberships'];
const DEVICES: readonly Reason[] = ['notGenesys'];

const REASONS: Readonly<Record<KpiKey, readonly Reason[]>> = {
  waiting: ['moment'],
  longestWaitSince: ['moment', 'waitTicks'],
  alerting: ['moment'],
  interacting: ['moment'],
  offered: [...COUNT, 'offeredSum'],
  answered: [...COUNT, 'offeredSum', 'countsAsAnswered'],
  abandoned: [...COUNT, 'offeredSum', 'countsAsAnswered'],
  shortAbandoned: COUNT,
  flowedOut: COUNT,
  transferred: COUNT,
  abandonRate: [...COUNT, 'shortAbandons', 'sums'],
  serviceLevel: [...COUNT, 'levelChoice', 'sums'],
  serviceLevelTarget: ['setting'],
  serviceLevelBudget: ['derived', ...COUNT],
  asaMs: AVERAGE,
  ahtMs: [...AVERAGE, 'afterCall'],
  avgWaitMs: AVERAGE,
  maxWaitMs: COUNT,
  agentsOnQueue: AGENTS,
  agentsAvailable: AGENTS,
  agentsInteracting: AGENTS,
  agentsCommunicating: AGENTS,
  agentsNotResponding: AGENTS,
  agentsOffQueue: [...AGENTS, 'presence'],
  occupancy: [...AGENTS, 'share'],
  drift: ['own'],
  alertsActive: DEVICES,
  alertsCritical: DEVICES,
  alertsUnacknowledged: DEVICES,
  alertsToday: DEVICES,
  devicesOffline: DEVICES,
  sessionsInitiated: DEVICES,
  sessionsRunning: DEVICES,
  sessionsDisconnected: DEVICES,
  sessionHealth: DEVICES,
  sessionsCompleted: DEVICES,
  sessionsError: DEVICES,
  solvedRemotelyToday: DEVICES,
};

export function reasonsOf(kpi: KpiKey): readonly Reason[] {
  return REASONS[kpi];
}
