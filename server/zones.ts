/**
 * In which zone each queue's day starts: the first rule of the settings that names the queue or its division, else
 * the default. Divisions are known once the queues have been listed.
 */
import type { TimeZoneRule } from '../lib/contracts/settings';

export interface Zones {
  /** The default zone, and that of the boards and roll-ups made from all queues. */
  readonly timeZone: string;
  timeZoneOf(queueId: string): string;
  queuesListed(queues: readonly { readonly id: string; readonly divisionId: string }[]): void;
}

export function zonesOf(rules: readonly TimeZoneRule[], timeZone: string): Zones {
  const byQueue = new Map<string, string>();
  const byDivision = new Map<string, string>();
  let everywhere: string | null = null;
  let divisionOf = new Map<string, string>();
  for (const rule of rules) {
    if (rule.queueIds === undefined && rule.divisionIds === undefined) everywhere ??= rule.timeZone;
    for (const id of rule.queueIds ?? []) if (!byQueue.has(id)) byQueue.set(id, rule.timeZone);
    for (const id of rule.divisionIds ?? []) if (!byDivision.has(id)) byDivision.set(id, rule.timeZone);
  }
  return {
    timeZone: everywhere ?? timeZone,
    timeZoneOf(id) {
      return byQueue.get(id) ?? byDivision.get(divisionOf.get(id) ?? '') ?? everywhere ?? timeZone;
    },
    queuesListed(queues) {
      divisionOf = new Map(queues.map((queue) => [queue.id, queue.divisionId]));
    },
  };
}
