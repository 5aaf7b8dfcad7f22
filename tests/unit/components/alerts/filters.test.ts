import { describe, expect, it } from 'vitest';
import {
  type AlertFilters,
  alertsPath,
  groupFits,
  isFiltered,
  NO_FILTERS,
  recordFits,
  sitesOf,
  withFilter,
} from '../../../../components/alerts/alert-filters';
import { deviceFits, isTroubled } from '../../../../components/alerts/device-trouble';
import { alertsQuerySchema } from '../../../../lib/contracts/alert';
import { device, group, record } from './made-up-alerts';

const only = (some: Partial<AlertFilters>): AlertFilters => ({ ...NO_FILTERS, ...some });

describe('filters', () => {
  it.each([
    [only({}), true],
    [only({ queueId: 'q1' }), true],
    [only({ queueId: 'q2' }), false],
    [only({ level: 'critical' }), true],
    [only({ level: 'info' }), false],
    [only({ state: 'active' }), true],
    [only({ state: 'unacknowledged' }), false],
    [only({ site: 'Cork' }), true],
    [only({ site: 'Galway' }), false],
  ])('UI-79 %j let a group that somebody took at Cork through: %s', (filters, fits) => {
    expect(groupFits(group('g', { unacknowledged: 0, site: 'Cork' }), filters)).toBe(fits);
  });

  it('UI-79 let a group of several sites through, whose alerts tell where they are', () => {
    expect(groupFits(group('g'), only({ site: 'Galway' }))).toBe(true);
    expect(groupFits(group('g', { active: 0 }), only({ state: 'active' }))).toBe(false);
    expect(recordFits(record('a'), only({ level: 'info' }))).toBe(false);
  });

  it('UI-79 ask the server for what it understands, and for nothing that was not chosen', () => {
    const path = alertsPath(only({ queueId: 'a&b', site: 'Cork/1', state: 'all' }), {
      limit: 50,
      group: 'g=1',
    });
    const query = Object.fromEntries(new URL(path, 'http://x').searchParams);
    expect(query).toEqual({ state: 'all', limit: '50', queueId: 'a&b', site: 'Cork/1', group: 'g=1' });
    expect(alertsQuerySchema.safeParse(query).success).toBe(true);
    expect(alertsPath(NO_FILTERS, { limit: 100, before: 'c' })).toBe(
      '/api/v1/alerts?state=open&limit=100&before=c',
    );
  });

  it('UI-79 take what a form gives, and nothing that is none of them', () => {
    expect(withFilter(NO_FILTERS, 'level', 'warning')).toEqual(only({ level: 'warning' }));
    expect(withFilter(only({ level: 'warning' }), 'level', 'normal')).toEqual(NO_FILTERS);
    expect(withFilter(NO_FILTERS, 'state', 'closed')).toEqual(NO_FILTERS);
    expect(withFilter(NO_FILTERS, 'site', 'all')).toEqual(only({ site: 'all' }));
    expect([isFiltered(NO_FILTERS), isFiltered(only({ site: 'x' }))]).toEqual([false, true]);
  });

  it('UI-79 offer each site once, by name', () => {
    const sites = ['Site 10', null, 'Site 9', 'Site 10'].map((site, n) => group(`${n}`, { site }));
    expect(sitesOf(sites)).toEqual(['Site 9', 'Site 10']);
  });
});

describe('devices', () => {
  it.each([
    [{}, false],
    [{ connection: 'unknown' }, false],
    [{ connection: 'offline' }, true],
    [{ info: 1 }, true],
    [{ clockSkewMs: 99_999 }, false],
  ] as const)('UI-83 with %j are in trouble: %s', (some, troubled) => {
    expect(isTroubled(device('d', some))).toBe(troubled);
  });

  it.each([
    ['', true],
    [' THERMO ', true],
    ['3.2', true],
    ['cor', true],
    ['d-1', true],
    ['galway', false],
  ])('UI-83 are found by name, product, firmware and site: “%s” %s', (wanted, found) => {
    expect(deviceFits(device('d-17'), wanted)).toBe(found);
    expect(deviceFits(device('x', { product: null, firmwareVersion: null, site: null }), 'null')).toBe(false);
  });
});
