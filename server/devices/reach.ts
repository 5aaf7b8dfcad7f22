/** Whose an interaction is: an agent reaches those in which he takes part, now or before; others reach all. */
import type { Viewer } from './telemetry-desk';

/** `agentUserIds`: users of the platform who take part in it as agents. */
export function isAmong(
  { reach, genesysUserId }: Pick<Viewer, 'reach' | 'genesysUserId'>,
  agentUserIds: readonly string[],
): boolean {
  return reach === 'all' || (genesysUserId !== null && agentUserIds.includes(genesysUserId));
}
