/** Off-queue agents by the name of their presence; the same breakdown is the same array, so it is announced once. */
import type { KpiValue } from '../../lib/contracts/kpi';
import type { PresenceCount } from './queue-state';
import type { QueueEntry } from './subject-view';

/** A presence that the list of presences does not name. */
const UNNAMED = 'Other';

export function offQueueDetail(entry: QueueEntry, names: ReadonlyMap<string, string>): KpiValue['detail'] {
  const { presences } = entry.state.users;
  const held = entry.offQueue;
  if (held !== null && held.presences === presences && held.names === names) return held.detail;
  const detail = byName(presences, names);
  const isSame = held !== null && JSON.stringify(held.detail) === JSON.stringify(detail);
  entry.offQueue = { presences, names, detail: isSame ? held.detail : detail };
  return entry.offQueue.detail;
}

function byName(presences: readonly PresenceCount[], names: ReadonlyMap<string, string>): KpiValue['detail'] {
  const counts = new Map<string, number>();
  for (const { id, count } of presences) {
    if (count === 0) continue;
    const name = names.get(id) ?? UNNAMED;
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  if (counts.size === 0) return undefined;
  return [...counts].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count);
}
