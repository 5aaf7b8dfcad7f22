'use client';
/** What state a session is in, in words, since when, on which device; and what to do where something is wrong. */
import { useTranslations } from 'use-intl';
import type { DiagnosticSession } from '../../../lib/contracts/diagnostics';
import { Ago, ClockMoment } from '../../access/moment';
import { useSaid } from '../../ui/server-sentences';
import { SessionMark } from './session-mark';

export interface SessionHeadProps {
  readonly session: DiagnosticSession;
  /** By the server's clock, when this was so. */
  readonly now: number;
}

export function SessionHead({ session, now }: SessionHeadProps) {
  const t = useTranslations('diagnostics');
  const said = useSaid();
  const state = session.endedAt === null ? session.state : 'ENDED';
  return (
    <section className="panel session-head" data-session-state={state} aria-label={t('session')}>
      <p className="session-state">
        <SessionMark state={state} />
        <b>{t(`state.${state}`)}</b>
        <small>
          {t('since')} <ClockMoment at={session.endedAt ?? session.since} now={now} />
        </small>
      </p>
      <p className="session-notice" role="status">
        {session.endedAt === null
          ? said(session.notice ?? '')
          : t(`solved.${String(session.solvedRemotely)}`)}
      </p>
      <dl className="session-facts">
        <Fact term={t('device')}>
          <bdi>{session.deviceId}</bdi>
        </Fact>
        <Fact term={t('customer')}>
          <bdi>{session.customerId}</bdi>
        </Fact>
        <Fact term={t('startedBy')}>
          <bdi>{session.startedBy}</bdi>, <Ago at={session.startedAt} now={now} />
        </Fact>
        <Fact term={t('heard')}>
          {session.heardAt === null ? t('never') : <Ago at={session.heardAt} now={now} />}
        </Fact>
        <Fact term={t('transcript')}>
          {t(`transcriptState.${session.transcript.state}`, {
            seconds: session.transcript.windowMs / 1_000,
            backlog: session.transcript.backlog,
          })}
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
