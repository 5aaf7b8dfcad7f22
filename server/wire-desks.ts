/** Desks of rooms that are open on one node of several. */

import type { AlertDesk } from './alerts/desk';
import type { AlertRoom } from './alerts/open-alerts';
import type { DutyRoom } from './cluster/duty-room';
import type { DevicesConfig } from './config/device-settings';
import type { DiagnosticsDesk } from './devices/diagnostics-desk';
import type { SessionRoom } from './devices/open-devices';
import type { Clock } from './runtime/clock';
import type { Log } from './runtime/log';
import type { Shared } from './wire-shared';

interface Ground {
  readonly clock: Clock;
  readonly log: Log;
}

export function openDutyAlertDesk(
  _ground: Ground,
  _shared: Shared,
  _room: DutyRoom<AlertRoom>,
): AlertDesk | null {
  return null;
}

export function openDutyDiagnosticsDesk(
  _ground: Ground,
  _shared: Shared,
  _room: DutyRoom<SessionRoom>,
  _config: DevicesConfig,
): DiagnosticsDesk | null {
  return null;
}
