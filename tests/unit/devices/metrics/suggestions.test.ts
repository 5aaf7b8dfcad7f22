import { describe, expect, it } from 'vitest';
import type { MetricKey, MetricWindow, ThresholdBreach } from '../../../../lib/contracts/diagnostics';
import { suggestionsFor } from '../../../../server/devices/metrics/suggestions';

const breach = (metric: MetricKey, value: number, more: Partial<ThresholdBreach> = {}): ThresholdBreach => ({
  ...{ metric, value, limit: 0, since: 10_000, endedAt: null },
  ...more,
});
const window = (metric: MetricKey, avg: number, from = 10_000): MetricWindow => ({
  ...{ metric, from, to: from + 5_000, min: avg, max: avg, avg, count: 50 },
});
const all = { mayAsk: () => true };

describe('suggestions', () => {
  it('DEV-85 say what to try, the signal first', () => {
    const breaches = [breach('packet_loss_pct', 7.25), breach('signal_dbm', -89)];
    const windows = [window('latency_ms', 412), window('errors', 3)];
    const suggestions = suggestionsFor({ breaches, windows, ...all });
    expect(suggestions).toEqual([
      { key: 'signal-weak', metric: 'signal_dbm', value: -89, command: 'channel_scan' },
      { key: 'packet-loss', metric: 'packet_loss_pct', value: 7.25, command: 'ping_latency' },
      { key: 'latency-high', metric: 'latency_ms', value: 412, command: 'ping_latency' },
      { key: 'errors', metric: 'errors', value: 3, command: 'firmware_version' },
    ]);
  });

  it('DEV-85 are none where all is well, or is over', () => {
    const windows = [window('latency_ms', 300), window('errors', 0), window('signal_dbm', -60)];
    const breaches = [breach('signal_dbm', -89, { endedAt: 12_000 })];
    expect(suggestionsFor({ breaches, windows, ...all })).toEqual([]);
  });

  it('DEV-85 offer no command that may not be asked for now', () => {
    const breaches = [breach('signal_dbm', -89)];
    const [suggestion] = suggestionsFor({ breaches, windows: [], mayAsk: (one) => one !== 'channel_scan' });
    expect(suggestion).toMatchObject({ key: 'signal-weak', command: null });
  });

  it('DEV-85 show how it is now, and nothing from before the breach', () => {
    const breaches = [breach('signal_dbm', -110)];
    const valueWith = (from: number) =>
      suggestionsFor({ breaches, windows: [window('signal_dbm', -88, from)], ...all })[0]?.value;
    expect(valueWith(10_000)).toBe(-88);
    expect(valueWith(9_999)).toBe(-110);
  });
});
