/** The newest observation of each kind in a queue's rows, for the age of its roll-ups. Pure. */
import type { KpiOrigin } from '../../lib/contracts/kpi';
import type { MediaRow, QueueState } from './queue-state';
import {
  AT,
  at,
  COMPLETE,
  GAUGE_AT,
  GAUGE_ORIGINS,
  GAUGES,
  INTERVAL_METRICS,
  NEVER,
  ORIGINS,
  QUALIFIERS,
  ROUTING,
  USER_AT,
  USER_ORIGINS,
} from './row-layout';

export interface Newest {
  /** Epoch ms; -Infinity for never. */
  readonly observedAt: number;
  readonly origin: KpiOrigin;
}

const NEVER_OBSERVED: Newest = { observedAt: NEVER, origin: 'live' };

function newer(a: Newest, stamp: number, isBackfill: boolean): Newest {
  if (stamp < a.observedAt || stamp === NEVER) return a;
  // A snapshot's zeros are stamped just before its request.
  return { observedAt: Math.ceil(stamp), origin: isBackfill ? 'backfill' : 'live' };
}

export function newestGauge(state: QueueState, rows: readonly MediaRow[]): Newest {
  let newest = NEVER_OBSERVED;
  for (let g = 0; g < GAUGES; g++) newest = newer(newest, at(state.complete.gauges, g), true);
  for (const { gauges } of rows) {
    for (let g = 0; g < GAUGES; g++) {
      newest = newer(newest, at(gauges, GAUGE_AT + g), (at(gauges, GAUGE_ORIGINS) & (1 << g)) !== 0);
    }
  }
  return newest;
}

export function newestInterval(state: QueueState, rows: readonly MediaRow[]): Newest {
  let newest = NEVER_OBSERVED;
  for (const stamp of state.complete.intervals) newest = newer(newest, stamp, true);
  for (const { closed, current } of rows) {
    for (const interval of current === null ? closed : [...closed, current]) {
      for (let m = 0; m < INTERVAL_METRICS; m++) {
        newest = newer(newest, at(interval, AT + m), (at(interval, ORIGINS) & (1 << m)) !== 0);
      }
    }
  }
  return newest;
}

export function newestOfUsers({ users, complete }: QueueState): Newest {
  let newest = NEVER_OBSERVED;
  for (const place of [COMPLETE.onQueue, COMPLETE.routing, COMPLETE.offQueue]) {
    newest = newer(newest, at(complete.gauges, place), true);
  }
  for (let slot = 0; slot < ROUTING + QUALIFIERS; slot++) {
    newest = newer(newest, at(users.row, USER_AT + slot), (at(users.row, USER_ORIGINS) & (1 << slot)) !== 0);
  }
  for (const presence of users.presences) newest = newer(newest, presence.observedAt, presence.isBackfill);
  return newest;
}
