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

/** The state's word, for those who hear the page. Nothing where all is well. */
export function StateWord({ status, stale }: { status: KpiStatus; stale: boolean }) {
  const t = useTranslations('status');
  if (stale) return <span className="unseen">, {t('stale')}</span>;
  return status === 'normal' ? null : <span className="unseen">, {t(status)}</span>;
}
