'use client';
/** The server has a newer build: said calmly, and taken up when that suits. */
import { useTranslations } from 'use-intl';

export function NewBuildBar({ onReload }: { onReload: () => void }) {
  const t = useTranslations('editor');
  return (
    <div className="new-build" role="status" data-new-build>
      <p>{t('newBuild')}</p>
      <button type="button" className="button" onClick={onReload}>
        {t('reload')}
      </button>
    </div>
  );
}
