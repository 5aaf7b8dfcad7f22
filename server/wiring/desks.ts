/**
 * The part of the composition root that makes desks of rooms which are open on one node of several: the room's own where
 * it is open here, and served to the others; else the other node's.
 */
import type { AlertDesk } from '../alerts/desk';
import type { AlertRoom } from '../alerts/open-alerts';
import type { DutyRoom } from '../cluster/duty-room';
import { createDutyAlertDesk } from '../cluster/remote/duty-alert-desk';
import { createDutyDiagnosticsDesk } from '../cluster/remote/duty-diagnostics-desk';
import { createRemoteAlertDesk } from '../cluster/remote/remote-alert-desk';
import { createRemoteDiagnosticsDesk } from '../cluster/remote/remote-diagnostics-desk';
import { serveAlertDesk } from '../cluster/remote/serve-alert-desk';
import { serveDiagnosticsDesk } from '../cluster/remote/serve-diagnostics-desk';
import type { DiagnosticsDesk } from '../devices/diagnostics-desk';
import type { DeviceRoom, SessionRoom } from '../devices/open-devices';
import type { Clock } from '../runtime/clock';
import type { Lifecycle } from '../runtime/lifecycle';
import type { Log } from '../runtime/log';
import type { Shared } from './shared';

export interface DutyDeskOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  /** Whether this node has that duty, as far as it knows by its own clock. */
  readonly isOwner: (duty: 'alerts' | 'sessions') => boolean;
}

export function openDutyAlertDesk(
  { clock, log, lifecycle, isOwner }: DutyDeskOptions,
  { calls }: Shared,
  room: DutyRoom<AlertRoom>,
): AlertDesk {
  const remote = createRemoteAlertDesk({ calls, log });
  lifecycle.onStop('alerts of another node', async () => remote.stop());
  const desk = createDutyAlertDesk({ own: () => room.current?.desk ?? null, remote, clock });
  lifecycle.onStop('desk of alerts', async () => desk.stop());
  follow(room, {
    serve: ({ desk: own }) => serveAlertDesk({ calls, clock, desk: own, isOwner: () => isOwner('alerts') }),
    changed: () => desk.dutyChanged(),
  });
  return desk;
}

export function openDutyDiagnosticsDesk(
  { log, isOwner }: DutyDeskOptions,
  { calls }: Shared,
  room: DutyRoom<SessionRoom>,
  { mayRun }: Pick<DeviceRoom, 'mayRun'>,
): DiagnosticsDesk {
  const remote = createRemoteDiagnosticsDesk({ calls, log, mayRun });
  const desk = createDutyDiagnosticsDesk({ own: () => room.current?.desk ?? null, remote });
  follow(room, {
    serve: ({ desk: own }) => serveDiagnosticsDesk({ calls, desk: own, isOwner: () => isOwner('sessions') }),
    changed: () => desk.dutyChanged(),
  });
  return desk;
}

interface Following<R> {
  /** The room is open here: others may ask it. Gives the way to end that. */
  readonly serve: (room: R) => () => void;
  readonly changed: () => void;
}

function follow<R extends { start(): Promise<void>; stop(): Promise<void> }>(
  room: DutyRoom<R>,
  { serve, changed }: Following<R>,
): void {
  let unserve = () => {};
  room.subscribe(() => {
    unserve();
    const { current } = room;
    unserve = current === null ? () => {} : serve(current);
    changed();
  });
}
