'use client';
/** What went wrong, in words. Heard at once by those who hear the page. */
import { useTranslations } from 'use-intl';
import type { Problem } from '../ui/fetch-json';
import { Moment } from './moment';
import { problemWords } from './problem-words';

export function ProblemLine({ problem }: { problem: Problem | null }) {
  const t = useTranslations('problem');
  if (problem === null) return null;
  const { key, seconds, code } = problemWords(problem);
  return (
    <p className="problem" role="alert" data-problem={code === '' ? key : code}>
      <ProblemMark />
      {t(key, { seconds, code })}
    </p>
  );
}

export interface FailureLineProps {
  readonly failure: Problem | null;
  /** When what is shown was so, by the server's clock; `null`: nothing is shown, or it is not known. */
  readonly shownAt: number | null;
}

/** Why something that is asked for again and again was not told just now. Nobody has done anything here. */
export function FailureLine({ failure, shownAt }: FailureLineProps) {
  const t = useTranslations('access');
  if (failure?.kind !== 'unreachable') return <ProblemLine problem={failure} />;
  return (
    <p className="problem" role="alert" data-problem="unreachable">
      <ProblemMark />
      <span>
        {t('away')}
        {shownAt !== null && (
          <>
            {' '}
            {t('shownFrom')} <Moment at={shownAt} precision="second" />
          </>
        )}
      </span>
    </p>
  );
}

/** The triangle of all warnings here. */
export function ProblemMark() {
  return (
    <svg className="problem-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path fill="currentColor" d="M10 1.5 19 18H1z" />
    </svg>
  );
}
