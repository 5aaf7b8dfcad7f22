'use client';
/** A one-time link is used when somebody presses the button, and not by whoever merely looks at it. */
import { useTranslations } from 'use-intl';
import { redirectSchema } from '../../lib/contracts/access';
import { nextPath } from '../../lib/next-path';
import { callServer } from '../ui/fetch-json';
import { ProblemLine } from './problem-line';
import { useDeed } from './use-deed';

export interface OneTimeSignInProps {
  readonly token: string;
  readonly next: string;
}

export function OneTimeSignIn({ token, next }: OneTimeSignInProps) {
  const t = useTranslations('signIn');
  const { isBusy, problem, run } = useDeed<string>();
  const enter = () =>
    run(
      () => redeem(token),
      (location) => window.location.replace(next === '/' ? location : next),
    );
  if (problem?.kind === 'refused' && problem.code === 'link.refused') {
    return (
      <>
        <ProblemLine problem={problem} />
        <p className="gate-ways">
          <code>npm run sign-in-link</code>
        </p>
      </>
    );
  }
  return (
    <>
      <p>{t('once')}</p>
      <p className="gate-ways">
        <button type="button" className="button button-main" aria-disabled={isBusy} onClick={enter}>
          {t('asAdministrator')}
        </button>
      </p>
      <ProblemLine problem={problem} />
    </>
  );
}

async function redeem(token: string) {
  const said = await callServer({
    path: '/auth/once',
    method: 'POST',
    body: { token },
    schema: redirectSchema,
  });
  return said.ok ? ({ ok: true, value: nextPath(said.value.content.location) } as const) : said;
}
