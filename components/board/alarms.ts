/**
 * What is alarmed on a board, worst first, for the line at its foot. A roll-up is left out where a queue says the
 * same more exactly: one cause, one alarm. Pure.
 */
import type { KpiKey, KpiStatus } from '../../lib/contracts/kpi';
import { parseSubject } from '../../lib/ids';

export interface StatusFact {
  readonly subject: string;
  readonly kpi: KpiKey;
  readonly status: KpiStatus;
  readonly value: number | null;
}

export interface Alarm {
  readonly subject: string;
  readonly kpi: KpiKey;
  readonly status: 'critical' | 'warning';
}

/** Which figure speaks for a subject that has several alarms: what hurts the caller now, then the day's. */
const URGENCY: readonly KpiKey[] = ['longestWaitSince', 'waiting', 'serviceLevel', 'abandonRate'];

/** One alarm a subject, critical first; among equals the more urgent figure, then the longer waiting. */
export function alarmsOf(facts: Iterable<StatusFact>): readonly Alarm[] {
  const alarmed = [...facts].filter(isAlarm);
  const byQueue = new Set(alarmed.filter((fact) => isQueue(fact.subject)).map((fact) => fact.kpi));
  const causes = alarmed.filter((fact) => isQueue(fact.subject) || !byQueue.has(fact.kpi));
  const first = new Map<string, AlarmFact>();
  for (const fact of causes.sort(compareAlarms)) {
    if (!first.has(fact.subject)) first.set(fact.subject, fact);
  }
  return [...first.values()].map(({ subject, kpi, status }) => ({ subject, kpi, status }));
}

type AlarmFact = StatusFact & { readonly status: Alarm['status'] };

function isAlarm(fact: StatusFact): fact is AlarmFact {
  return fact.status === 'critical' || fact.status === 'warning';
}

function isQueue(subject: string): boolean {
  return parseSubject(subject)?.kind === 'queue';
}

function compareAlarms(a: AlarmFact, b: AlarmFact): number {
  return (
    Number(b.status === 'critical') - Number(a.status === 'critical') ||
    urgency(a.kpi) - urgency(b.kpi) ||
    severity(b) - severity(a) ||
    a.subject.localeCompare(b.subject)
  );
}

function urgency(kpi: KpiKey): number {
  const place = URGENCY.indexOf(kpi);
  return place === -1 ? URGENCY.length : place;
}

/** Comparable only within one KPI: waits begin earlier, service levels are lower, counts and rates are higher. */
function severity(fact: AlarmFact): number {
  const value = fact.value ?? 0;
  return fact.kpi === 'longestWaitSince' || fact.kpi === 'serviceLevel' ? -value : value;
}
