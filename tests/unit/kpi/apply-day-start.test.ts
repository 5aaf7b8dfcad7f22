import { describe, expect, it } from 'vitest';
import { dayStart, HALF_HOUR_MS, halfHourStart, nextDayStart } from '../../../lib/day';
import { halfHourStarts } from '../../../server/kpi/half-hours';
import { emptyQueue } from '../../../server/kpi/queue-state';
import { allIntervals, applyAll, interval, pick, sample, snapshot } from './kpi-events';

const offered = (count: number) => [sample('nOffered', count)];
const REST = { origin: 'backfill' } as const;

describe('the day', () => {
  it('KPI-8 drops yesterday’s half hours at midnight and begins at zero', () => {
    const day = Date.UTC(2026, 10, 20);
    const next = day + 24 * 3_600_000;
    const evening = applyAll(
      [
        interval(next - 10, next - HALF_HOUR_MS, offered(9)),
        snapshot(next - 50, allIntervals(day, next)),
        interval(next + 1, next, offered(1)),
      ],
      emptyQueue(day),
    );
    expect(pick(evening, ['offered'])).toEqual([10]);
    const morning = applyAll([{ kind: 'dayStarted', dayStart: next }], evening);
    expect(pick(morning, ['offered', 'answered', 'asaMs'])).toEqual([1, 0, null]);
    expect(applyAll([interval(next + 2, next - HALF_HOUR_MS, offered(10))], morning)).toBe(morning);
  });

  it('KPI-8 does not claim to know a day that was not known, or one that a clock set back has brought again', () => {
    const day = Date.UTC(2026, 10, 20);
    const next = day + 24 * 3_600_000;
    const unknown = applyAll([{ kind: 'dayStarted', dayStart: next }], emptyQueue(day));
    expect(pick(unknown, ['offered'])).toEqual([null]);
    const known = applyAll(
      [snapshot(next, allIntervals(day, next)), { kind: 'dayStarted', dayStart: next }],
      emptyQueue(day),
    );
    expect(pick(known, ['offered'])).toEqual([0]);
    expect(pick(applyAll([{ kind: 'dayStarted', dayStart: day }], known), ['offered'])).toEqual([null]);
  });

  it.each([
    ['America/New_York', Date.UTC(2026, 2, 8, 12), 46],
    ['America/New_York', Date.UTC(2026, 10, 1, 12), 50],
    ['America/New_York', Date.UTC(2026, 10, 20, 12), 48],
    ['Asia/Kolkata', Date.UTC(2026, 10, 20, 12), 48],
    ['Asia/Kathmandu', Date.UTC(2026, 10, 20, 12), 49],
    ['Pacific/Chatham', Date.UTC(2026, 10, 20, 12), 49],
    ['Pacific/Chatham', Date.UTC(2026, 3, 4, 16), 51],
  ])('KPI-8 adds up the whole day in %s', (timeZone, noon, halfHours) => {
    const start = dayStart(noon, timeZone);
    const end = nextDayStart(noon, timeZone);
    const starts = halfHourStarts(start, end - 1);
    expect(starts).toHaveLength(halfHours);
    const events = starts.map((at) =>
      interval(end, at, offered(1), {
        ...REST,
        intervalEnd: Math.min(end, halfHourStart(at) + HALF_HOUR_MS),
      }),
    );
    expect(pick(applyAll(events, emptyQueue(start)), ['offered'])).toEqual([halfHours]);
  });
});

describe.each(['Asia/Kathmandu', 'Pacific/Chatham'])('a half hour that midnight cuts, in %s', (timeZone) => {
  const noon = Date.UTC(2026, 10, 20, 12);
  const day = dayStart(noon, timeZone);
  const midnight = nextDayStart(noon, timeZone);
  const cut = halfHourStart(midnight);
  const end = cut + HALF_HOUR_MS;
  const midnightPassed = { kind: 'dayStarted', dayStart: midnight } as const;

  it('KPI-9 counts for today what it gained since midnight', () => {
    const state = applyAll(
      [interval(midnight - 10, cut, offered(8)), midnightPassed, interval(midnight + 10, cut, offered(11))],
      emptyQueue(day),
    );
    expect(midnight).not.toBe(cut);
    expect(pick(state, ['offered'])).toEqual([3]);
    expect(pick(applyAll([interval(end + 1, end, offered(2))], state), ['offered'])).toEqual([5]);
  });

  it('KPI-9 counts all of it where nothing was heard of it before midnight', () => {
    const events = [
      interval(midnight - HALF_HOUR_MS, cut - HALF_HOUR_MS, offered(5)),
      midnightPassed,
      interval(midnight + 10, cut, offered(2)),
    ];
    expect(pick(applyAll(events, emptyQueue(day)), ['offered'])).toEqual([2]);
  });

  it('KPI-9 takes REST’s word for the part before midnight', () => {
    const before = interval(midnight + 60, cut, offered(6), { ...REST, intervalEnd: midnight });
    const running = interval(midnight + 30, cut, offered(10));
    for (const events of [
      [before, running],
      [running, before],
    ]) {
      expect(pick(applyAll(events, emptyQueue(midnight)), ['offered'])).toEqual([4]);
    }
  });

  it('KPI-9 takes REST’s word for today’s part, and goes on from the stream', () => {
    const part = interval(midnight + 60, midnight, offered(3), { ...REST, intervalEnd: end });
    const before = interval(midnight + 60, cut, offered(6), { ...REST, intervalEnd: midnight });
    const state = applyAll([part], emptyQueue(midnight));
    expect(pick(state, ['offered'])).toEqual([3]);
    // How much of it is yesterday's is not known: REST's figure holds.
    expect(pick(applyAll([interval(midnight + 90, cut, offered(9))], state), ['offered'])).toEqual([3]);
    expect(pick(applyAll([before, interval(midnight + 90, cut, offered(11))], state), ['offered'])).toEqual([
      5,
    ]);
  });

  it('KPI-9 lets REST correct today’s part', () => {
    const part = interval(end + 60, midnight, offered(4), { ...REST, intervalEnd: end });
    const state = applyAll(
      [
        interval(midnight - 10, cut, offered(8)),
        midnightPassed,
        interval(midnight + 10, cut, offered(11)),
        part,
      ],
      emptyQueue(day),
    );
    expect(pick(state, ['offered'])).toEqual([4]);
  });

  it('KPI-9 takes today’s part as zero where a complete answer from midnight on leaves it out', () => {
    const events = [
      snapshot(midnight + 60, allIntervals(midnight, end)),
      interval(midnight + 90, cut, offered(9)),
    ];
    expect(pick(applyAll(events, emptyQueue(midnight)), ['offered'])).toEqual([0]);
  });

  it('KPI-9 counts a longest wait of that half hour only where it grew after midnight', () => {
    const wait = (max: number, count: number) => [sample('tWait', { count, sum: max, max })];
    const before = [interval(midnight - 10, cut, wait(90_000, 1)), midnightPassed];
    const same = applyAll([...before, interval(midnight + 10, cut, wait(90_000, 2))], emptyQueue(day));
    expect(pick(same, ['maxWaitMs'])).toEqual([0]);
    const grown = applyAll([...before, interval(midnight + 10, cut, wait(95_000, 2))], emptyQueue(day));
    expect(pick(grown, ['maxWaitMs'])).toEqual([95_000]);
  });
});
