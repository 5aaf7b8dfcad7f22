/** The shape of a priority: octagon, triangle, disc; the word stands beside it. */
import type { Priority } from '../../lib/contracts/announcement';
import { StateMark } from '../board/state-mark';

export function PriorityMark({ priority }: { priority: Priority }) {
  if (priority !== 'normal') return <StateMark status={priority === 'emergency' ? 'critical' : 'warning'} />;
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="5.5" fill="currentColor" />
    </svg>
  );
}
