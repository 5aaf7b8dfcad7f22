'use client';
/**
 * What stands in the place of a list, or over it: asking, empty, the server away, or not for whoever asks. Who is
 * signed out is led to the sign-in, and back here.
 */
import { type ReactNode, useEffect } from 'react';
import { useTranslations } from 'use-intl';
import type { Polled } from '../ui/use-polled';
import { FailureLine } from './problem-line';

export interface ListStateProps {
  readonly polled: Pick<Polled<unknown>, 'answer' | 'answeredAt' | 'failure'>;
  /** In words, where there is nothing in it; `null`: there is. */
  readonly empty: string | null;
  readonly children: ReactNode;
}

export function ListState({ polled: { answer, answeredAt, failure }, empty, children }: ListStateProps) {
  const t = useTranslations('access');
  const isSignedOut = failure?.kind === 'refused' && failure.status === 401;
  useEffect(() => {
    if (!isSignedOut) return;
    const { pathname, search } = window.location;
    window.location.replace(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
  }, [isSignedOut]);
  return (
    <>
      <FailureLine failure={failure} shownAt={answer === null ? null : answeredAt} />
      {answer === null && failure === null && <p className="note">{t('asking')}</p>}
      {answer !== null && (empty === null ? children : <p className="note">{empty}</p>)}
    </>
  );
}
