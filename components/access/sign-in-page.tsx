'use client';
/** The way in for people: at the provider, by a one-time link, or nothing to sign in to. Says who is signed in already. */
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { meSchema } from '../../lib/contracts/access';
import type { Problem } from '../ui/fetch-json';
import { usePolled } from '../ui/use-polled';
import { apart } from './apart';
import { OneTimeSignIn } from './one-time-sign-in';
import { FailureLine, ProblemLine, ProblemMark } from './problem-line';
import { isOnceHash, onceTokenOf, type SignInQuery, type SignInView, signInView } from './sign-in-state';
import { signOut, takeSignOut } from './sign-out';
import { type Deed, useDeed } from './use-deed';

/** Who has no role learns by himself when he has been given one. */
const ASK_MS = 5_000;

export interface SignInPageProps extends SignInQuery {
  readonly theme: 'dark' | 'light';
}

export function SignInPage({ theme, next, problem }: SignInPageProps) {
  const t = useTranslations('signIn');
  const { answer, failure } = usePolled('/api/v1/me', meSchema, ASK_MS);
  const token = useOnceToken();
  const leaving = useLeaving();
  const view = signInView(answer, { next });
  return (
    <main className="gate" data-theme={theme} data-sign-in={view.kind}>
      <section className="gate-card">
        <h1>
          <small>{t('product')}</small>
          {t(view.kind === 'signed-in' ? 'account' : 'title')}
        </h1>
        {problem !== null && view.kind !== 'signed-in' && (
          <p className="problem" role="alert" data-problem={problem}>
            <ProblemMark />
            {t(`problem.${problem}`)}
          </p>
        )}
        {token !== null && view.kind !== 'no-accounts' ? (
          <OneTimeSignIn token={token} next={next} />
        ) : (
          (view.kind !== 'asking' || failure === null) && <Way view={view} next={next} leaving={leaving} />
        )}
        {view.kind === 'asking' && token === null && <FailureLine failure={failure} shownAt={null} />}
        <ProblemLine problem={leaving.problem} />
      </section>
    </main>
  );
}

interface WayProps {
  readonly view: SignInView;
  readonly next: string;
  readonly leaving: Leaving;
}

function Way({ view, next, leaving }: WayProps) {
  const t = useTranslations('signIn');
  switch (view.kind) {
    case 'asking':
      return <p role="status">{t('asking')}</p>;
    case 'no-accounts':
      return (
        <Said text={t('noAccounts')}>
          <a className="button button-main" href={next}>
            {t('go')}
          </a>
        </Said>
      );
    case 'link-only':
      return (
        <Said text={t('linkOnly')}>
          <code>npm run sign-in-link</code>
        </Said>
      );
    case 'provider':
      return (
        <Said text={t('provider')}>
          {/* A whole new page: what is behind it is no page of ours. */}
          <a className="button button-main" href={view.href}>
            {t('with', { label: view.label })}
          </a>
        </Said>
      );
    case 'signed-in':
      return <SignedIn {...view} next={next} leaving={leaving} />;
  }
}

function SignedIn({
  name,
  may,
  next,
  leaving,
}: Omit<Extract<SignInView, { kind: 'signed-in' }>, 'kind'> & Omit<WayProps, 'view'>) {
  const t = useTranslations('signIn');
  return (
    <Said text={leaving.isBusy ? t('leaving') : t.rich(`may.${may}`, { name, n: apart })}>
      {may === 'all' && (
        <a className="button button-main" href={next}>
          {t('go')}
        </a>
      )}
      <button type="button" className="button" aria-disabled={leaving.isBusy} onClick={leaving.leave}>
        {t('signOut')}
      </button>
    </Said>
  );
}

function Said({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <>
      <p role="status">{text}</p>
      <p className="gate-ways">{children}</p>
    </>
  );
}

/** The token leaves the address at once: neither the history nor who looks over a shoulder has it. */
function useOnceToken(): string | null {
  const [token, setToken] = useState<string | null>(null);
  useEffect(() => {
    const take = () => {
      const { hash, pathname, search } = window.location;
      if (!isOnceHash(hash)) return;
      window.history.replaceState(null, '', pathname + search);
      setToken(onceTokenOf(hash));
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return token;
}

interface Leaving {
  readonly isBusy: boolean;
  readonly problem: Problem | null;
  readonly leave: () => void;
}

function useLeaving(): Leaving {
  const { isBusy, problem, run }: Deed<string> = useDeed();
  const [isGone, setGone] = useState(false);
  const leave = () =>
    run(signOut, (location) => {
      setGone(true);
      window.location.replace(location);
    });
  useEffect(() => {
    if (!takeSignOut()) return;
    run(signOut, (location) => {
      setGone(true);
      window.location.replace(location);
    });
  }, [run]);
  return { isBusy: isBusy || isGone, problem, leave };
}
