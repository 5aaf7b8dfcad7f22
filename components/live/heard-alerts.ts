/** What this screen last heard of devices' alerts, and whether it is still true. */
import type { AlertsFrame } from '../../lib/contracts/alert';
import type { HeardFrame } from './heard-frame';

export type HeardAlerts = HeardFrame<AlertsFrame>;
