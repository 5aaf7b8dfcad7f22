'use client';
/** Diagnostic sessions at the desk: those that are open first, and one of them beside the list. */
import Link from 'next/link';
import { useDeferredValue, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type SessionSummary, sessionsResponseSchema } from '../../../lib/contracts/diagnostics';
import { ListState } from '../../access/list-state';
import { Ago } from '../../access/moment';
import { Desk } from '../../supervisor/desk';
import { useSaid } from '../../ui/server-sentences';
import { usePolled } from '../../ui/use-polled';
import { SESSION_FILTERS, type SessionFilter, shownSessions } from './session-list';
import { SessionMark } from './session-mark';
import { SessionPanel } from './session-panel';

const ASK_MS = 3_000;

export interface SessionsPageProps {
  readonly theme: 'dark' | 'light';
  /** The one that is shown; `null`: the list alone. */
  readonly interactionId: string | null;
}

export function SessionsPage({ theme, interactionId }: SessionsPageProps) {
  const t = useTranslations('diagnostics');
  const more = theme === 'light' ? { theme } : {};
  const queryOf = (id: string) => `${new URLSearchParams({ conversationId: id, ...more })}`;
  return (
    <Desk place={{ kind: 'diagnostics' }} theme={theme}>
      <h1 className="desk-title">{t('title')}</h1>
      {interactionId === null ? (
        <SessionList queryOf={queryOf} />
      ) : (
        <>
          <p className="session-back">
            <Link href={`/supervisor/diagnostics?${new URLSearchParams(more)}`}>{t('back')}</Link>
          </p>
          <SessionPanel key={interactionId} interactionId={interactionId} />
        </>
      )}
    </Desk>
  );
}

function SessionList({ queryOf }: { queryOf: (id: string) => string }) {
  const t = useTranslations('diagnostics');
  const polled = usePolled('/api/v1/diagnostics', sessionsResponseSchema, ASK_MS);
  const [text, setText] = useState('');
  const [filter, setFilter] = useState<SessionFilter>('all');
  const sessions = polled.answer?.sessions ?? [];
  const more = polled.answer?.more ?? 0;
  const shown = shownSessions(sessions, { text: useDeferredValue(text), filter });
  const open = sessions.filter(({ endedAt }) => endedAt === null).length;
  return (
    <ListState polled={polled} empty={sessions.length === 0 ? t('empty') : null}>
      <div className="filters sessions-tools">
        <fieldset className="switch">
          <legend className="unseen">{t('which')}</legend>
          {SESSION_FILTERS.map((name) => (
            <button key={name} type="button" aria-pressed={filter === name} onClick={() => setFilter(name)}>
              {t(`filter.${name}`)}
            </button>
          ))}
        </fieldset>
        <label className="filter">
          <span>{t('find')}</span>
          <input type="search" value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <span className="note-inline">{t('counted', { open, total: sessions.length + more })}</span>
      </div>
      {shown.length === 0 ? (
        <p className="note">{t('nothingFits')}</p>
      ) : (
        <div className="panel full list list-sessions">
          <table>
            <caption className="unseen">{t('caption')}</caption>
            <thead>
              <tr>
                {(['device', 'stateHead', 'startedBy', 'commands'] as const).map((head) => (
                  <th key={head} scope="col">
                    {t(head)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((session) => (
                <SessionRow
                  key={session.interactionId + session.startedAt}
                  session={session}
                  now={polled.answer?.serverTime ?? null}
                  query={queryOf(session.interactionId)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more > 0 && <p className="note">{t('moreSessions', { count: more })}</p>}
    </ListState>
  );
}

interface SessionRowProps {
  readonly session: SessionSummary;
  readonly now: number | null;
  /** Of the address that shows it. */
  readonly query: string;
}

function SessionRow({ session, now, query }: SessionRowProps) {
  const t = useTranslations('diagnostics');
  const said = useSaid();
  const state = session.endedAt === null ? session.state : 'ENDED';
  return (
    <tr data-session={session.interactionId} data-session-state={state}>
      <th scope="row">
        <Link href={`/supervisor/diagnostics?${query}`}>
          <bdi>{session.deviceId}</bdi>
        </Link>
        <small>{session.interactionId}</small>
      </th>
      <td>
        <span className="session-cell">
          <SessionMark state={state} />
          {t(`state.${state}`)}
        </span>
        {session.notice !== null && session.endedAt === null && <small>{said(session.notice)}</small>}
      </td>
      <td>
        <bdi>{session.startedBy}</bdi>
        <small>
          <Ago at={session.startedAt} now={now} />
        </small>
      </td>
      <td>{t('commandCount', { waiting: session.commandsWaiting, ended: session.commandsEnded })}</td>
    </tr>
  );
}
