/** Offered calls by queue as the board knows them: of the day so far, and of its half hours. */
import { ALL_QUEUES, subjectKey } from '../../lib/ids';
import type { KpiEngine } from './engine';

export interface QueueCalls {
  queueName(queueId: string): string;
  /** Since the start of the queue's day; `null`: stale, or not known yet; `undefined`: it is not listed. */
  offered(queueId: string): number | null | undefined;
  /** Of today, the running one too, each by its first moment (epoch ms); `null`: not known. */
  halfHours(queueId: string): readonly { readonly at: number; readonly value: number | null }[];
}

export function queueCalls(engine: Pick<KpiEngine, 'subject' | 'membersOf' | 'value' | 'trend'>): QueueCalls {
  // Until queues are listed nobody can say that there is no such queue.
  const isListed = () => (engine.membersOf(ALL_QUEUES)?.length ?? 0) > 0;
  return {
    queueName: (id) => engine.subject(subjectKey('queue', id))?.name ?? id,
    offered(id) {
      const key = subjectKey('queue', id);
      if (engine.subject(key) === null) return isListed() ? undefined : null;
      const offered = engine.value(key, 'offered');
      return offered === null || offered.stale ? null : offered.value;
    },
    halfHours: (id) => engine.trend(subjectKey('queue', id), 'offered', 'halfHour'),
  };
}
