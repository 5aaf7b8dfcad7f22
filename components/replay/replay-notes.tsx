'use client';
/** What must be known of what can be seen: that nothing is kept, or less than a day, or that the server is away. */
import { useLocale, useTranslations } from 'use-intl';
import type { ReplaySpan } from '../../lib/contracts/replay';
import { formatMoment } from '../access/moments';
import type { Problem } from '../ui/fetch-json';
import { isMissing } from './use-moment';

export interface ReplayNotesProps {
  readonly span: ReplaySpan | null;
  readonly failure: Problem | null;
  /** Of the moment that was asked for. */
  readonly problem: Problem | null;
  readonly hasMoment: boolean;
}

export function ReplayNotes({ span, failure, problem, hasMoment }: ReplayNotesProps) {
  const t = useTranslations('replay');
  const locale = useLocale();
  const state = stateOf({ span, failure, problem, hasMoment });
  const write = (at: number) =>
    formatMoment(at, { locale, timeZone: span?.timeZone ?? 'UTC', precision: 'minute' });
  return (
    <div className="replay-notes">
      <p role="status" data-replay={state}>
        {state === 'shown' ? '' : t(`state.${state}`)}
      </p>
      {span?.stoppedAt != null && <p>{t('stopped', { time: write(span.stoppedAt) })}</p>}
      {span !== null && span.from !== null && !span.isRecorded && span.stoppedAt === null && (
        <p>{t('notRecorded')}</p>
      )}
      {span?.isShortened && span.from !== null && <p>{t('shortened', { time: write(span.from) })}</p>}
    </div>
  );
}

type State = 'shown' | 'asking' | 'off' | 'unknown' | 'nothing' | 'missing' | 'barred' | 'failed';

export function stateOf({ span, failure, problem, hasMoment }: ReplayNotesProps): State {
  const worst = failure ?? problem;
  if (worst?.kind === 'refused') {
    if (worst.code === 'replay.off') return 'off';
    if (worst.status === 401 || worst.status === 403) return 'barred';
  }
  if (failure !== null && isMissing(failure)) return 'unknown';
  if (span !== null && span.from === null) return 'nothing';
  if (problem !== null && isMissing(problem)) return 'missing';
  if (worst !== null) return 'failed';
  return hasMoment ? 'shown' : 'asking';
}
