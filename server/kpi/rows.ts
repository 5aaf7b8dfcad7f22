/** The rows of the REST API: every queue over all media types, then one row a media type seen. */
import { type KpiKey, type KpiValue, QUEUE_KPI_KEYS } from '../../lib/contracts/kpi';
import type { LiveState } from './live-state';
import type { QueueRow } from './reader';
import { kpiValueOf } from './subject-value';
import type { QueueEntry, SubjectView } from './subject-view';

/** `null`: all queues, by name. An unknown queue has no rows. */
export function rowsOf(state: LiveState, queueId: string | null): readonly QueueRow[] {
  if (queueId === null) return state.book.sorted.flatMap((entry) => rowsOfQueue(state, entry));
  const entry = state.book.entryOf(queueId);
  return entry === null ? [] : rowsOfQueue(state, entry);
}

function rowsOfQueue(state: LiveState, entry: QueueEntry): readonly QueueRow[] {
  const { view, media } = state.settling.viewsOf(entry);
  return [view, ...media.map((own) => own.view)].map((own) => {
    state.settling.judgeAfresh(own);
    return rowOf(state, entry, own);
  });
}

function rowOf(state: LiveState, entry: QueueEntry, view: SubjectView): QueueRow {
  const values = new Map<KpiKey, KpiValue>();
  for (const kpi of QUEUE_KPI_KEYS) {
    const value = kpiValueOf(view, kpi, state.values);
    if (value !== null) values.set(kpi, value);
  }
  return { queueId: entry.id, name: entry.info.name, mediaType: view.mediaType, values };
}
