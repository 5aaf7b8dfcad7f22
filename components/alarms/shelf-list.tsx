'use client';
/** What is on the shelf: why, until when, by whom; to be put back at once by who may. */
import { useTranslations } from 'use-intl';
import { z } from 'zod';
import type { Shelf } from '../../lib/contracts/alarm';
import { kpiKeySchema } from '../../lib/contracts/kpi';
import { ClockMoment } from '../access/moment';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { callServer } from '../ui/fetch-json';
import type { TitleOf } from './alarm-title';

export interface ShelfListProps {
  readonly shelves: readonly Shelf[];
  readonly titleOf: TitleOf;
  readonly now: number;
  readonly mayShelve: boolean;
  readonly onChanged: () => void;
}

export function ShelfList({ shelves, titleOf, now, mayShelve, onChanged }: ShelfListProps) {
  const t = useTranslations('alarms');
  const { isBusy, problem, run } = useDeed<unknown>();
  if (shelves.length === 0) return null;
  return (
    <section className="panel form side" aria-label={t('shelves')} data-shelves={shelves.length}>
      <h3>{t('shelves')}</h3>
      <ProblemLine problem={problem} />
      <ul className="side-list">
        {shelves.map((shelf) => {
          const title = titleOf(aboutOf(shelf.key));
          return (
            <li key={shelf.key} data-shelf={shelf.key}>
              <b>{title}</b>
              <q className="alert-note">{shelf.reason}</q>
              <small>
                {t('until')} <ClockMoment at={shelf.until} now={now} />
                {shelf.by !== null && `, ${t('shelvedBy', { name: shelf.by })}`}
              </small>
              {mayShelve && (
                <button
                  type="button"
                  className="button"
                  aria-disabled={isBusy}
                  aria-label={t('backNamed', { name: title })}
                  onClick={() => run(() => back(shelf.key), onChanged)}
                >
                  {t('back')}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** `kpi:<subject>#<kpi>`, else the key as it is. */
function aboutOf(key: string): Parameters<TitleOf>[0] {
  const hash = key.lastIndexOf('#');
  const kpi = kpiKeySchema.safeParse(key.slice(hash + 1));
  if (!key.startsWith('kpi:') || !kpi.success) return { subject: null, kpi: null, text: key };
  return { subject: key.slice('kpi:'.length, hash), kpi: kpi.data, text: '' };
}

async function back(key: string) {
  const path = `/api/v1/alarms/shelves?key=${encodeURIComponent(key)}`;
  return callServer({ path, method: 'DELETE', schema: z.undefined() });
}
