'use client';
/** What went wrong, in words. Heard at once by those who hear the page. */
import { useTranslations } from 'use-intl';
import type { Problem } from '../ui/fetch-json';
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

/** The triangle of all warnings here. */
export function ProblemMark() {
  return (
    <svg className="problem-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path fill="currentColor" d="M10 1.5 19 18H1z" />
    </svg>
  );
}
