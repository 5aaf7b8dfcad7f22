/**
 * The figures of diagnostic sessions by owner, and their sums by subject. Pure but for its own map; counts only, so that
 * roll-ups are sums, and the health a ratio of two of them. `all` counts every session, also those whose interaction
 * has no queue; sites have none. Bounded.
 */
import type { KpiOrigin, SessionKpiKey } from '../../../lib/contracts/kpi';
import { parseSubject, type SubjectKey } from '../../../lib/ids';
import type { SessionFiguresObserved } from '../events';
import type { MembersOf } from './device-book';

const COUNTS = [
  'initiated',
  'running',
  'disconnected',
  'completed',
  'error',
  'solvedRemotely',
  'open',
  'healthy',
] as const;
type Counts = Readonly<Record<(typeof COUNTS)[number], number>>;

export interface SessionFigures extends Counts {
  /** Of the newest observation in it; `null`: none, so that all is 0. */
  readonly observedAt: number | null;
  readonly origin: KpiOrigin;
}

export const NO_SESSIONS: SessionFigures = {
  ...{ initiated: 0, running: 0, disconnected: 0, completed: 0, error: 0 },
  ...{ solvedRemotely: 0, open: 0, healthy: 0, observedAt: null, origin: 'live' },
};

const MAX_QUEUES = 100_000;
/** The key of what has no queue: no queue's id is empty. */
const UNMAPPED = '';

export interface SessionBook {
  /** False where nothing of it is new, or there is no room. */
  take(event: SessionFiguresObserved): boolean;
  /** `null`: there are no sessions by such a subject (a site, one media type, or one that is not known). */
  figuresOf(subject: SubjectKey): SessionFigures | null;
}

export function createSessionBook(membersOf: MembersOf): SessionBook {
  const owners = new Map<string, SessionFigures>();
  return {
    take(event) {
      const key = event.owner.kind === 'queue' ? event.owner.queueId : UNMAPPED;
      const held = owners.get(key);
      if (held === undefined && owners.size >= MAX_QUEUES) return false;
      if (held !== undefined && (held.observedAt ?? 0) > event.observedAt) return false;
      owners.set(key, figuresOf(event));
      return held === undefined || COUNTS.some((count) => held[count] !== event[count]);
    },
    figuresOf(subject) {
      const parsed = parseSubject(subject);
      if (parsed === null || parsed.mediaType !== null || parsed.kind === 'site') return null;
      if (parsed.kind === 'all') return sum([...owners.values()]);
      const members = membersOf(subject);
      return members && sum(members.flatMap((id) => owners.get(id) ?? []));
    },
  };
}

/** The value of a KPI of sessions; `null`: no session is open, so there is no health. */
export function sessionKpi(kpi: SessionKpiKey, figures: SessionFigures): number | null {
  switch (kpi) {
    case 'sessionsInitiated':
      return figures.initiated;
    case 'sessionsRunning':
      return figures.running;
    case 'sessionsDisconnected':
      return figures.disconnected;
    case 'sessionHealth':
      return figures.open === 0 ? null : figures.healthy / figures.open;
    case 'sessionsCompleted':
      return figures.completed;
    case 'sessionsError':
      return figures.error;
    case 'solvedRemotelyToday':
      return figures.solvedRemotely;
  }
}

function figuresOf(event: SessionFiguresObserved): SessionFigures {
  const { initiated, running, disconnected, completed, error, solvedRemotely, open, healthy } = event;
  const { observedAt, origin } = event;
  const now = { initiated, running, disconnected, open, healthy };
  return { ...now, completed, error, solvedRemotely, observedAt, origin };
}

function sum(parts: readonly SessionFigures[]): SessionFigures {
  const totals = { ...NO_SESSIONS };
  for (const part of parts) {
    for (const count of COUNTS) totals[count] += part[count];
    if ((part.observedAt ?? 0) < (totals.observedAt ?? 0)) continue;
    totals.observedAt = part.observedAt;
    totals.origin = part.origin;
  }
  return totals;
}
