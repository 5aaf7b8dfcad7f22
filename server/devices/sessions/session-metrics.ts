/** Figures of diagnostic sessions for the operator. */
import { SESSION_STATES } from '../../../lib/contracts/diagnostics';
import type { Metrics } from '../../runtime/metrics';
import type { EndRecorder } from './end-recorder';
import type { SessionRegistry } from './session-registry';
import type { SessionWriter } from './session-writer';

interface Sources {
  readonly registry: Pick<SessionRegistry, 'open'>;
  readonly writer: Pick<SessionWriter, 'failureCount' | 'windowsLost'>;
  readonly ends: Pick<EndRecorder, 'count'>;
}

export function sessionMetrics(metrics: Metrics, { registry, writer, ends }: Sources): void {
  for (const state of SESSION_STATES) {
    metrics.gaugeFrom(
      `floorcast_diagnostic_sessions_${state.toLowerCase()}`,
      `Open diagnostic sessions in state ${state}.`,
      () => [...registry.open()].filter(({ row }) => row.state === state).length,
    );
  }
  metrics.gaugeFrom(
    'floorcast_diagnostic_commands_waiting',
    'Commands that wait to be sent to a device.',
    () => [...registry.open()].reduce((sum, { waitingCount }) => sum + waitingCount, 0),
  );
  metrics.gaugeFrom(
    'floorcast_diagnostic_ends_unrecorded',
    'Commands whose end is not in the audit log yet.',
    () => ends.count,
  );
  metrics.counterFrom(
    'floorcast_diagnostic_store_failures_total',
    'Writes of diagnostic sessions that failed.',
    () => writer.failureCount,
  );
  metrics.counterFrom(
    'floorcast_diagnostic_windows_lost_total',
    'Windows of measurements that could not be stored.',
    () => writer.windowsLost,
  );
}
