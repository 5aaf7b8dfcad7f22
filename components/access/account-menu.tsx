'use client';
/** The end of the bar: who is signed in, the pages of administrators, the language, the way out: the browser's popover. */
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { Me } from '../../lib/contracts/access';
import { shorten } from '../../lib/format';
import { LanguageChoice } from '../ui/language-choice';
import { apart } from './apart';
import { type DeskLinks, linksFor } from './desk-links';
import { askSignOut } from './sign-out';

const NAME_LENGTH = 20;
const ADMIN_PAGES = ['people', 'machines', 'audit'] as const satisfies readonly (keyof DeskLinks)[];
export type AdminPage = (typeof ADMIN_PAGES)[number];

export interface AccountMenuProps {
  readonly me: Me;
  /** The page that this is; `null`: none of these. */
  readonly here: AdminPage | null;
}

export function AccountMenu({ me, here }: AccountMenuProps) {
  const t = useTranslations('account');
  const id = useId();
  const links = linksFor(me);
  const pages = ADMIN_PAGES.filter((page) => links[page]);
  const isPerson = me.kind === 'person';
  const title = pages.length > 0 ? t('admin') : t('language');
  return (
    <div className="account">
      <button
        type="button"
        className="account-open"
        popoverTarget={id}
        data-here={here !== null}
        title={isPerson ? me.name : undefined}
      >
        {isPerson ? <bdi>{shorten(me.name, NAME_LENGTH)}</bdi> : title}
        <Chevron />
      </button>
      <div id={id} popover="auto" className="account-menu">
        {isPerson && <p className="account-name">{t.rich('signedInAs', { name: me.name, n: apart })}</p>}
        {pages.length > 0 && (
          <nav aria-label={t('admin')}>
            {pages.map((page) => (
              <Link key={page} href={`/admin/${page}`} aria-current={page === here ? 'page' : undefined}>
                {t(page)}
              </Link>
            ))}
          </nav>
        )}
        <LanguageChoice />
        {isPerson && <SignOut />}
      </div>
    </div>
  );
}

function SignOut() {
  const t = useTranslations('account');
  const router = useRouter();
  const leave = () => {
    askSignOut();
    router.push('/sign-in');
  };
  return (
    <button type="button" className="account-out" onClick={leave}>
      {t('signOut')}
    </button>
  );
}

function Chevron() {
  return (
    <svg className="account-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d="M4 7l6 6 6-6" fill="none" stroke="currentColor" strokeWidth="2.4" />
    </svg>
  );
}
