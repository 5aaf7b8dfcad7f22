'use client';
/** Every command of the session, the newest first: who asked, how far it is, and what came of it in plain words. */
import { useTranslations } from 'use-intl';
import type { CommandRecord } from '../../../lib/contracts/diagnostics';
import { ClockMoment } from '../../access/moment';
import { useSaid } from '../../ui/server-sentences';
import { commandName, isEnded, resultWords } from './command-words';

export interface CommandHistoryProps {
  readonly commands: readonly CommandRecord[];
  readonly now: number;
}

export function CommandHistory({ commands, now }: CommandHistoryProps) {
  const t = useTranslations('diagnostics');
  return (
    <section className="panel form history" aria-label={t('history')}>
      <h2>{t('history')}</h2>
      {commands.length === 0 ? (
        <p className="form-note">{t('historyEmpty')}</p>
      ) : (
        <ol className="history-list">
          {commands.toReversed().map((record) => (
            <HistoryItem key={record.id} record={record} now={now} />
          ))}
        </ol>
      )}
    </section>
  );
}

function HistoryItem({ record, now }: { record: CommandRecord; now: number }) {
  const t = useTranslations('diagnostics');
  const said = useSaid();
  const { command, state, by, queuedAt, endedAt, reason } = record;
  const name = commandName(command);
  const result = resultWords(record);
  return (
    <li
      className="history-item"
      data-command={command}
      data-command-state={state}
      data-ended={isEnded(record)}
    >
      <p className="history-head">
        <b>{name === null ? <bdi>{command}</bdi> : t(`command.${name}`)}</b>
        <span className="history-state">
          <StateMark state={state} />
          {t(`commandState.${state}`)}
        </span>
      </p>
      {(result !== null || reason !== null) && (
        <p className="history-result">
          {reason === null ? result !== null && t(`result.${result.key}`, result.values) : said(reason)}
        </p>
      )}
      <p className="history-about">
        <bdi>{by}</bdi> · <ClockMoment at={queuedAt} now={now} />
        {endedAt !== null && (
          <> · {t('took', { seconds: Math.max(0, Math.round((endedAt - queuedAt) / 1_000)) })}</>
        )}
      </p>
    </li>
  );
}

/** Tick: done. Cross: failed or refused. Bar: expired. Ring: under way. */
function StateMark({ state }: Pick<CommandRecord, 'state'>) {
  const shape =
    state === 'done'
      ? 'M3 10.5 8 15.5 17 5'
      : state === 'failed' || state === 'refused'
        ? 'M4 4 16 16M16 4 4 16'
        : state === 'expired'
          ? 'M3 10h14'
          : 'M10 3a7 7 0 1 1-6.9 6';
  return (
    <svg className="history-mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={shape} fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
