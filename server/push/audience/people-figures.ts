/**
 * Which figures are about people, and whose number decides whether they are shown: the one list of them. What callers
 * do (waiting, offered, answered, service level) is about no agent; docs/decisions/0013 says what that does not
 * prevent. Pure.
 */

import { valueKey } from '../../../lib/apply-delta';
import type { KpiKey } from '../../../lib/contracts/kpi';
import { parseSubject, subjectKey } from '../../../lib/ids';
import type { Figure } from '../shown';

const ON_QUEUE: readonly KpiKey[] = ['agentsOnQueue'];
const OFF_QUEUE: readonly KpiKey[] = ['agentsOffQueue'];
/** Who may have worked: whoever is signed in now. Who went home is not counted; that hides too much, not too little. */
const SIGNED_IN: readonly KpiKey[] = ['agentsOnQueue', 'agentsOffQueue'];

/** The figures whose sum is the number of people that a figure stands for. */
const GROUPS: ReadonlyMap<KpiKey, readonly KpiKey[]> = new Map([
  // How many they are, and what each of them does.
  ['agentsOnQueue', ON_QUEUE],
  ['agentsAvailable', ON_QUEUE],
  ['agentsInteracting', ON_QUEUE],
  ['agentsCommunicating', ON_QUEUE],
  ['agentsNotResponding', ON_QUEUE],
  ['occupancy', ON_QUEUE],
  // With a presence for each of them.
  ['agentsOffQueue', OFF_QUEUE],
  // Each is at one agent: of two on queue, two of these are both.
  ['alerting', ON_QUEUE],
  ['interacting', ON_QUEUE],
  // How long they take; of one person, his own figure.
  ['ahtMs', SIGNED_IN],
]);

export function isAboutPeople(kpi: KpiKey): boolean {
  return GROUPS.has(kpi);
}

/** Of agents there are no figures by media type: those of the queue count them. */
function wholeSubject(key: string): string {
  const subject = parseSubject(key);
  return subject === null ? key : subjectKey(subject.kind, subject.id);
}

/** The figures that say how many people this one stands for; none where it is not about people. */
export function groupOf({ subject, kpi }: Figure): readonly Figure[] {
  const whole = wholeSubject(subject);
  return (GROUPS.get(kpi) ?? []).map((key) => ({ subject: whole, kpi: key }));
}

/** How many people a figure stands for, by what is known of its group; `null`: nobody knows. */
export function peopleIn(group: readonly Figure[], lookUp: (key: string) => number | null): number | null {
  let people = 0;
  for (const { subject, kpi } of group) {
    const count = lookUp(valueKey(subject, kpi));
    if (count === null) return null;
    people += count;
  }
  return people;
}
