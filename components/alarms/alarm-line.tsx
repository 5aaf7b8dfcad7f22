'use client';
/** One alarm at the desk: what, since when, who has it; to be acknowledged, or put out of sight for a while. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Alarm } from '../../lib/contracts/alarm';
import { ClockMoment } from '../access/moment';
import { LevelMark } from '../alerts/level-mark';
import type { TitleOf } from './alarm-title';
import { ShelveDialog } from './shelve-dialog';

export interface AlarmLineProps {
  readonly alarm: Alarm;
  readonly titleOf: TitleOf;
  /** By the server's clock, when this was so. */
  readonly now: number;
  readonly isInterrupting: boolean;
  readonly isBusy: boolean;
  /** Whether whoever reads may put it on the shelf. */
  readonly mayShelve: boolean;
  readonly onAcknowledge: () => void;
  readonly onShelved: () => void;
}

export function AlarmLine(props: AlarmLineProps) {
  const { alarm, titleOf, now, isInterrupting, isBusy, mayShelve, onAcknowledge, onShelved } = props;
  const t = useTranslations('alarms');
  const levels = useTranslations('alerts.level');
  const title = titleOf(alarm);
  const [isShelving, setShelving] = useState(false);
  const { acknowledgement, unknownSince, level } = alarm;
  const state = unknownSince !== undefined ? 'unknown' : acknowledgement === null ? 'new' : 'taken';
  return (
    <li
      className={`group-card alarm-line ${state === 'unknown' ? 'is-stale' : `is-${level} is-${state}`}`}
      data-alarm={alarm.key}
      data-level={level}
      data-state={state}
    >
      <div className="group-head">
        <LevelMark level={level} isHollow={state !== 'new'} />
        <div className="group-words">
          <h3>{title}</h3>
          <p className="group-about">
            <b>{levels(level)}</b>
            <span>
              {t('since')} <ClockMoment at={alarm.since} now={now} />
            </span>
            {isInterrupting && <span data-interrupts>{t('interrupts')}</span>}
            {unknownSince !== undefined && (
              <span>
                {t('notKnownSince')} <ClockMoment at={unknownSince} now={now} />
              </span>
            )}
            <span className="group-state">
              {acknowledgement === null ? t('nobody') : t('takenBy', { name: acknowledgement.by ?? '' })}
            </span>
          </p>
        </div>
        <div className="group-ways">
          {acknowledgement === null && (
            <button
              type="button"
              className="button button-main"
              aria-disabled={isBusy}
              aria-label={t('acknowledgeNamed', { name: title })}
              onClick={onAcknowledge}
            >
              {t('acknowledge')}
            </button>
          )}
          {mayShelve && (
            <button
              type="button"
              className="button"
              aria-label={t('shelveNamed', { name: title })}
              onClick={() => setShelving(true)}
            >
              {t('shelve')}
            </button>
          )}
        </div>
      </div>
      {isShelving && (
        <ShelveDialog
          alarmKey={alarm.key}
          what={title}
          onDone={onShelved}
          onClose={() => setShelving(false)}
        />
      )}
    </li>
  );
}
