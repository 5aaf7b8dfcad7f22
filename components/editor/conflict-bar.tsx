'use client';
/** Somebody else has saved this board meanwhile: who, when, and the two ways on. Nothing is lost by either. */
import { useTranslations } from 'use-intl';
import { apart } from '../access/apart';
import { Moment } from '../access/moment';
import { ProblemLine, ProblemMark } from '../access/problem-line';
import type { Problem } from '../ui/fetch-json';
import type { Overtaking } from './save-state';

export interface ConflictBarProps {
  readonly overtaking: Overtaking;
  readonly isBusy: boolean;
  readonly problem: Problem | null;
  readonly onChoose: (whose: 'theirs' | 'mine') => void;
}

export function ConflictBar({ overtaking, isBusy, problem, onChoose }: ConflictBarProps) {
  const t = useTranslations('editor');
  return (
    <div className="conflict" role="alert" data-conflict>
      <ProblemMark />
      <p>
        {t.rich('conflict', { name: overtaking.by, n: apart })}{' '}
        <Moment at={overtaking.at} precision="second" />. {t('conflictWays')}
      </p>
      <p className="form-ways">
        <button type="button" className="button" aria-disabled={isBusy} onClick={() => onChoose('theirs')}>
          {t('takeTheirs')}
        </button>
        <button
          type="button"
          className="button button-main"
          aria-disabled={isBusy}
          onClick={() => onChoose('mine')}
        >
          {t('putMine')}
        </button>
      </p>
      <ProblemLine problem={problem} />
    </div>
  );
}
