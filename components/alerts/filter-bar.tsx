'use client';
/** By which queue, site, level and state the alerts are shown, and whether by cause or one by one. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { ALERT_LEVELS } from '../../lib/contracts/alert';
import { ALERT_STATE_FILTERS, type AlertFilters, withFilter } from './alert-filters';
import type { NamedQueue } from './queue-names';

export type AlertView = 'groups' | 'single';

export interface FilterBarProps {
  readonly filters: AlertFilters;
  readonly queues: readonly NamedQueue[];
  readonly sites: readonly string[];
  readonly view: AlertView;
  readonly onFilters: (filters: AlertFilters) => void;
  readonly onView: (view: AlertView) => void;
}

export function FilterBar({ filters, queues, sites, view, onFilters, onView }: FilterBarProps) {
  const t = useTranslations('alerts');
  /** On a phone, where what is to be acknowledged comes first. */
  const [isOpen, setOpen] = useState(false);
  const choose = (name: keyof AlertFilters, options: readonly (readonly [string, string])[]) => (
    <label className="filter">
      <span>{t(`filter.${name}`)}</span>
      <select
        value={filters[name]}
        onChange={(event) => onFilters(withFilter(filters, name, event.target.value))}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  const any = ['', t('any')] as const;
  return (
    <div className="filters" data-open={isOpen}>
      <fieldset className="switch">
        <legend className="unseen">{t('view')}</legend>
        {(['groups', 'single'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={view === name} onClick={() => onView(name)}>
            {t(`views.${name}`)}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        className="button filters-open"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {t('filters')}
      </button>
      {choose('queueId', [any, ...queues.map(({ id, name }) => [id, name] as const)])}
      <label className="filter">
        <span>{t('filter.site')}</span>
        <input
          list="alert-sites"
          value={filters.site}
          maxLength={128}
          placeholder={t('any')}
          onChange={(event) => onFilters(withFilter(filters, 'site', event.target.value))}
        />
        <datalist id="alert-sites">
          {sites.map((site) => (
            <option key={site} value={site} />
          ))}
        </datalist>
      </label>
      {choose('level', [any, ...ALERT_LEVELS.map((level) => [level, t(`level.${level}`)] as const)])}
      {choose(
        'state',
        ALERT_STATE_FILTERS.map((state) => [state, t(`stateFilter.${state}`)] as const),
      )}
    </div>
  );
}
