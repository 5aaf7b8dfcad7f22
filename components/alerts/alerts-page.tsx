'use client';
/** What alarms at the desk: of each board, and devices' alerts: groups with the devices behind them, who took what, handing on, what was refused. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { AlarmsPanel } from '../alarms/alarms-panel';
import { useHeardAlerts } from '../live/use-live';
import { type AlertFilters, groupFits, isFiltered, NO_FILTERS, sitesOf } from './alert-filters';
import { AlertPlace } from './alert-place';
import { FaultCards } from './fault-cards';
import { type AlertView, FilterBar } from './filter-bar';
import { ForwardingPanel } from './forwarding-panel';
import { GroupCard } from './group-card';
import { OneByOne } from './one-by-one';
import { queueName, useQueues } from './queue-names';
import { RefusedPanel } from './refused-panel';
import { useShownAlerts } from './use-shown-alerts';

export function AlertsPage({ theme }: { theme: 'dark' | 'light' }) {
  return (
    <AlertPlace place="alerts" theme={theme} above={<AlarmsPanel />}>
      <Content />
    </AlertPlace>
  );
}

function Content() {
  const t = useTranslations('alerts');
  const { standing, groups, more } = useShownAlerts();
  const frame = useHeardAlerts()?.frame ?? null;
  const queues = useQueues();
  const [filters, setFilters] = useState<AlertFilters>(NO_FILTERS);
  const [view, setView] = useState<AlertView>('groups');
  const [taken, setTaken] = useState<number | null>(null);
  const isStale = standing.kind === 'stale';
  const fitting = groups.filter((group) => groupFits(group, filters));
  // Groups are of what is open: what is over and taken is found one by one.
  const shownView = filters.state === 'all' ? 'single' : view;
  return (
    <div className="alert-columns">
      <div className="alert-column">
        <FaultCards faults={frame?.faults ?? []} isStale={isStale} />
        <FilterBar
          {...{ filters, queues, view: shownView, sites: sitesOf(groups) }}
          onFilters={setFilters}
          onView={(wanted) => {
            setView(wanted);
            if (wanted === 'groups' && filters.state === 'all') setFilters({ ...filters, state: 'open' });
          }}
        />
        <p className="deed-note" role="status">
          {taken !== null && t('taken', { count: taken })}
        </p>
        {shownView === 'single' ? (
          <OneByOne key={JSON.stringify(filters)} filters={filters} onAcknowledged={setTaken} />
        ) : (
          <>
            <ul className="group-cards" aria-label={t('groups')} data-groups={groups.length + more}>
              {fitting.map((group) => (
                <GroupCard
                  key={group.key}
                  group={group}
                  queue={group.queueId === null ? null : queueName(queues, group.queueId)}
                  isStale={isStale}
                  now={frame?.serverTime ?? 0}
                  filters={filters}
                  onAcknowledged={setTaken}
                />
              ))}
            </ul>
            {fitting.length === 0 && frame !== null && (
              <p className="note" data-empty>
                {t(isFiltered(filters) ? 'nothingFits' : 'empty')}
              </p>
            )}
            {more > 0 && <p className="note">{t('moreGroups', { count: more })}</p>}
          </>
        )}
      </div>
      <div className="alert-column">
        {frame !== null && <ForwardingPanel forwarding={frame.forwarding} />}
        <RefusedPanel />
      </div>
    </div>
  );
}
