'use client';
/** A screen that may show nothing: its ground and one calm line that says why, legible across a room. No name, no figure. */
import { useTranslations } from 'use-intl';
import type { StandingCode } from './link-state';

export interface BlankScreenProps {
  readonly code: StandingCode;
  readonly theme: 'dark' | 'light';
}

export function BlankScreen({ code, theme }: BlankScreenProps) {
  const t = useTranslations('screen');
  return (
    <main className="blank" data-theme={theme} data-blank={code}>
      <h1>{t(code)}</h1>
    </main>
  );
}
