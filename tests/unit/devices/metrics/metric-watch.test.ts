import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricKey } from '../../../../lib/contracts/diagnostics';
import { createMessageWindows } from '../../../../server/devices/metrics/message-windows';
import { createMetricWatch, type WatchChanges } from '../../../../server/devices/metrics/metric-watch';
import { breachText } from '../../../../server/devices/metrics/wording';

const START = Date.UTC(2026, 10, 20, 9, 0, 0);
const values = (given: Partial<Record<MetricKey, number>>) =>
  // The keys of such an object are metrics.
  new Map(Object.entries(given)) as ReadonlyMap<MetricKey, number>;

/** A message: which metrics it has is arbitrary, too. */
const message = fc.record({
  after: fc.integer({ min: 0, max: 1_500 }),
  given: fc.record(
    {
      signal_dbm: fc.integer({ min: -95, max: -60 }),
      packet_loss_pct: fc.integer({ min: 0, max: 8 }),
      latency_ms: fc.integer({ min: 5, max: 900 }),
      errors: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: [] },
  ),
});
const messages = fc.array(message, { maxLength: 60 });

describe('the watch over what a device measures', () => {
  it('DEV-80 closes critical metrics after 2 s, the others after 5 s', () => {
    const watch = createMetricWatch(START);
    const at = START + 100;
    watch.take(values({ signal_dbm: -71, packet_loss_pct: 0.2, latency_ms: 31, errors: 0 }), at);
    const from = START;
    const of = (metric: MetricKey, value: number, to: number) => ({
      ...{ metric, from, to, min: value, max: value, avg: value, count: 1 },
    });
    expect(watch.tick(START + 1_999).closed).toEqual([]);
    const critical = [of('latency_ms', 31, START + 2_000), of('errors', 0, START + 2_000)];
    expect(watch.tick(START + 2_000).closed).toEqual(critical);
    expect(watch.windows()).toEqual(critical);
    const others = [of('signal_dbm', -71, START + 5_000), of('packet_loss_pct', 0.2, START + 5_000)];
    expect(watch.tick(START + 5_000).closed).toEqual(others);
    expect(watch.windows()).toEqual([...others, ...critical]);
  });

  it('DEV-80 counts each sample of each metric in one window', () => {
    fc.assert(
      fc.property(messages, (list) => {
        const watch = createMetricWatch(START);
        const changes: WatchChanges[] = [];
        let at = START;
        for (const { after, given } of list) {
          at += after;
          changes.push(watch.take(values(given), at));
        }
        changes.push(watch.end(at));
        for (const { key } of METRICS) {
          const counted = changes.flatMap(({ closed }) => closed).filter(({ metric }) => metric === key);
          const given = list.filter((one) => one.given[key] !== undefined);
          expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(given.length);
        }
        expect(watch.lateCount).toBe(0);
      }),
    );
  });

  it('DEV-84 tells a breach with the sample that begins it, in words too', () => {
    const watch = createMetricWatch(START);
    const { breaches } = watch.take(values({ signal_dbm: -89, packet_loss_pct: 7.5 }), START + 100);
    expect(breaches.map(breachText)).toEqual([
      'Signal −89 dBm, below −85 dBm',
      'Packet loss 7.5 %, above 5 %',
    ]);
    expect(watch.take(values({ signal_dbm: -92 }), START + 200).breaches).toEqual([]);
    expect(watch.breaches()).toMatchObject([{ value: -92, since: START + 100 }, { value: 7.5 }]);
    watch.take(values({ signal_dbm: -70 }), START + 300);
    const ended = watch.take(values({ signal_dbm: -70 }), START + 2_300).breaches;
    expect(ended).toMatchObject([{ endedAt: START + 2_300 }]);
    expect(ended.map(breachText)).toEqual(['Signal back within −85 dBm, worst −92 dBm']);
    expect(watch.breaches()).toMatchObject([{ metric: 'packet_loss_pct' }]);
  });

  it('DEV-81 gives the same object while nothing happens', () => {
    const watch = createMetricWatch(START);
    expect(watch.take(values({ signal_dbm: -70 }), START)).toBe(watch.tick(START + 1));
  });
});

describe('sentences of the transcript', () => {
  it('DEV-86 say what was measured, with its range where there is one', () => {
    const watch = createMetricWatch(START);
    watch.take(values({ signal_dbm: -74, latency_ms: 28, packet_loss_pct: 0.2, errors: 0 }), START);
    watch.take(values({ signal_dbm: -71, latency_ms: 40, packet_loss_pct: 0.2, errors: 0 }), START + 100);
    watch.take(values({ signal_dbm: -68.6, latency_ms: 25, packet_loss_pct: 0.2 }), START + 200);
    expect(watch.tick(START + 4_999).message).toBeNull();
    expect(watch.tick(START + 5_000).message).toBe(
      'Signal −71 dBm (−74…−69), latency 31 ms (25…40), packet loss 0.2 %',
    );
    expect(watch.tick(START + 60_000).message).toBeNull();
  });

  it.each<[Partial<Record<MetricKey, number>>, string]>([
    [{ errors: 0 }, 'No errors'],
    [{ errors: 4 }, 'Errors 4'],
    [{ packet_loss_pct: 0.04, signal_dbm: -0.2 }, 'Signal 0 dBm, packet loss 0 %'],
    [{ packet_loss_pct: 12.345 }, 'Packet loss 12.3 %'],
  ])('DEV-86 say of %j: %s', (given, text) => {
    const watch = createMetricWatch(START);
    watch.take(values(given), START);
    expect(watch.end(START + 100).message).toBe(text);
  });

  it('DEV-87 get longer and shorter at any time, and hold each sample once', () => {
    const lengths = fc.array(fc.constantFrom(5_000, 10_000, 20_000, 60_000), {
      minLength: 60,
      maxLength: 60,
    });
    fc.assert(
      fc.property(messages, lengths, (list, wanted) => {
        const said: (string | null)[] = [];
        const windows = createMessageWindows(START, 5_000);
        let at = START;
        for (const [n, { after }] of list.entries()) {
          at += after;
          said.push(windows.tick(at, wanted[n] ?? 5_000));
          // Errors that add up to the number of samples: what a sentence holds can be read from it.
          said.push(windows.take(values({ errors: n + 1 }), at));
        }
        said.push(windows.end());
        const ranges = said.flatMap((text) => [...(text ?? '').matchAll(/\d+…\d+|^Errors \d+$/g)]);
        const ends = ranges.map(([range]) => range.replace('Errors ', '').split('…').map(Number));
        let next = 1;
        for (const end of ends) {
          expect(end[0]).toBe(next);
          next = (end.at(-1) ?? 0) + 1;
        }
        expect(next).toBe(list.length + 1);
      }),
    );
  });

  it('DEV-87 longer ones leave the windows of the record as they are', () => {
    fc.assert(
      fc.property(messages, (list) => {
        const closedBy = (messageMs: number) => {
          const watch = createMetricWatch(START);
          let at = START;
          return list.flatMap(({ after, given }) => {
            at += after;
            return [watch.tick(at, messageMs), watch.take(values(given), at)].flatMap(({ closed }) => closed);
          });
        };
        expect(closedBy(60_000)).toEqual(closedBy(5_000));
      }),
    );
  });

  it('DEV-87 wait for their own length, and not past it where the platform recovers', () => {
    const watch = createMetricWatch(START);
    watch.take(values({ latency_ms: 30 }), START + 100);
    expect(watch.tick(START + 12_000, 20_000).message).toBeNull();
    expect(watch.tick(START + 12_100, 5_000).message).toBe('Latency 30 ms');
    watch.take(values({ latency_ms: 31 }), START + 3_600_000);
    expect(watch.tick(START, 5_000).message).toBe('Latency 31 ms');
  });
});
