import { describe, expect, it } from 'vitest';
import { HALF_HOUR_MS } from '../../../lib/day';
import { applyToQueue } from '../../../server/kpi/apply';
import {
  allGauges,
  allIntervals,
  applyAll,
  DAY,
  gauges,
  interval,
  NINE,
  pick,
  sample,
  snapshot,
} from './kpi-events';

const today = allIntervals(DAY, NINE + HALF_HOUR_MS);

describe('a complete answer', () => {
  it('KPI-3 makes zero what it leaves out: gauges, media types, qualifiers, presences', () => {
    const before = applyAll([
      gauges(NINE, [sample('oWaiting', 3), sample('oLongestWaiting', { calculatedMetricValue: NINE - 9 })]),
      gauges(NINE, [sample('oWaiting', 2)], { mediaType: 'chat' }),
      gauges(NINE, [sample('oOnQueueUsers', 4, 'IDLE'), sample('oOffQueueUsers', 2, 'p')], {
        mediaType: null,
      }),
    ]);
    const after = applyAll(
      [gauges(NINE + 10, [sample('oWaiting', 5)], { origin: 'backfill' }), snapshot(NINE + 10, allGauges)],
      before,
    );
    expect(
      pick(after, ['waiting', 'longestWaitSince', 'interacting', 'agentsOnQueue', 'agentsOffQueue']),
    ).toEqual([5, null, 0, 0, 0]);
    expect(pick(after, ['waiting'], 'chat')).toEqual([0]);
  });

  it('KPI-3 makes zero only what was asked for', () => {
    const state = applyAll([
      gauges(NINE, [sample('oWaiting', 3), sample('oInteracting', 4)]),
      snapshot(NINE + 1, { kind: 'gauges', metrics: ['oInteracting'] }),
    ]);
    expect(pick(state, ['waiting', 'interacting', 'alerting'])).toEqual([3, 0, null]);
  });

  it('KPI-4 leaves alone what was observed after its request', () => {
    const state = applyAll([
      gauges(NINE + 20, [sample('oWaiting', 3)]),
      interval(NINE + 20, NINE, [sample('nOffered', 2)]),
      snapshot(NINE + 10, allGauges),
      snapshot(NINE + 10, today),
    ]);
    expect(pick(state, ['waiting', 'offered'])).toEqual([3, 2]);
  });

  it('KPI-3 makes a day without work a day of zeros, not of unknowns', () => {
    const before = applyAll([]);
    expect(pick(before, ['offered', 'abandoned', 'waiting'])).toEqual([null, null, null]);
    const state = applyAll([snapshot(NINE, today), snapshot(NINE, allGauges)]);
    expect(pick(state, ['offered', 'abandoned', 'waiting', 'asaMs', 'serviceLevel'])).toEqual([
      0,
      0,
      0,
      null,
      null,
    ]);
  });

  it('KPI-3 makes zero the half hours it leaves out, and those only that lie wholly inside', () => {
    const before = applyAll([
      interval(NINE - 5, NINE - HALF_HOUR_MS, [sample('nOffered', 4)]),
      interval(NINE + 5, NINE, [sample('nOffered', 3)]),
    ]);
    const cut = allIntervals(DAY, NINE + HALF_HOUR_MS - 1);
    expect(pick(applyToQueue(before, snapshot(NINE + 10, cut)), ['offered'])).toEqual([3]);
    expect(pick(applyToQueue(before, snapshot(NINE + 10, today)), ['offered'])).toEqual([0]);
  });

  it('KPI-2 beats what is told late of a media type that it left out', () => {
    const empty = applyAll([snapshot(NINE, allGauges), snapshot(NINE, today)]);
    expect(applyToQueue(empty, gauges(NINE - 1, [sample('oWaiting', 3)]))).toBe(empty);
    expect(
      applyToQueue(empty, gauges(NINE - 1, [sample('oOffQueueUsers', 3, 'p')], { mediaType: null })),
    ).toBe(empty);
    expect(applyToQueue(empty, interval(NINE - 1, NINE, [sample('nOffered', 3)]))).toBe(empty);
  });

  it('KPI-11 changes nothing when it comes twice, or after a newer one', () => {
    const events = [
      gauges(NINE, [sample('oWaiting', 3)]),
      snapshot(NINE + 1, allGauges),
      snapshot(NINE + 1, today),
    ];
    const state = applyAll(events);
    expect(applyAll(events, state)).toBe(state);
    expect(applyToQueue(state, snapshot(NINE, allGauges))).toBe(state);
  });

  it('KPI-3 may come in pieces that go on where the one before ended', () => {
    const pieces = [allIntervals(DAY, NINE), allIntervals(NINE, NINE + HALF_HOUR_MS)].map((scope) =>
      snapshot(NINE + 60, scope),
    );
    const state = applyAll(pieces);
    expect(applyToQueue(state, interval(NINE + 1, NINE, [sample('nOffered', 3)]))).toBe(state);
    expect(applyAll(pieces, state)).toBe(state);
  });
});
