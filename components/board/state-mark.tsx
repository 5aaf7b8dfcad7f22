/** The shapes of the states: octagon critical, triangle warning, a hatched square unknown. Normal has none. */
import { useTranslations } from 'use-intl';
import type { KpiStatus } from '../../lib/contracts/kpi';

export function StateMark({ status }: { status: KpiStatus }) {
  if (status === 'normal') return null;
  return (
    <svg className={`mark mark-${status}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {status === 'critical' && (
        <path fill="currentColor" d="M6.2 1h7.6L19 6.2v7.6L13.8 19H6.2L1 13.8V6.2z" />
      )}
      {status === 'warning' && <path fill="currentColor" d="M10 1.2 19.4 18H.6z" />}
      {status === 'unknown' && (
        <path
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          d="M2 2h16v16H2zM2 10l8-8M2 18 18 2M10 18l8-8"
        />
      )}
    </svg>
  );
}

/** A closed eye: this screen does not get the figure. */
export function HiddenMark() {
  return (
    <svg className="mark mark-hidden" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        d="M2 8c4.2 5.4 11.8 5.4 16 0M3.6 11.9 1.8 14M7.9 13.6l-.9 2.8M12.1 13.6l.9 2.8M16.4 11.9l1.8 2.1"
      />
    </svg>
  );
}

/** The state's word, for those who hear the page. Nothing where all is well. */
export function StateWord({
  status,
  stale,
  hidden = false,
}: {
  status: KpiStatus;
  stale: boolean;
  hidden?: boolean;
}) {
  const t = useTranslations('status');
  if (hidden) return <span className="unseen">, {t('hidden')}</span>;
  if (stale) return <span className="unseen">, {t('stale')}</span>;
  return status === 'normal' ? null : <span className="unseen">, {t(status)}</span>;
}
