/**
 * The truth of one queue: `applyToQueue(state, event)`. Pure, no clock; a no-op returns the same state. Events come
 * twice, late and after snapshots that already hold them: for one (media type, metric, qualifier, interval) the
 * newest observation wins. Queues do not know each other, so events of different queues commute.
 */
import { unreachable } from '../../lib/assert';
import { applyDayStart, type DayStarted } from './apply-day-start';
import { applyGauges } from './apply-gauges';
import { applyInterval } from './apply-interval';
import { applySnapshot } from './apply-snapshot';
import type { GaugesObserved, IntervalObserved, SnapshotCompleted } from './events';
import type { QueueState } from './queue-state';
import { MAX_INTERVALS, MAX_MEDIA_TYPES, MAX_PRESENCES, mediaIndex } from './queue-state';

export type QueueEvent = GaugesObserved | IntervalObserved | SnapshotCompleted | DayStarted;

export function applyToQueue(state: QueueState, event: QueueEvent): QueueState {
  switch (event.kind) {
    case 'gaugesObserved':
      return applyGauges(state, event);
    case 'intervalObserved':
      return applyInterval(state, event);
    case 'snapshotCompleted':
      return applySnapshot(state, event);
    case 'dayStarted':
      return applyDayStart(state, event);
    default:
      return unreachable(event);
  }
}

/** Whether an event that changed nothing was refused because the queue is at one of its bounds. */
export function exceedsBounds(state: QueueState, event: QueueEvent): boolean {
  if (event.kind !== 'gaugesObserved' && event.kind !== 'intervalObserved') return false;
  if (event.mediaType === null) {
    return (
      state.users.presences.length >= MAX_PRESENCES && event.metrics.some((m) => isUnseenPresence(state, m))
    );
  }
  const row = state.media[mediaIndex(state, event.mediaType)];
  if (row === undefined) return state.media.length >= MAX_MEDIA_TYPES;
  return event.kind === 'intervalObserved' && row.closed.length >= MAX_INTERVALS;
}

function isUnseenPresence(state: QueueState, sample: GaugesObserved['metrics'][number]): boolean {
  if (sample.metric !== 'oOffQueueUsers') return false;
  return !state.users.presences.some((presence) => presence.id === sample.qualifier);
}
