/** The ledger's running totals, counted in plain numbers and read when Prometheus asks. */
import type { Metrics } from '../runtime/metrics';

export interface LedgerTotals {
  messages: number;
  /** Raises that had come before. */
  repeated: number;
  /** Messages of devices for which there was no room. */
  strangers: number;
  acknowledged: number;
  /** By level, and by reason. */
  readonly raised: Map<string, number>;
  readonly refused: Map<string, number>;
}

export function newLedgerTotals(): LedgerTotals {
  return { messages: 0, repeated: 0, strangers: 0, acknowledged: 0, raised: new Map(), refused: new Map() };
}

export interface LedgerGauges {
  readonly memory: { readonly openCount: number; readonly activeCount: number; readonly deviceCount: number };
  readonly writer: { readonly failureCount: number; readonly crowdedOutCount: number };
}

export function exposeLedger(metrics: Metrics, totals: LedgerTotals, { memory, writer }: LedgerGauges): void {
  const { counterFrom, countersFrom, gaugeFrom } = metrics;
  counterFrom('floorcast_alert_messages_total', 'Messages of devices stored.', () => totals.messages);
  countersFrom('floorcast_alerts_raised_total', 'Alerts raised, each once.', 'level', () => totals.raised);
  counterFrom('floorcast_alerts_repeated_total', 'Alerts that came again.', () => totals.repeated);
  countersFrom('floorcast_alerts_refused_total', 'Messages refused.', 'reason', () => totals.refused);
  counterFrom('floorcast_alerts_acknowledged_total', 'Alerts taken by people.', () => totals.acknowledged);
  counterFrom(
    'floorcast_alert_strangers_total',
    'Messages of devices beyond the bound: their alerts belong to no queue and no site.',
    () => totals.strangers,
  );
  counterFrom(
    'floorcast_alerts_crowded_out_total',
    'Alerts cleared before their age because no more fit.',
    () => writer.crowdedOutCount,
  );
  counterFrom(
    'floorcast_alert_write_failures_total',
    'Writes of alerts that failed.',
    () => writer.failureCount,
  );
  gaugeFrom('floorcast_alerts_open', 'Open alerts held in memory.', () => memory.openCount);
  gaugeFrom('floorcast_alerts_active', 'Active alerts.', () => memory.activeCount);
  gaugeFrom('floorcast_alert_devices', 'Devices known.', () => memory.deviceCount);
}
