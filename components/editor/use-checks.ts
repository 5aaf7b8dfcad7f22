'use client';
/** The checks of the board as it stands, with the colours of its theme as the style sheet has them. */
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { Board } from '../../lib/contracts/board';
import { checksOf } from './checks/board-checks';
import type { Check } from './checks/check';
import { TEXT_ON_GROUND, type Tokens } from './checks/contrast';
import { fullScreen, type Orientation } from './page-views';

const NO_TOKENS: Tokens = new Map();

export function useChecks(
  board: Board,
  subjects: ReadonlySet<string> | null,
  orientation: Orientation,
): readonly Check[] {
  const t = useTranslations('kpi');
  const locale = useLocale();
  const tokens = useTokens(board.theme ?? 'dark');
  const settled = useDeferredValue(board);
  return useMemo(() => {
    const list = new Intl.ListFormat(locale, { type: 'conjunction' });
    const names = {
      kpi: (key: string) => t(`${key}.label` as 'waiting.label'),
      columnHead: (key: string) => t(`${key}.short` as 'waiting.short'),
      list: (all: readonly string[]) => list.format(all),
    };
    return checksOf(settled, { viewport: fullScreen(orientation), tokens, subjects, names });
  }, [settled, tokens, subjects, orientation, t, locale]);
}

/** As the browser works them out for a part of the page in that theme. */
function useTokens(theme: 'dark' | 'light'): Tokens {
  const [tokens, setTokens] = useState(NO_TOKENS);
  useEffect(() => {
    const probe = document.createElement('div');
    probe.dataset.theme = theme;
    document.body.append(probe);
    const style = getComputedStyle(probe);
    const names = new Set(TEXT_ON_GROUND.flat());
    const read = [...names].map((name) => [name, style.getPropertyValue(`--${name}`).trim()] as const);
    probe.remove();
    setTokens(new Map(read.filter(([, colour]) => /^#[0-9a-f]{6}$/i.test(colour))));
  }, [theme]);
  return tokens;
}
