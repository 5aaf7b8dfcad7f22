'use client';
/**
 * The words of a floor screen: in the language of its board, which may change while it hangs there. Only what the server
 * says now changes it: a picture that was kept may know an older choice.
 */
import { type ReactNode, useState } from 'react';
import type { PageLocale } from '../../lib/locale';
import { useLink, usePicture } from '../live/use-live';
import { Speaking } from '../ui/words';

export interface BoardWordsProps {
  /** As the server sent this page. */
  readonly language: PageLocale;
  readonly children: ReactNode;
}

export function BoardWords({ language, children }: BoardWordsProps) {
  const isHeard = useLink().state === 'live';
  const board = usePicture()?.board ?? null;
  const [last, setLast] = useState(language.locale);
  const locale = isHeard && board !== null ? (board.locale ?? language.usual) : last;
  if (locale !== last) setLast(locale);
  return <Speaking locale={locale}>{children}</Speaking>;
}
