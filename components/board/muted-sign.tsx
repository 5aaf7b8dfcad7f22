'use client';
/** Sound is wanted, and the browser gives none before somebody touches the screen: a shape and a word. */
import { useTranslations } from 'use-intl';
import type { SoundState } from '../../lib/contracts/screen-report';

export function isMuted(sound: SoundState): boolean {
  return sound === 'locked' || sound === 'none';
}

export function MutedSign({ sound }: { sound: SoundState }) {
  const t = useTranslations('floor');
  if (!isMuted(sound)) return null;
  return (
    <span className="muted-sign" data-muted={sound}>
      <svg className="muted-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        <path fill="currentColor" d="M1.5 7v6h4l5 4.5v-15L5.5 7z" />
        <path
          fill="none"
          stroke="currentColor"
          strokeWidth="2.4"
          strokeLinecap="round"
          d="m13.2 7 5.4 6m0-6-5.4 6"
        />
      </svg>
      <span>{t('muted')}</span>
      <span className="unseen">{t(sound === 'locked' ? 'mutedLocked' : 'mutedNone')}</span>
    </span>
  );
}
