'use client';
/** Devices by site, the troubled first; and which queue a device belongs to. Names come from devices and are text only. */
import { useDeferredValue, useState } from 'react';
import { useTranslations } from 'use-intl';
import { devicesResponseSchema } from '../../lib/contracts/alert';
import { ListState } from '../access/list-state';
import { usePolled } from '../ui/use-polled';
import { AlertPlace } from './alert-place';
import { deviceFits } from './device-trouble';
import { useQueues } from './queue-names';
import { RulesPanel } from './rules-panel';
import { SiteSection } from './site-section';

const ASK_MS = 5_000;

export function DevicesPage({ theme }: { theme: 'dark' | 'light' }) {
  return (
    <AlertPlace place="devices" theme={theme}>
      <Content />
    </AlertPlace>
  );
}

function Content() {
  const queues = useQueues();
  return (
    <div className="alert-columns">
      <DeviceList />
      <RulesPanel queues={queues} />
    </div>
  );
}

function DeviceList() {
  const t = useTranslations('devices');
  const polled = usePolled('/api/v1/devices', devicesResponseSchema, ASK_MS);
  const queues = useQueues();
  const [filter, setFilter] = useState('');
  const wanted = useDeferredValue(filter);
  const sites = polled.answer?.sites ?? [];
  const total = sites.reduce((sum, site) => sum + site.total, 0);
  const matching = sites
    .map((site) => ({ ...site, matching: site.devices.filter((device) => deviceFits(device, wanted)) }))
    .filter((site) => site.matching.length > 0);
  const shown = matching.reduce((sum, site) => sum + site.matching.length, 0);
  return (
    <section className="alert-column">
      <ListState polled={polled} empty={total === 0 ? t('empty') : null}>
        <p className="exact-tools">
          <label>
            {t('filter')}{' '}
            <input type="search" value={filter} onChange={(event) => setFilter(event.target.value)} />
          </label>
          <span>{t('shown', { shown, total })}</span>
        </p>
        {matching.map((site) => (
          <SiteSection
            key={site.site === null ? 'none' : `site ${site.site}`}
            {...site}
            queues={queues}
            now={polled.answer?.serverTime ?? null}
            isWhole={wanted === ''}
          />
        ))}
      </ListState>
    </section>
  );
}
