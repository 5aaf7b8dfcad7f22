/** The groups of alerts that a panel is about. Pure. */
import type { AlertGroup } from '../../lib/contracts/alert';
import type { AlertPanel } from '../../lib/contracts/board';

export function chosenGroups(
  groups: readonly AlertGroup[],
  { levels, queueIds }: Pick<AlertPanel, 'levels' | 'queueIds'>,
): readonly AlertGroup[] {
  return groups.filter(
    ({ level, queueId }) =>
      (levels === undefined || levels.includes(level)) &&
      (queueIds === undefined || (queueId !== null && queueIds.includes(queueId))),
  );
}
