/** What people decide about figures: zones, groups, thresholds. */

import type { ThresholdRule } from '../../lib/contracts/settings';
import type { QueueGroup } from './rollup-book';

export interface KpiSettings {
  /** IANA zone of roll-ups. */
  readonly timeZone: string;
  /** IANA zone in which a queue's day starts. */
  readonly timeZoneOf: (queueId: string) => string;
  readonly groups: readonly QueueGroup[];
  /** Put before the built-in ones; see `threshold-rules`. */
  readonly thresholds: readonly ThresholdRule[];
  /** Leaves short abandons out of both sides of the abandon rate. */
  readonly excludeShortAbandons: boolean;
}
