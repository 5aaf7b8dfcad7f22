'use client';
/** Says to those who hear the page that somebody has to take an alert, or that a fault began; never the counts. */
import { useTranslations } from 'use-intl';
import { groupState, sensorText } from './line-words';
import type { ShownAlerts } from './use-shown-alerts';

export function AlertAnnouncer({ shown: { standing, fault, groups } }: { shown: ShownAlerts }) {
  const t = useTranslations('alerts');
  const first = groups.find((group) => groupState(group) === 'new' && group.level !== 'info');
  const isAlive = standing.kind === 'live';
  return (
    <>
      <p className="unseen" role="status" aria-live="polite">
        {isAlive && fault?.endedAt === null && t('announceFault', { queue: fault.queueName })}
      </p>
      <p className="unseen" role="status" aria-live="polite">
        {isAlive &&
          first !== undefined &&
          t('announce', {
            level: t(`level.${first.level}`),
            what: sensorText(first.sensorType),
            who: first.product ?? first.deviceId ?? t('someDevices'),
          })}
      </p>
    </>
  );
}
