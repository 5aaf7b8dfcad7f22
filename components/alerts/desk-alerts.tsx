'use client';
/** Devices' alerts above a board at the desk: the fault, the worst groups to be taken here, and the way to the rest. */
import Link from 'next/link';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { NO_FILTERS } from './alert-filters';
import { FaultCards } from './fault-cards';
import { GroupCard } from './group-card';
import { queueName, useQueues } from './queue-names';
import { useAsOfWords } from './use-group-words';
import { hasNotice, useShownAlerts } from './use-shown-alerts';

const MOST = 2;

/** Nothing where there is nothing to say. */
export function DeskAlerts() {
  const t = useTranslations('alerts');
  const shown = useShownAlerts();
  const queues = useQueues();
  const [taken, setTaken] = useState<number | null>(null);
  const { standing, fault, groups, more } = shown;
  const isStale = standing.kind === 'stale';
  const asOf = useAsOfWords()(isStale ? standing.asOf : null);
  if (fault === null && groups.length === 0 && !hasNotice(shown)) return null;
  const left = Math.max(0, groups.length - MOST) + more;
  return (
    <section
      className="desk-alerts"
      aria-label={t('strip')}
      data-alert-strip={standing.kind}
      data-more={left}
    >
      {isStale && (
        <p className="alert-stale">
          {t(standing.hop === 'server' ? 'serverSilent' : 'brokerSilent')}
          {asOf !== '' && ` ${t('fromThen', { asOf })}`}
        </p>
      )}
      <FaultCards faults={fault === null ? [] : [fault]} isStale={isStale} />
      <ul className="group-cards">
        {groups.slice(0, MOST).map((group) => (
          <GroupCard
            key={group.key}
            group={group}
            queue={group.queueId === null ? null : queueName(queues, group.queueId)}
            isStale={isStale}
            now={shown.serverTime}
            filters={NO_FILTERS}
            onAcknowledged={setTaken}
          />
        ))}
      </ul>
      <p className="desk-alerts-foot">
        <span role="status">{taken !== null && t('taken', { count: taken })}</span>
        {left > 0 && <Link href="/supervisor/alerts">{t('more', { count: left })}</Link>}
      </p>
    </section>
  );
}
