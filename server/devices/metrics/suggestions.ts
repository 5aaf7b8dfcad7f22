/** What is worth trying, from what a device measures: the worst first. Pure. */
import type {
  CommandName,
  MetricKey,
  MetricWindow,
  Suggestion,
  ThresholdBreach,
} from '../../../lib/contracts/diagnostics';

export interface Situation {
  /** Those that last. */
  readonly breaches: readonly ThresholdBreach[];
  /** The newest of each metric. */
  readonly windows: readonly MetricWindow[];
  /** Whether a command may be asked for now, by whoever reads. */
  readonly mayAsk: (command: CommandName) => boolean;
}

/** Twice the 150 ms one way up to which speech is natural (ITU-T G.114), there and back. */
export const SLOW_LATENCY_MS = 300;

const BY_BREACH: readonly (readonly [MetricKey, string, CommandName])[] = [
  ['signal_dbm', 'signal-weak', 'channel_scan'],
  ['packet_loss_pct', 'packet-loss', 'ping_latency'],
];

export function suggestionsFor({ breaches, windows, mayAsk }: Situation): Suggestion[] {
  const suggest = (key: string, metric: MetricKey, value: number, command: CommandName): Suggestion => ({
    ...{ key, metric, value },
    command: mayAsk(command) ? command : null,
  });
  const newest = (metric: MetricKey) => windows.find((window) => window.metric === metric);
  const suggestions: Suggestion[] = [];
  for (const [metric, key, command] of BY_BREACH) {
    const breach = breaches.find((one) => one.metric === metric && one.endedAt === null);
    if (breach !== undefined)
      suggestions.push(suggest(key, metric, presentValue(breach, newest(metric)), command));
  }
  const latency = newest('latency_ms');
  if (latency !== undefined && latency.avg > SLOW_LATENCY_MS) {
    suggestions.push(suggest('latency-high', 'latency_ms', latency.avg, 'ping_latency'));
  }
  const errors = newest('errors');
  if (errors !== undefined && errors.max > 0) {
    suggestions.push(suggest('errors', 'errors', errors.max, 'firmware_version'));
  }
  return suggestions;
}

/** How it is now; a window from before the breach would hide it. */
function presentValue(breach: ThresholdBreach, newest: MetricWindow | undefined): number {
  return newest !== undefined && newest.from >= breach.since ? newest.avg : breach.value;
}
