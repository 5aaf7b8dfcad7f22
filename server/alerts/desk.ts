/**
 * What the readers of alerts (push, http) see of them, and what people may do with them. Types only; `alerts.ts`
 * implements it. Whoever calls has been let in by the table of access.
 */
import type {
  AcknowledgeWish,
  AlertGroup,
  AlertRecord,
  AlertsFrame,
  AlertsQuery,
  DeadDelivery,
  DevicesResponse,
  Fault,
  Forwarding,
  RefusedResponse,
} from '../../lib/contracts/alert';
import type { DeviceRule } from '../../lib/contracts/settings';
import type { SiteCounts } from '../../lib/contracts/site-counts';

export type Unsubscribe = () => void;

export interface AlertDesk {
  /** What boards show now: groups, faults, forwarding. The same object while nothing of it changed. */
  frame(): Omit<AlertsFrame, 'serverTime'>;
  /** Every group of open alerts, also those that `frame` has no room for, in no order; the same array while none changed. */
  groups(): readonly AlertGroup[];
  /**
   * Every fault, also those that `frame` has no room for; the same array while none changed. `isWhole`: one that is not
   * among them is over. It is not so for a while after a start, and while the broker is away.
   */
  knownFaults(): { readonly faults: readonly Fault[]; readonly isWhole: boolean };
  /** False while another node has the devices and told nothing of them yet: all is empty, and none of it known. */
  hasPicture?(): boolean;
  /** Told when `groups` is another one, at most once a second. */
  subscribeGroups(listener: () => void): Unsubscribe;
  /** Told when `frame` is another one, at most once a second. */
  subscribe(listener: () => void): Unsubscribe;
  find(
    query: AlertsQuery,
  ): Promise<{ readonly alerts: readonly AlertRecord[]; readonly next: string | null }>;
  /** `by`: the person's name as people read it. How many were there and unacknowledged. Rejects where it cannot be stored. */
  acknowledge(wish: AcknowledgeWish, by: string): Promise<number>;
  refused(): Promise<Pick<RefusedResponse, 'counts' | 'messages'>>;
  deliveries(): Promise<{ readonly forwarding: Forwarding; readonly dead: readonly DeadDelivery[] }>;
  /** Sends dead ones again. How many were dead. */
  retry(alertIds: readonly string[]): Promise<number>;
  /** Absent `site`: all. The troubled first; at most 500 a site, `total` counts all. */
  devices(site?: string): DevicesResponse['sites'] | Promise<DevicesResponse['sites']>;
  /** How many devices there are by site, and what is wrong with them; the troubled first, at most 200 sites. */
  siteCounts(): { readonly sites: readonly SiteCounts[]; readonly more: number };
  rules(): readonly DeviceRule[];
  /** Holds at once, for what is active too; kept through restarts and in the exported settings. */
  setRules(rules: readonly DeviceRule[]): Promise<void>;
}
