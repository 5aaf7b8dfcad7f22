import { describe, expect, it } from 'vitest';
import { applyToQueue } from '../../../server/kpi/apply';
import { compareLeftOut, compareWith, countByLabel, explains } from '../../../server/kpi/drift';
import {
  allGauges,
  allIntervals,
  applyAll,
  DAY,
  gauges,
  interval,
  NINE,
  sample,
  snapshot,
} from './kpi-events';

const REST = { origin: 'backfill' } as const;
const T = NINE + 1_000;

describe('comparing with REST', () => {
  const held = applyAll([
    gauges(NINE, [sample('oWaiting', 3)]),
    interval(NINE, NINE, [sample('nOffered', 5), sample('oServiceLevel', { numerator: 4, denominator: 5 })]),
    gauges(NINE, [sample('oOnQueueUsers', 2, 'IDLE'), sample('oOffQueueUsers', 1, 'p')], { mediaType: null }),
  ]);
  const differing = (event: Parameters<typeof compareWith>[1]) =>
    compareWith(held, event).map(({ metric, isDifferent }) => [metric, isDifferent]);

  it('KPI-27 finds the figures that differ from what was held', () => {
    expect(differing(gauges(T, [sample('oWaiting', 3)], REST))).toEqual([['oWaiting', false]]);
    expect(differing(gauges(T, [sample('oWaiting', 4)], REST))).toEqual([['oWaiting', true]]);
    const level = sample('oServiceLevel', { numerator: 3, denominator: 5 });
    expect(differing(interval(T, NINE, [sample('nOffered', 5), level], REST))).toEqual([
      ['nOffered', false],
      ['oServiceLevel', true],
    ]);
    const users = [sample('oOnQueueUsers', 1, 'IDLE'), sample('oOffQueueUsers', 1, 'p')];
    expect(differing(gauges(T, users, { mediaType: null, ...REST }))).toEqual([
      ['oOnQueueUsers', true],
      ['oOffQueueUsers', false],
    ]);
  });

  it('KPI-27 compares nothing that was observed since the request, was never held, or the catalogue does not use', () => {
    expect(compareWith(held, gauges(NINE, [sample('oWaiting', 9)], REST))).toEqual([]);
    expect(compareWith(held, gauges(T, [sample('oWaiting', 9)], { mediaType: 'chat', ...REST }))).toEqual([]);
    expect(compareWith(held, gauges(T, [sample('oFlow', 9)], REST))).toEqual([]);
    expect(compareWith(held, interval(T, DAY, [sample('nOffered', 9)], REST))).toEqual([]);
  });

  it('KPI-27 finds what a complete answer left out', () => {
    const gauged = snapshot(T, allGauges, { reason: 'reconcile' });
    expect(compareLeftOut(held, applyToQueue(held, gauged), gauged).map((c) => c.metric)).toEqual([
      'oWaiting',
    ]);
    const day = snapshot(T, allIntervals(DAY, NINE + 1_800_000), { reason: 'reconcile' });
    expect(compareLeftOut(held, applyToQueue(held, day), day).map((c) => c.metric)).toEqual([
      'nOffered',
      'oServiceLevel',
    ]);
  });

  it('KPI-27 takes a live event that brings the value, or goes past it, as the explanation', () => {
    const [waiting] = compareWith(held, gauges(T, [sample('oWaiting', 4)], REST));
    const [offered] = compareWith(held, interval(T, NINE, [sample('nOffered', 7)], REST));
    if (waiting === undefined || offered === undefined) throw new Error('no comparison');
    expect(explains(gauges(T - 500, [sample('oWaiting', 4)]), waiting)).toBe(true);
    expect(explains(gauges(T - 500, [sample('oWaiting', 5)]), waiting)).toBe(false);
    expect(explains(gauges(T + 500, [sample('oWaiting', 5)]), waiting)).toBe(true);
    expect(explains(gauges(T + 500, [sample('oWaiting', 4)], REST), waiting)).toBe(false);
    expect(explains(gauges(T + 500, [sample('oWaiting', 4)], { mediaType: 'chat' }), waiting)).toBe(false);
    expect(explains(gauges(T + 500, [sample('oAlerting', 4)]), waiting)).toBe(false);
    expect(explains(interval(T + 500, NINE, [sample('nOffered', 6)]), offered)).toBe(false);
    expect(explains(interval(T + 500, NINE, [sample('nOffered', 8)]), offered)).toBe(true);
    expect(explains(interval(T + 500, NINE + 1_800_000, [sample('nOffered', 8)]), offered)).toBe(false);
  });

  it('KPI-27 counts by the KPI that a person knows', () => {
    const figures = compareWith(
      held,
      interval(
        T,
        NINE,
        [sample('nOffered', 6), sample('oServiceLevel', { numerator: 3, denominator: 5 })],
        REST,
      ),
    );
    expect(countByLabel(figures)).toEqual([
      { label: 'offered', count: 1 },
      { label: 'serviceLevel', count: 1 },
    ]);
  });
});
