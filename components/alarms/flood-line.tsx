'use client';
/** Many alarms at once as one line, to be taken as one; opened, the worst of them. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Alarm, AlarmsFrame } from '../../lib/contracts/alarm';
import { ClockMoment } from '../access/moment';
import { LevelMark } from '../alerts/level-mark';
import type { TitleOf } from './alarm-title';

export interface FloodLineProps {
  readonly flood: NonNullable<AlarmsFrame['flood']>;
  /** Of those that last, the worst. */
  readonly flooded: readonly Alarm[];
  readonly titleOf: TitleOf;
  readonly now: number;
  readonly isBusy: boolean;
  readonly isInterrupting: boolean;
  readonly onAcknowledge: () => void;
}

export function FloodLine(props: FloodLineProps) {
  const { flood, flooded, titleOf, now, isBusy, isInterrupting, onAcknowledge } = props;
  const t = useTranslations('alarms');
  const levels = useTranslations('alerts.level');
  const [isOpen, setOpen] = useState(false);
  const level = flooded.some((alarm) => alarm.level === 'critical') ? 'critical' : 'warning';
  const isTaken = flooded.every(({ acknowledgement }) => acknowledgement !== null);
  return (
    <div className={`group-card is-${level} ${isTaken ? 'is-taken' : 'is-new'}`} data-flood={flood.count}>
      <div className="group-head">
        <LevelMark level={level} isHollow={isTaken} />
        <div className="group-words">
          <h3>{t('flood', { count: flood.count })}</h3>
          <p className="group-about">
            <b>{levels(level)}</b>
            <span>
              {t('since')} <ClockMoment at={flood.since} now={now} />
            </span>
            {isInterrupting && <span data-interrupts>{t('interrupts')}</span>}
            <span>{t('floodLasts', { count: flooded.length })}</span>
          </p>
        </div>
        <div className="group-ways">
          {!isTaken && (
            <button
              type="button"
              className="button button-main"
              aria-disabled={isBusy}
              onClick={onAcknowledge}
            >
              {t('acknowledgeAll')}
            </button>
          )}
          <button type="button" className="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t('floodShow')}
          </button>
        </div>
      </div>
      {isOpen && (
        <ul className="flood-list">
          {flooded.map((alarm) => (
            <li key={alarm.key}>
              <LevelMark level={alarm.level} isHollow={alarm.acknowledgement !== null} />
              {titleOf(alarm)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
