'use client';
/** Single alerts: which device, when, in which of the four states, who took it and why, and whether it was handed on. */
import { useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { AlertRecord } from '../../lib/contracts/alert';
import { Moment } from '../access/moment';
import { AcknowledgeDialog } from './acknowledge-dialog';
import { ClockNote } from './clock-note';
import { LevelMark } from './level-mark';
import { sensorText } from './line-words';

export interface AlertRowsProps {
  readonly alerts: readonly AlertRecord[];
  /** In words, for those who hear the page. */
  readonly caption: string;
  /** Whether each row says what it is: in a group all of them are the same. */
  readonly isMixed: boolean;
  readonly onAcknowledged: (count: number) => void;
}

export function AlertRows({ alerts, caption, isMixed, onAcknowledged }: AlertRowsProps) {
  const t = useTranslations('alerts');
  const [taken, setTaken] = useState<AlertRecord | null>(null);
  return (
    <div className="panel full list alert-rows">
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {(['device', 'raised', 'stateHead', 'handedOn'] as const).map((column) => (
              <th scope="col" key={column}>
                {t(`column.${column}`)}
              </th>
            ))}
            <th scope="col">
              <span className="unseen">{t('column.ways')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <AlertRow key={alert.id} alert={alert} isMixed={isMixed} onTake={() => setTaken(alert)} />
          ))}
        </tbody>
      </table>
      {taken !== null && (
        <AcknowledgeDialog
          what={`${taken.deviceId}: ${sensorText(taken.sensorType)}`}
          wish={{ ids: [taken.id] }}
          onDone={onAcknowledged}
          onClose={() => setTaken(null)}
        />
      )}
    </div>
  );
}

type AlertRowProps = { readonly alert: AlertRecord; readonly isMixed: boolean; readonly onTake: () => void };

function AlertRow({ alert, isMixed, onTake }: AlertRowProps) {
  const t = useTranslations('alerts');
  const { number } = useFormatter();
  const { deviceId, site, state, acknowledgement, clearedBy, clearedAt, readingValue: value } = alert;
  const isOpen = state.endsWith('unacknowledged');
  const about = [site, alert.product, alert.firmwareVersion].filter((part) => part !== null);
  return (
    <tr data-alert={alert.id} data-device={deviceId} data-state={state}>
      <th scope="row">
        {deviceId}
        {isMixed && (
          <span className="alert-what">
            <LevelMark level={alert.level} isHollow={!isOpen} />
            {t(`level.${alert.level}`)}: {sensorText(alert.sensorType)}
          </span>
        )}
        {about.length > 0 && <small>{about.join(' · ')}</small>}
      </th>
      <td>
        <Moment at={alert.raisedAt} precision="second" />
        {value !== null && (
          <small>{t('reading', { value: typeof value === 'number' ? number(value) : String(value) })}</small>
        )}
        <ClockNote skewMs={alert.clockSkewMs} />
      </td>
      <td>
        {t(`states.${state}`)}
        {acknowledgement !== null && (
          <small>
            {t('takenBy', { name: acknowledgement.by })}, <Moment at={acknowledgement.at} />
            {acknowledgement.note !== '' && <q className="alert-note">{acknowledgement.note}</q>}
          </small>
        )}
        {clearedAt !== null && clearedBy !== null && (
          <small>
            {t(`clearedBy.${clearedBy}`)}, <Moment at={clearedAt} />
          </small>
        )}
      </td>
      <td>{t(`delivery.${alert.delivery}`)}</td>
      <td className="row-ways">
        {isOpen && (
          <button
            type="button"
            className="button"
            aria-label={t('acknowledgeNamed', { name: deviceId })}
            onClick={onTake}
          >
            {t('acknowledge')}
          </button>
        )}
      </td>
    </tr>
  );
}
