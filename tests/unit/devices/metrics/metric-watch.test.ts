import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricKey, type MetricWindow } from '../../../../lib/contracts/diagnostics';
import { mergedWindows } from '../../../../server/devices/metrics/merged-windows';
import { createMetricWatch, type WatchChanges } from '../../../../server/devices/metrics/metric-watch';
import { breachText, measuredText } from '../../../../server/devices/metrics/wording';

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
  /** Closed windows of such samples, each its own message. */
  function windowsOf(list: readonly Partial<Record<MetricKey, number>>[], everyMs = 100): MetricWindow[] {
    const watch = createMetricWatch(START);
    const changes = list.map((given, n) => watch.take(values(given), START + n * everyMs));
    return [...changes, watch.end(START + list.length * everyMs)].flatMap(({ closed }) => closed);
  }

  it('DEV-86 say what was measured, with its range where there is one', () => {
    const windows = windowsOf([
      { signal_dbm: -74, latency_ms: 28, packet_loss_pct: 0.2, errors: 0 },
      { signal_dbm: -71, latency_ms: 40, packet_loss_pct: 0.2, errors: 0 },
      { signal_dbm: -68.6, latency_ms: 25, packet_loss_pct: 0.2 },
    ]);
    expect(measuredText(windows)).toBe('Signal −71 dBm (−74…−69), latency 31 ms (25…40), packet loss 0.2 %');
    expect(measuredText([])).toBeNull();
  });

  it.each<[Partial<Record<MetricKey, number>>, string]>([
    [{ errors: 0 }, 'No errors'],
    [{ errors: 4 }, 'Errors 4'],
    [{ packet_loss_pct: 0.04, signal_dbm: -0.2 }, 'Signal 0 dBm, packet loss 0 %'],
    [{ packet_loss_pct: 12.345 }, 'Packet loss 12.3 %'],
  ])('DEV-86 say of %j: %s', (given, text) => {
    expect(measuredText(windowsOf([given]))).toBe(text);
  });

  it('DEV-87 are over any number of windows, and as over all of their samples at once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -95, max: -60 }), { minLength: 1, maxLength: 100 }), (list) => {
        const windows = windowsOf(
          list.map((value) => ({ signal_dbm: value })),
          700,
        );
        const [merged, ...more] = mergedWindows(windows);
        expect(more).toEqual([]);
        expect(merged).toMatchObject({
          ...{ min: Math.min(...list), max: Math.max(...list), count: list.length },
          ...{ from: START, to: windows.at(-1)?.to },
        });
        expect(merged?.avg).toBeCloseTo(list.reduce((sum, value) => sum + value, 0) / list.length, 9);
      }),
    );
  });

  it('DEV-87 put together in steps, or at once, windows give the same', () => {
    const cut = fc.tuple(messages, fc.nat({ max: 60 }));
    fc.assert(
      fc.property(cut, ([list, at]) => {
        const windows = windowsOf(
          list.map(({ given }) => given),
          900,
        );
        const inSteps = mergedWindows([...mergedWindows(windows.slice(0, at)), ...windows.slice(at)]);
        const atOnce = mergedWindows(windows);
        expect(inSteps.map(({ avg, ...rest }) => rest)).toEqual(atOnce.map(({ avg, ...rest }) => rest));
        for (const [n, { avg }] of inSteps.entries()) expect(avg).toBeCloseTo(atOnce[n]?.avg ?? 0, 9);
      }),
    );
  });
});
