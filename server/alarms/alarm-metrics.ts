/** What the operator sees of alarms. Boards' ids are people's own: their label is made safe by the metrics. */
import type { Clock } from '../runtime/clock';
import type { Metrics } from '../runtime/metrics';
import type { AlarmFloor } from './alarm-desk';

export function exposeAlarms(metrics: Metrics, floor: AlarmFloor, clock: Clock): void {
  const { book } = floor.watch;
  metrics.gaugeFrom(
    'floorcast_alarm_interruptions',
    'Alarms that interrupted in the last ten minutes, on the board that had most of them',
    () => floor.watch.interruptions(clock.monotonicNow()),
  );
  metrics.countersFrom(
    'floorcast_alarm_interruptions_total',
    'Alarms that began to interrupt a board',
    'board',
    () => floor.interrupted,
  );
  metrics.gaugeFrom('floorcast_alarms', 'Alarms that last', () => book.size);
  metrics.counterFrom(
    'floorcast_alarms_left_out_total',
    'Alarms not taken up because there were too many',
    () => book.leftOut,
  );
  metrics.gaugeFrom('floorcast_alarm_shelves', 'Alarms on the shelf', () => floor.shelved.size);
  metrics.gaugeFrom(
    'floorcast_alarm_calls_waiting',
    'Calls to webhooks that wait',
    () => floor.hooks.queue.size,
  );
  metrics.countersFrom(
    'floorcast_alarm_calls_total',
    'Calls to webhooks by what became of them',
    'result',
    () => Object.entries(floor.hooks.queue.counts),
  );
}
