/** The shapes of levels: octagon critical, triangle warning, disc info; hollow where somebody has it, or it is over. */
import type { AlertLevel } from '../../lib/contracts/alert';

export interface LevelMarkProps {
  readonly level: AlertLevel;
  readonly isHollow: boolean;
}

const SHAPES: Readonly<Record<AlertLevel, string>> = {
  critical: 'M6.4 1.5h7.2L18.5 6.4v7.2L13.6 18.5H6.4L1.5 13.6V6.4z',
  warning: 'M10 2 18.6 17.5H1.4z',
  info: 'M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z',
};

export function LevelMark({ level, isHollow }: LevelMarkProps) {
  return (
    <svg className={`mark mark-${level}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d={SHAPES[level]}
        fill={isHollow ? 'none' : 'currentColor'}
        stroke="currentColor"
        strokeWidth={isHollow ? 2.6 : 1}
        strokeLinejoin="round"
      />
    </svg>
  );
}
