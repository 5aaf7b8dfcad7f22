'use client';
/**
 * The frame of the pages of alerts and devices: alive by the board that names every queue; where there are no devices it
 * says what to set, and where they are not heard since when.
 */
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { LiveProvider, useSources } from '../live/use-live';
import { Desk } from '../supervisor/desk';
import { useAsOfWords } from './use-group-words';
import { useAlertStanding } from './use-shown-alerts';

/** Its subjects are all queues, by name. */
const NAMING_BOARD_ID = 'queues';

export interface AlertPlaceProps {
  readonly place: 'alerts' | 'devices';
  readonly theme: 'dark' | 'light';
  /** What does not come of devices. */
  readonly above?: ReactNode;
  readonly children: ReactNode;
}

export function AlertPlace({ place, theme, above = null, children }: AlertPlaceProps) {
  const t = useTranslations(place === 'alerts' ? 'alerts' : 'devices');
  const name = useTranslations('app');
  return (
    <LiveProvider boardId={NAMING_BOARD_ID} theme={theme}>
      <Desk place={{ kind: place }} theme={theme}>
        <h1 className="desk-title">{above === null ? t('title') : name('alerts')}</h1>
        {above}
        {above !== null && <h2 className="desk-part">{t('title')}</h2>}
        <WhereThereAreDevices>{children}</WhereThereAreDevices>
      </Desk>
    </LiveProvider>
  );
}

function WhereThereAreDevices({ children }: { children: ReactNode }) {
  const t = useTranslations('alerts');
  const sources = useSources();
  const standing = useAlertStanding();
  const asOf = useAsOfWords()(standing.kind === 'stale' ? standing.asOf : null);
  if (sources === null) return <p className="note">{t('asking')}</p>;
  if (sources.mqtt.state === 'off') return <NoDevices />;
  return (
    <>
      {standing.kind === 'stale' && (
        <p className="alert-stale" role="status" data-stale={standing.hop}>
          {t(standing.hop === 'server' ? 'serverSilent' : 'brokerSilent')}
          {standing.asOf !== null && ` ${t('fromThen', { asOf })}`}
          {standing.hop === 'broker' && sources.mqtt.message !== null && (
            <small>{t('reason', { reason: sources.mqtt.message })}</small>
          )}
        </p>
      )}
      {children}
    </>
  );
}

const SETTINGS = 'MQTT_URL=mqtts://broker.example.com:8883\nMQTT_TOPICS=devices/+/alerts,devices/+/status';

function NoDevices() {
  const t = useTranslations('alerts');
  return (
    <section className="panel form" data-off>
      <p>{t('off')}</p>
      <pre className="command">
        <code>{SETTINGS}</code>
      </pre>
      <p className="form-note">{t('offMore')}</p>
    </section>
  );
}
