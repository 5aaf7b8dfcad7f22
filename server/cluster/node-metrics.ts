/** What an operator asks of a node: which duties it has, how often they move, whether the stream between nodes keeps up. */
import type { Metrics } from '../runtime/metrics';
import { shardOf } from './duties';
import type { ClusterNode } from './node';
import type { SharedClock } from './shared-clock';

export function exposeNode(metrics: Metrics, node: ClusterNode, clock: SharedClock): void {
  const { holder, writer, listener, links } = node;
  metrics.gaugeFrom('floorcast_node_shards', 'Shards that this node carries', () =>
    [...holder.held.keys()].reduce((sum, duty) => sum + Number(shardOf(duty) !== null), 0),
  );
  metrics.gaugeFrom('floorcast_node_rooms', 'Duties of this node that are no shards', () =>
    [...holder.held.keys()].reduce((sum, duty) => sum + Number(shardOf(duty) === null), 0),
  );
  metrics.counterFrom(
    'floorcast_node_duty_moves_total',
    'Duties that this node took or lost',
    () => holder.moves,
  );
  metrics.gaugeFrom('floorcast_node_confirmed', 'Whether leases could be renewed less than a lease ago', () =>
    Number(holder.isConfirmed),
  );
  metrics.gaugeFrom(
    'floorcast_node_clock_offset_seconds',
    'What this clock is behind that of Redis',
    () => clock.offsetMs() / 1_000,
  );
  metrics.counterFrom(
    'floorcast_node_entries_written_total',
    'Entries written into the stream',
    () => writer.entries,
  );
  metrics.counterFrom(
    'floorcast_node_entries_read_total',
    'Entries read of the stream',
    () => listener.entries,
  );
  metrics.counterFrom(
    'floorcast_node_entries_unread_total',
    'Entries that could not be read',
    () => listener.unread,
  );
  metrics.counterFrom(
    'floorcast_node_gaps_total',
    'Times that entries of the stream were missing',
    () => listener.gaps,
  );
  metrics.gaugeFrom('floorcast_node_waiting_events', 'Events that wait to be written', () => writer.waiting);
  metrics.counterFrom(
    'floorcast_node_overflows_total',
    'Times that more waited than is kept, so that all was told anew',
    () => writer.overflows,
  );
  metrics.gaugeFrom(
    'floorcast_node_unsure_duties',
    'Duties of others that are not known as a whole',
    () => links.unsure().length,
  );
}
