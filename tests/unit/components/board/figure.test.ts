import { describe, expect, it } from 'vitest';
import { type FigureInput, limitOf, presentFigure } from '../../../../components/board/figure';
import { KPI_KEYS, type KpiValue } from '../../../../lib/contracts/kpi';

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
const HOUR = 3_600_000;
const LIVE: KpiValue = { value: 12, asOf: NOW - 5_000, origin: 'live', status: 'normal', stale: false };

function figure(input: Partial<FigureInput>) {
  return presentFigure({
    kpi: 'waiting',
    value: LIVE,
    limit: null,
    target: null,
    hearing: { lostAt: null },
    now: NOW,
    locale: 'en',
    style: 'glance',
    ...input,
  });
}

const WAIT: KpiValue = { ...LIVE, value: NOW - 252_000, status: 'critical' };

describe('a figure as it is drawn', () => {
  it('UI-8 is what the server said, with its status', () => {
    expect(figure({ value: { ...LIVE, status: 'warning' } })).toEqual({
      text: '12',
      unit: '',
      atLeast: false,
      status: 'warning',
      stale: false,
      hidden: false,
      asOf: NOW - 5_000,
      limit: null,
      raw: 12,
    });
  });

  it('UI-190 is neither stale nor alarmed nor limited where this screen does not get it, link or no link', () => {
    const value: KpiValue = {
      value: null,
      asOf: null,
      origin: 'live',
      status: 'normal',
      stale: false,
      hidden: true,
    };
    const limit = { subject: null, kpi: 'waiting', warning: 1, critical: 2 } as const;
    for (const lostAt of [null, NOW - 60_000]) {
      expect(figure({ value, limit, target: 0.8, hearing: { lostAt } })).toEqual({
        ...{ text: '–', unit: '', atLeast: false, status: 'normal', stale: false, hidden: true },
        ...{ asOf: null, limit: null, raw: null },
      });
    }
  });

  it('UI-8 counts a running wait, and stops it behind "at least" when it is stale', () => {
    expect(figure({ kpi: 'longestWaitSince', value: WAIT })).toMatchObject({ text: '4:12', atLeast: false });
    expect(figure({ kpi: 'longestWaitSince', value: WAIT, now: NOW + 60_000 })).toMatchObject({
      text: '5:12',
    });
    const stale = { ...WAIT, stale: true, status: 'unknown', asOf: NOW - 60_000 } as const;
    expect(figure({ kpi: 'longestWaitSince', value: stale, now: NOW + 60_000 })).toMatchObject({
      text: '3:12',
      atLeast: true,
      status: 'unknown',
      stale: true,
    });
  });

  it('UI-8 stands still from the moment at which the server was last heard, and has no colour then', () => {
    const lost = { hearing: { lostAt: NOW - 2_000 }, now: NOW + HOUR / 2 };
    expect(figure({ kpi: 'longestWaitSince', value: WAIT, ...lost })).toMatchObject({
      text: '4:10',
      atLeast: true,
      status: 'unknown',
      asOf: NOW - 2_000,
    });
    expect(figure({ value: { ...LIVE, status: 'critical' }, ...lost })).toMatchObject({
      text: '12',
      status: 'unknown',
      stale: true,
      raw: 12,
    });
  });

  it('UI-8 keeps the older age where a figure was stale before the server went', () => {
    const value = { ...LIVE, stale: true, asOf: NOW - 90_000, status: 'unknown' } as const;
    expect(figure({ value, hearing: { lostAt: NOW } }).asOf).toBe(NOW - 90_000);
  });

  it.each<[string, Partial<FigureInput>, Partial<FigureInput>]>([
    ['the server', { hearing: { lostAt: NOW - HOUR } }, { hearing: { lostAt: NOW - HOUR - 1 } }],
    [
      'its source',
      { value: { ...LIVE, asOf: NOW - HOUR, stale: true } },
      { value: { ...LIVE, asOf: NOW - HOUR - 1, stale: true } },
    ],
  ])('UI-177 is a dash, as of when, once %s was silent for an hour', (_, before, after) => {
    expect(figure(before)).toMatchObject({ text: '12', raw: 12, stale: true, asOf: NOW - HOUR });
    expect(figure(after)).toMatchObject({
      ...{ text: '–', raw: null, atLeast: false, stale: true, status: 'unknown', asOf: NOW - HOUR - 1 },
    });
    const wait = figure({
      ...after,
      kpi: 'longestWaitSince',
      value: { ...(after.value ?? LIVE), value: 9 },
    });
    expect(wait).toMatchObject({ text: '–', atLeast: false });
  });

  it('UI-177 is no dash while it is known, however long it has not changed', () => {
    expect(figure({ value: { ...LIVE, asOf: NOW - 9 * HOUR } })).toMatchObject({ text: '12', stale: false });
  });

  it('UI-8 is a dash, unknown and stale, where the server never gave it', () => {
    for (const kpi of KPI_KEYS) {
      expect(figure({ kpi, value: undefined })).toMatchObject({
        text: '–',
        atLeast: false,
        status: 'unknown',
        stale: true,
        asOf: null,
        raw: null,
      });
    }
  });

  it('UI-8 is a dash that is known where nobody waits or nothing can be divided', () => {
    expect(figure({ kpi: 'longestWaitSince', value: { ...LIVE, value: null } })).toMatchObject({
      text: '–',
      status: 'normal',
      stale: false,
      atLeast: false,
    });
    expect(figure({ kpi: 'serviceLevel', value: { ...LIVE, value: null } })).toMatchObject({
      text: '–',
      status: 'normal',
    });
  });

  it('UI-8 has two decimals in exact tables', () => {
    const exact = { style: 'exact' } as const;
    expect(figure({ kpi: 'asaMs', value: { ...LIVE, value: 208_960 }, ...exact })).toMatchObject({
      text: '208.96',
      unit: 's',
    });
    expect(figure({ kpi: 'abandonRate', value: { ...LIVE, value: 0.47692 }, ...exact })).toMatchObject({
      text: '47.69',
      unit: '%',
    });
    expect(figure({ kpi: 'longestWaitSince', value: WAIT, ...exact })).toMatchObject({ text: '4:12' });
  });

  const limit = { subject: null, kpi: 'longestWaitSince', warning: 60_000, critical: 120_000 } as const;
  it.each([
    ['normal', '1:00'],
    ['warning', '1:00'],
    ['critical', '2:00'],
  ] as const)('UI-23 prints, while %s, the limit %s', (status, text) => {
    expect(figure({ kpi: 'longestWaitSince', value: { ...WAIT, status }, limit }).limit).toEqual({
      kind: 'max',
      figure: { text, unit: '' },
      isBroken: true,
    });
  });

  it('UI-25 says that a limit is broken only while it is, also where the alarm outlasts it', () => {
    const broken = (waitedMs: number) => {
      const value = { ...WAIT, value: NOW - waitedMs, status: 'warning' } as const;
      return figure({ kpi: 'longestWaitSince', value, limit }).limit?.isBroken;
    };
    expect([59_999, 60_000, 21_000].map(broken)).toEqual([false, true, false]);
  });

  it('UI-23 prints the target of the service level before any limit, and the sense of a limit', () => {
    const value = { ...LIVE, value: 0.796 };
    const share = { subject: null, kpi: 'serviceLevel', warning: 0.8, critical: 0.7 } as const;
    expect(figure({ kpi: 'serviceLevel', value, target: 0.8, limit: share })).toMatchObject({
      text: '79.6',
      limit: { kind: 'of', figure: { text: '80' } },
    });
    expect(
      figure({
        kpi: 'occupancy',
        value,
        limit: { ...share, kpi: 'occupancy', critical: 0.025, warning: null },
      }).limit,
    ).toEqual({
      kind: 'max',
      figure: { text: '2.5', unit: '%' },
      isBroken: true,
    });
    expect(
      figure({
        kpi: 'agentsAvailable',
        limit: { subject: null, kpi: 'agentsAvailable', warning: 3, critical: 1 },
      }).limit,
    ).toMatchObject({
      kind: 'min',
      figure: { text: '3', unit: '' },
    });
  });

  it('UI-23 takes the subject’s own limit before the one for all', () => {
    const limits = [
      { subject: null, kpi: 'waiting', warning: 10, critical: 20 },
      { subject: 'queue:a', kpi: 'waiting', warning: 3, critical: 5 },
      { subject: 'queue:a', kpi: 'asaMs', warning: 1, critical: 2 },
    ] as const;
    expect(limitOf(limits, 'queue:a', 'waiting')).toBe(limits[1]);
    expect(limitOf(limits, 'queue:b', 'waiting')).toBe(limits[0]);
    expect(limitOf(limits, 'queue:b', 'asaMs')).toBeNull();
  });
});
