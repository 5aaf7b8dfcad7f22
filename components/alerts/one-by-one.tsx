'use client';
/** Alerts one by one, newest first, page by page; also those that are over. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { alertsResponseSchema } from '../../lib/contracts/alert';
import { ListState } from '../access/list-state';
import { usePolled } from '../ui/use-polled';
import { type AlertFilters, alertsPath, recordFits } from './alert-filters';
import { AlertRows } from './alert-rows';

const ASK_MS = 3_000;
const LIMIT = 50;

export interface OneByOneProps {
  readonly filters: AlertFilters;
  readonly onAcknowledged: (count: number) => void;
}

/** To be given another key when the filters change: pages are counted from the first. */
export function OneByOne({ filters, onAcknowledged }: OneByOneProps) {
  const t = useTranslations('alerts');
  /** Where each page begins that was gone through. */
  const [pages, setPages] = useState<readonly string[]>([]);
  const path = alertsPath(filters, { limit: LIMIT, before: pages.at(-1) });
  const polled = usePolled(path, alertsResponseSchema, ASK_MS);
  const alerts = (polled.answer?.alerts ?? []).filter((alert) => recordFits(alert, filters));
  const next = polled.answer?.next ?? null;
  const taken = (count: number) => {
    polled.refresh();
    onAcknowledged(count);
  };
  return (
    <>
      <ListState polled={polled} empty={alerts.length === 0 ? t('nothingFits') : null}>
        <AlertRows alerts={alerts} caption={t('caption')} isMixed onAcknowledged={taken} />
      </ListState>
      {(pages.length > 0 || next !== null) && (
        <p className="form-ways">
          {pages.length > 0 && (
            <button type="button" className="button" onClick={() => setPages(pages.slice(0, -1))}>
              {t('newer')}
            </button>
          )}
          {next !== null && (
            <button type="button" className="button" onClick={() => setPages([...pages, next])}>
              {t('older')}
            </button>
          )}
        </p>
      )}
    </>
  );
}
