'use client';
/** Whether the draft is on the server: since when, or why not. */
import { useLocale, useTranslations } from 'use-intl';
import { formatMoment } from '../access/moments';
import { problemWords } from '../access/problem-words';
import { isUnsaved, type SaveState } from './save-state';

export function SaveWords({ save, isPublished }: { save: SaveState; isPublished: boolean }) {
  const t = useTranslations('editor');
  const problems = useTranslations('problem');
  const locale = useLocale();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { saving, last } = save;
  const clock = (at: number) => formatMoment(at, { locale, timeZone, precision: 'clock' });
  const text = (() => {
    switch (saving.state) {
      case 'saved':
        if (last === null) return t(isPublished ? 'asPublished' : 'notYetSaved');
        return t('savedAt', { time: clock(last.at), by: last.by });
      case 'waiting':
      case 'saving':
        return t('saving');
      case 'failed': {
        const { key, seconds, code } = problemWords(saving.problem);
        return t('notSaved', { why: problems(key as 'other', { seconds, code }) });
      }
      case 'flawed':
        return t('notSaved', { why: t('flawed') });
      case 'overtaken':
        return t('notSaved', { why: t('overtakenShort', { by: saving.overtaking.by }) });
    }
  })();
  return (
    <p className="save-words" role="status" data-save={saving.state} data-unsaved={isUnsaved(save)}>
      {text}
    </p>
  );
}
