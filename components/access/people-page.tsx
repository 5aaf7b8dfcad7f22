'use client';
/** Who signed in here, with roles and sessions, for administrators. Names come from providers and are text only. */
import { useDeferredValue, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Person, peopleResponseSchema } from '../../lib/contracts/access';
import { Desk } from '../supervisor/desk';
import { type Polled, usePolled } from '../ui/use-polled';
import { ListState } from './list-state';
import { PersonRow } from './person-row';
import { matchesPerson } from './role-draft';
import { useMe } from './use-me';

const ASK_MS = 5_000;
const ROWS_AT_ONCE = 100;

export function PeoplePage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('people');
  const hasAccounts = useMe()?.signIn.mode !== 'none';
  const polled = usePolled('/api/v1/people', peopleResponseSchema, ASK_MS);
  const people = polled.answer?.people ?? [];
  return (
    <Desk place={{ kind: 'people' }} theme={theme}>
      <h1 className="desk-title">{t('title')}</h1>
      <p className="lead">{t(hasAccounts ? 'note' : 'noAccounts')}</p>
      <ListState polled={polled} empty={people.length === 0 ? t('empty') : null}>
        <PeopleTable people={people} now={polled.answeredAt} refresh={polled.refresh} />
      </ListState>
    </Desk>
  );
}

interface PeopleTableProps {
  readonly people: readonly Person[];
  readonly now: number | null;
  readonly refresh: Polled<unknown>['refresh'];
}

function PeopleTable({ people, now, refresh }: PeopleTableProps) {
  const t = useTranslations('people');
  const [filter, setFilter] = useState('');
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const wanted = useDeferredValue(filter);
  const matching = people.filter((person) => matchesPerson(person, wanted));
  return (
    <>
      <p className="exact-tools">
        <label>
          {t('filter')}{' '}
          <input type="search" value={filter} onChange={(event) => setFilter(event.target.value)} />
        </label>
        <span>{t('shown', { shown: matching.length, total: people.length })}</span>
      </p>
      <div className="panel full list list-people">
        <table>
          <caption className="unseen">{t('caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('person')}</th>
              <th scope="col">{t('roles')}</th>
              <th scope="col">{t('sessions')}</th>
            </tr>
          </thead>
          <tbody>
            {matching.slice(0, most).map((person) => (
              <PersonRow key={person.id} person={person} now={now} onChanged={refresh} />
            ))}
          </tbody>
        </table>
        {matching.length > most && (
          <button type="button" className="full-more" onClick={() => setMost(most + ROWS_AT_ONCE)}>
            {t('more', { count: Math.min(ROWS_AT_ONCE, matching.length - most) })}
          </button>
        )}
      </div>
    </>
  );
}
