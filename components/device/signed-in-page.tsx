'use client';
/**
 * The window in which somebody signed in for a widget that stands in a foreign frame: it gets a token for that widget,
 * hands it to the page that opened it, if that is ours, and closes.
 */
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { browserClock, type Cancel } from '../live/clock';
import { askToken } from './widget/asking';
import { type AgentToken, TOKEN_MESSAGE } from './widget/reading';

const RETRY_MS = 2_000;

/** `lost`: whoever opened this window cannot be reached from here (the provider's pages may cut the two apart). */
export type Handing = 'asking' | 'done' | 'lost' | 'needless' | 'refused' | 'failed';

export function SignedInPage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('signedIn');
  const state = useHanding();
  return (
    <main className="gate" data-theme={theme} data-handing={state}>
      <section className="gate-card">
        <h1>{t('title')}</h1>
        <p role="status">{t(state)}</p>
        {state === 'refused' && (
          <p className="gate-ways">
            <a className="button button-main" href="/sign-in?next=%2Fagent%2Fsigned-in">
              {t('again')}
            </a>
          </p>
        )}
      </section>
    </main>
  );
}

function useHanding(): Handing {
  const [state, setState] = useState<Handing>('asking');
  useEffect(() => {
    const asking = new AbortController();
    let cancel: Cancel = () => undefined;
    const ask = async () => {
      const { signal } = asking;
      const given = await askToken((path, init) => fetch(path, init), {
        ...{ token: null, signal, now: browserClock.now },
      });
      if (signal.aborted) return;
      if (given === null) {
        setState('failed');
        cancel = browserClock.after(RETRY_MS, () => void ask());
      } else if (given === 'signedOut') setState('refused');
      else if (given === 'needless') setState('needless');
      else setState(handOver(given) ? 'done' : 'lost');
    };
    void ask();
    return () => {
      asking.abort();
      cancel();
    };
  }, []);
  return state;
}

/** To a page of this very origin, or to nobody: the browser drops it where the opener is another's. */
function handOver(token: AgentToken): boolean {
  // A `Window`, or nothing; of another origin it can only be posted to.
  const opener = window.opener as Window | null;
  if (opener === null || opener.closed) return false;
  opener.postMessage({ type: TOKEN_MESSAGE, ...token }, window.location.origin);
  window.close();
  return true;
}
