'use client';
/** The devices of one site, the troubled first: whether they are there, their alerts, their clocks. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { ALERT_LEVELS, type Device } from '../../lib/contracts/alert';
import { Ago } from '../access/moment';
import { ClockNote } from './clock-note';
import { isTroubled } from './device-trouble';
import { LevelMark } from './level-mark';
import { type NamedQueue, queueName } from './queue-names';

const ROWS_AT_ONCE = 8;
const ROWS_MORE = 100;

export interface SiteSectionProps {
  /** `null`: devices that name none. */
  readonly site: string | null;
  /** Also of devices that are not listed. */
  readonly total: number;
  readonly matching: readonly Device[];
  readonly queues: readonly NamedQueue[];
  readonly now: number | null;
  /** Nothing is searched for. */
  readonly isWhole: boolean;
}

export function SiteSection({ site, total, matching, queues, now, isWhole }: SiteSectionProps) {
  const t = useTranslations('devices');
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const troubled = matching.filter(isTroubled).length;
  const name = site ?? t('noSite');
  const left = matching.length - most;
  return (
    <section className="panel full list site" data-site={site ?? ''}>
      <h2 className="site-head">
        {name}
        <small>
          {isWhole ? t('siteTotal', { total, troubled }) : t('siteFound', { count: matching.length })}
        </small>
      </h2>
      <table>
        <caption className="unseen">{t('caption', { site: name })}</caption>
        <thead>
          <tr>
            {(['device', 'connection', 'alerts', 'queue'] as const).map((column) => (
              <th scope="col" key={column}>
                {t(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matching.slice(0, most).map((device) => (
            <DeviceRow key={device.deviceId} device={device} queues={queues} now={now} />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <button type="button" className="full-more" onClick={() => setMost(most + ROWS_MORE)}>
          {t('more', { count: Math.min(left, ROWS_MORE), site: name })}
        </button>
      )}
      {isWhole && left <= 0 && total > matching.length && (
        <p className="full-note">{t('mostListed', { count: matching.length, total })}</p>
      )}
    </section>
  );
}

type DeviceRowProps = { readonly device: Device } & Pick<SiteSectionProps, 'queues' | 'now'>;

function DeviceRow({ device, queues, now }: DeviceRowProps) {
  const t = useTranslations('devices');
  const { deviceId, product, firmwareVersion, connection, connectionSince, queueId, lastAlertAt } = device;
  const about = [product, firmwareVersion].filter((part) => part !== null);
  const levels = ALERT_LEVELS.filter((level) => device[level] > 0);
  return (
    <tr data-device={deviceId} data-connection={connection}>
      <th scope="row">
        {deviceId}
        {about.length > 0 && <small>{about.join(' · ')}</small>}
      </th>
      <td>
        <span className="presence" data-connected={connection === 'online'}>
          <ConnectionMark connection={connection} />
          {t(`connection.${connection}`)}
        </span>
        {connectionSince !== null && (
          <small>
            <Ago at={connectionSince} now={now} />
          </small>
        )}
        <ClockNote skewMs={device.clockSkewMs} />
      </td>
      <td>
        {levels.length === 0 && <span className="is-nothing">{t('noAlerts')}</span>}
        {levels.map((level) => (
          <span key={level} className="alert-what">
            <LevelMark level={level} isHollow={false} />
            {t(`count.${level}`, { count: device[level] })}
          </span>
        ))}
        {lastAlertAt !== null && (
          <small>
            {t('last')} <Ago at={lastAlertAt} now={now} />
          </small>
        )}
      </td>
      <td>{queueId === null ? t('noQueue') : queueName(queues, queueId)}</td>
    </tr>
  );
}

/** Disc: online. Cross: offline. Ring: never said. */
function ConnectionMark({ connection }: Pick<Device, 'connection'>) {
  return (
    <svg
      className={`presence-mark connection-${connection}`}
      viewBox="0 0 20 20"
      aria-hidden="true"
      focusable="false"
    >
      {connection === 'online' && <circle cx="10" cy="10" r="8" fill="currentColor" />}
      {connection === 'unknown' && (
        <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" strokeWidth="3" />
      )}
      {connection === 'offline' && (
        <path
          d="M3.5 3.5l13 13M16.5 3.5l-13 13"
          fill="none"
          stroke="currentColor"
          strokeWidth="4"
          strokeLinecap="round"
        />
      )}
    </svg>
  );
}
