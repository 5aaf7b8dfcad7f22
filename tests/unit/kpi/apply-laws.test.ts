import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HALF_HOUR_MS } from '../../../lib/day';
import { applyToQueue, type QueueEvent } from '../../../server/kpi/apply';
import {
  allGauges,
  allIntervals,
  applyAll,
  EVERY_INTERVAL,
  gauges,
  interval,
  kpisOf,
  NINE,
  pick,
  sample,
  snapshot,
} from './kpi-events';

const count = fc.integer({ min: 0, max: 50 });
const moment = fc.integer({ min: 0, max: 200 }).map((n) => NINE + n);
const origin = fc.constantFrom('live' as const, 'backfill' as const);
const mediaType = fc.constantFrom('voice', 'chat', 'email');

const gaugeSamples = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom('oWaiting', 'oAlerting', 'oInteracting'), count).map(([m, c]) => sample(m, c)),
    moment.map((at) => sample('oLongestWaiting', { calculatedMetricValue: at })),
  ),
  { maxLength: 4 },
);
const userSamples = fc.array(
  fc
    .tuple(
      fc.constantFrom('oOnQueueUsers', 'oUserRoutingStatuses', 'oOffQueueUsers'),
      fc.constantFrom('IDLE', 'INTERACTING', 'p1', '__proto__'),
      count,
    )
    .map(([metric, qualifier, n]) => sample(metric, n, qualifier)),
  { maxLength: 4 },
);
const intervalSamples = fc.array(
  fc
    .tuple(fc.constantFrom(...EVERY_INTERVAL), count, count)
    .map(([metric, c, s]) =>
      sample(metric, { count: c, sum: s, max: s, numerator: Math.min(c, s), denominator: c }),
    ),
  { maxLength: 5 },
);
const gaugeEvent = fc
  .tuple(moment, gaugeSamples, mediaType, origin)
  .map(([at, metrics, media, from]) => gauges(at, metrics, { mediaType: media, origin: from }));
const userEvent = fc
  .tuple(moment, userSamples, origin)
  .map(([at, metrics, from]) => gauges(at, metrics, { mediaType: null, origin: from }));
const intervalEvent = fc
  .tuple(moment, fc.integer({ min: -2, max: 1 }), intervalSamples, mediaType, origin)
  .map(([at, n, metrics, media, from]) =>
    interval(at, NINE + n * HALF_HOUR_MS, metrics, { mediaType: media, origin: from }),
  );
const snapshotEvent = fc
  .tuple(moment, fc.constantFrom(allGauges, allIntervals(NINE - 9 * 3_600_000, NINE + 2 * HALF_HOUR_MS)))
  .map(([at, scope]) => snapshot(at, scope));
const anyEvent: fc.Arbitrary<QueueEvent> = fc.oneof(gaugeEvent, userEvent, intervalEvent, snapshotEvent);
const anyEvents = fc.array(anyEvent, { maxLength: 25 });

describe('laws of the truth of a queue', () => {
  it('KPI-11 an event that comes again at once changes nothing', () => {
    fc.assert(
      fc.property(anyEvents, anyEvent, (before, event) => {
        const once = applyToQueue(applyAll(before), event);
        expect(applyToQueue(once, event)).toBe(once);
      }),
    );
  });

  it('KPI-11 a whole history of gauges that comes again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(gaugeEvent, userEvent), { maxLength: 25 }), (events) => {
        const state = applyAll(events);
        expect(applyAll(events, state)).toEqual(state);
      }),
    );
  });

  it('KPI-2 gauges come out the same in any order, where no two of a figure are of the same moment', () => {
    const distinct = fc.uniqueArray(fc.tuple(moment, count), { selector: ([at]) => at, maxLength: 12 });
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (pairs, keys) => {
        const events = pairs.map(([at, n]) => gauges(at, [sample('oInteracting', n)]));
        const shuffled = events.map((event) => ({ event, key: keys.next().value as number }));
        shuffled.sort((a, b) => a.key - b.key);
        const inOrder = [...events].sort((a, b) => a.observedAt - b.observedAt);
        expect(kpisOf(applyAll(shuffled.map(({ event }) => event)))).toEqual(kpisOf(applyAll(inOrder)));
      }),
    );
  });

  it('KPI-12 a backfill leaves what having seen every event would have left', () => {
    const history = fc.array(fc.tuple(mediaType, fc.integer({ min: 0, max: 3 }), count), { maxLength: 30 });
    fc.assert(
      fc.property(history, (steps) => {
        const totals = new Map<string, number>();
        const seen: QueueEvent[] = [];
        for (const [index, [media, half, n]] of steps.entries()) {
          const key = `${media} ${half}`;
          totals.set(key, (totals.get(key) ?? 0) + n + 1);
          seen.push(
            interval(NINE + index, NINE + half * HALF_HOUR_MS, [sample('nOffered', totals.get(key) ?? 0)], {
              mediaType: media,
            }),
          );
        }
        const at = NINE + 10_000;
        const complete = snapshot(at, allIntervals(NINE - 9 * 3_600_000, NINE + 4 * HALF_HOUR_MS));
        const answer = [...totals].map(([key, n]) => {
          const [media = '', half = '0'] = key.split(' ');
          return interval(at, NINE + Number(half) * HALF_HOUR_MS, [sample('nOffered', n)], {
            mediaType: media,
            origin: 'backfill',
          });
        });
        expect(kpisOf(applyAll([...answer, complete]))).toEqual(
          kpisOf(applyAll([...seen, ...answer, complete])),
        );
        const live = pick(applyAll(seen), ['offered'])[0] ?? 0;
        expect(pick(applyAll([...answer, complete]), ['offered'])).toEqual([live]);
      }),
    );
  });

  it('KPI-7 today is the sum of its half hours, however they came', () => {
    fc.assert(
      fc.property(fc.array(intervalEvent, { maxLength: 30 }), (events) => {
        const state = applyAll(events);
        const rows = state.media.flatMap((row) => [
          ...row.closed,
          ...(row.current === null ? [] : [row.current]),
        ]);
        const naive = rows.reduce((sum, row) => sum + (row[3] ?? 0), 0);
        expect(pick(state, ['offered'])[0] ?? 0).toBe(naive);
      }),
    );
  });
});
