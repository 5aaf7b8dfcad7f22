'use client';
/** One group of alerts at the desk: what, since when, who has it; taken as a whole, or opened to its devices. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type AlertGroup, alertsResponseSchema } from '../../lib/contracts/alert';
import { ListState } from '../access/list-state';
import { ClockMoment } from '../access/moment';
import { usePolled } from '../ui/use-polled';
import { AcknowledgeDialog } from './acknowledge-dialog';
import { type AlertFilters, alertsPath } from './alert-filters';
import { AlertRows } from './alert-rows';
import { LevelMark } from './level-mark';
import { groupState, sensorText } from './line-words';

export interface GroupCardProps {
  readonly group: AlertGroup;
  /** `null`: of none. */
  readonly queue: string | null;
  readonly isStale: boolean;
  /** By the server's clock, when this was so. */
  readonly now: number;
  /** Of the alerts inside. */
  readonly filters: AlertFilters;
  readonly onAcknowledged: (count: number) => void;
}

export function GroupCard({ group, queue, isStale, now, filters, onAcknowledged }: GroupCardProps) {
  const t = useTranslations('alerts');
  const [isOpen, setOpen] = useState(false);
  const [isTaking, setTaking] = useState(false);
  const title = useGroupTitle(group);
  const state = groupState(group);
  return (
    <li
      className={`group-card ${isStale ? 'is-stale' : `is-${group.level} is-${state}`}`}
      data-group={group.key}
      data-level={group.level}
      data-state={state}
      data-devices={group.devices}
      data-alerts={group.alerts}
      data-active={group.active}
      data-unacknowledged={group.unacknowledged}
    >
      <div className="group-head">
        <LevelMark level={group.level} isHollow={isStale || state !== 'new'} />
        <div className="group-words">
          <h2>{title}</h2>
          <p className="group-about">
            <b>{t(`level.${group.level}`)}</b>
            <span>
              {t('sinceMoment')} <ClockMoment at={group.since} now={now} />
            </span>
            <span>{queue ?? t('noQueue')}</span>
            {group.site !== null && <span>{group.site}</span>}
            <span>{t('counts', { active: group.active, unacknowledged: group.unacknowledged })}</span>
            <span className="group-state">
              {state === 'taken' && group.acknowledgedBy !== null
                ? t('takenBy', { name: group.acknowledgedBy })
                : t(`state.${state}`)}
            </span>
          </p>
        </div>
        <div className="group-ways">
          {group.unacknowledged > 0 && (
            <button
              type="button"
              className="button button-main"
              aria-label={t('acknowledgeNamed', { name: title })}
              onClick={() => setTaking(true)}
            >
              {t('acknowledge')}
            </button>
          )}
          <button
            type="button"
            className="button"
            aria-expanded={isOpen}
            aria-label={t('showDevices', { name: title })}
            onClick={() => setOpen(!isOpen)}
          >
            {t('devicesButton')}
          </button>
        </div>
      </div>
      {isOpen && <GroupAlerts group={group} filters={filters} onAcknowledged={onAcknowledged} />}
      {isTaking && (
        <AcknowledgeDialog
          what={title}
          wish={{ group: group.key }}
          onDone={onAcknowledged}
          onClose={() => setTaking(false)}
        />
      )}
    </li>
  );
}

function useGroupTitle({ deviceId, devices, product, firmwareVersion, sensorType }: AlertGroup): string {
  const t = useTranslations('alerts');
  const firmware = firmwareVersion === null ? null : t('firmware', { version: firmwareVersion });
  const who = [deviceId ?? t('devices', { count: devices }), product, firmware];
  return `${who.filter((part) => part !== null).join(' · ')}: ${sensorText(sensorType)}`;
}

const ASK_MS = 3_000;
const ROWS_AT_ONCE = 50;
/** What the server gives at once. */
const MOST_ROWS = 500;

type GroupAlertsProps = Pick<GroupCardProps, 'group' | 'filters' | 'onAcknowledged'>;

function GroupAlerts({ group, filters, onAcknowledged }: GroupAlertsProps) {
  const t = useTranslations('alerts');
  const [limit, setLimit] = useState(ROWS_AT_ONCE);
  const inside = { ...filters, queueId: '' };
  const polled = usePolled(alertsPath(inside, { limit, group: group.key }), alertsResponseSchema, ASK_MS);
  const alerts = polled.answer?.alerts ?? [];
  const hasMore = polled.answer?.next != null;
  const taken = (count: number) => {
    polled.refresh();
    onAcknowledged(count);
  };
  return (
    <div className="group-inside">
      <ListState polled={polled} empty={alerts.length === 0 ? t('noneInside') : null}>
        <AlertRows alerts={alerts} caption={t('inside')} isMixed={false} onAcknowledged={taken} />
        {hasMore && limit < MOST_ROWS && (
          <button
            type="button"
            className="full-more"
            onClick={() => setLimit(Math.min(limit * 2, MOST_ROWS))}
          >
            {t('showMore')}
          </button>
        )}
        {hasMore && limit >= MOST_ROWS && <p className="full-note">{t('mostShown', { count: limit })}</p>}
      </ListState>
    </div>
  );
}
