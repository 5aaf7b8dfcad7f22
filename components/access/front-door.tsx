'use client';
/** The way in for who names no page: a television to its own board, people to the first one, others to the sign-in. */
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { meSchema } from '../../lib/contracts/access';
import { OpenFirstBoard } from '../supervisor/open-first-board';
import { usePolled } from '../ui/use-polled';
import { type WayIn, wayIn, wayToScreen } from './way-in';

const RETRY_MS = 3_000;

export interface FrontDoorProps {
  /** `/` or `/screen`. */
  readonly way: 'desk' | 'screen';
}

export function FrontDoor({ way }: FrontDoorProps) {
  const { answer, failure } = usePolled('/api/v1/me', meSchema, RETRY_MS);
  const goal = answer === null ? null : way === 'desk' ? wayIn(answer) : wayToScreen(answer);
  const place = placeOf(goal);
  useEffect(() => {
    if (place !== null) window.location.replace(place);
  }, [place]);
  if (goal?.kind === 'first-board') {
    return <OpenFirstBoard under={way === 'desk' ? '/supervisor/boards' : '/screen'} />;
  }
  return <Front word={failure === null ? 'asking' : 'waiting'} />;
}

function placeOf(goal: WayIn | null): string | null {
  if (goal?.kind === 'own-screen') return goal.path;
  return goal?.kind === 'sign-in' ? '/sign-in' : null;
}

function Front({ word }: { word: 'asking' | 'waiting' }) {
  const t = useTranslations('front');
  return (
    <main className="front" data-front={word}>
      <h1>{t('title')}</h1>
      <p role="status">{t(word)}</p>
    </main>
  );
}
