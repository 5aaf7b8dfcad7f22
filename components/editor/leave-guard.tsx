'use client';
/**
 * While it is mounted nobody leaves the page without being asked: the browser asks where the page would go altogether,
 * a dialog where a link of ours leads elsewhere.
 */
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { nextPath } from '../../lib/next-path';
import { ConfirmDialog } from '../access/confirm-dialog';

export function LeaveGuard() {
  const t = useTranslations('editor');
  const router = useRouter();
  const [to, setTo] = useState<string | null>(null);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const click = (event: MouseEvent) => {
      const path = pathOfLink(event);
      if (path === null) return;
      event.preventDefault();
      event.stopPropagation();
      setTo(path);
    };
    window.addEventListener('beforeunload', ask);
    document.addEventListener('click', click, true);
    return () => {
      window.removeEventListener('beforeunload', ask);
      document.removeEventListener('click', click, true);
    };
  }, []);
  if (to === null) return null;
  return (
    <ConfirmDialog
      title={t('leaveTitle')}
      text={t('leaveText')}
      action={t('leave')}
      isBusy={false}
      problem={null}
      onConfirm={() => router.push(to)}
      onClose={() => setTo(null)}
    />
  );
}

/** Where a plain click on a link of ours would lead from here; `null`: it does not leave. */
function pathOfLink(event: MouseEvent): string | null {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.hasAttribute('download') || link.origin !== window.location.origin) return null;
  const path = nextPath(link.pathname + link.search);
  return path === window.location.pathname + window.location.search ? null : path;
}
