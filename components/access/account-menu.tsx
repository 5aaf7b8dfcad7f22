'use client';
/** The end of the bar: who is signed in, the pages of administrators, the language, the way out. */
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'use-intl';
import type { Me } from '../../lib/contracts/access';
import { shorten } from '../../lib/format';
import { BarMenu } from '../ui/bar-menu';
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
  const links = linksFor(me);
  const pages = ADMIN_PAGES.filter((page) => links[page]);
  const isPerson = me.kind === 'person';
  const title = pages.length > 0 ? t('admin') : t('language');
  return (
    <BarMenu
      name="account"
      label={isPerson ? <bdi>{shorten(me.name, NAME_LENGTH)}</bdi> : title}
      title={isPerson ? me.name : undefined}
      isHere={here !== null}
    >
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
    </BarMenu>
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
    <button type="button" className="menu-deed" onClick={leave}>
      {t('signOut')}
    </button>
  );
}
