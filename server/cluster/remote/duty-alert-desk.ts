/**
 * The one desk of devices' alerts that a node's rooms know for ever: its own while this node has the duty, else that of
 * the owner. Who subscribed stays so when the duty moves. An own desk that has just started shows what the other showed
 * until it has drawn: an empty one would say that all is over.
 */
import type { AlertDesk } from '../../alerts/desk';
import type { Cancel, Clock } from '../../runtime/clock';
import type { RemoteAlertDesk } from './remote-alert-desk';
import { DRAWN_AFTER_MS } from './serve-alert-desk';

export interface DutyAlertDeskOptions {
  /** `null`: another node has the duty, or none. */
  readonly own: () => AlertDesk | null;
  readonly remote: RemoteAlertDesk;
  readonly clock: Clock;
}

export interface DutyAlertDesk extends AlertDesk {
  hasPicture(): boolean;
  /** `own` is another now, and has started. */
  dutyChanged(): void;
  stop(): void;
}

export function createDutyAlertDesk({ own, remote, clock }: DutyAlertDeskOptions): DutyAlertDesk {
  const frameListeners = new Set<() => void>();
  const groupListeners = new Set<() => void>();
  const tell = (listeners: ReadonlySet<() => void>) => () => {
    for (const listener of [...listeners]) listener();
  };
  const tellAll = () => {
    tell(frameListeners)();
    tell(groupListeners)();
  };
  let followed: AlertDesk | null = null;
  let isDrawn = false;
  let stops: Cancel[] = [];

  function follow(): void {
    const desk = own();
    if (desk === followed && stops.length > 0) return;
    for (const stop of stops) stop();
    followed = desk;
    isDrawn = false;
    const from = desk ?? remote;
    stops = [from.subscribe(tell(frameListeners)), from.subscribeGroups(tell(groupListeners))];
    if (desk === null) return;
    stops.push(
      clock.after(DRAWN_AFTER_MS, () => {
        isDrawn = true;
        tellAll();
      }),
    );
  }

  /** What is asked goes to whoever has the duty at this moment. */
  const asked = () => own() ?? remote;
  /** What is shown. */
  const shown = (): AlertDesk => {
    const desk = own();
    return desk !== null && desk === followed && isDrawn ? desk : remote;
  };

  follow();
  return {
    frame: () => shown().frame(),
    groups: () => shown().groups(),
    knownFaults: () => shown().knownFaults(),
    hasPicture: () => shown() !== remote || remote.hasPicture(),
    siteCounts: () => shown().siteCounts(),
    rules: () => asked().rules(),
    subscribe(listener) {
      const mine = () => listener();
      frameListeners.add(mine);
      return () => void frameListeners.delete(mine);
    },
    subscribeGroups(listener) {
      const mine = () => listener();
      groupListeners.add(mine);
      return () => void groupListeners.delete(mine);
    },
    find: (query) => asked().find(query),
    acknowledge: (wish, by) => asked().acknowledge(wish, by),
    refused: () => asked().refused(),
    deliveries: () => asked().deliveries(),
    retry: (alertIds) => asked().retry(alertIds),
    devices: (site) => asked().devices(site),
    setRules: (rules) => asked().setRules(rules),
    dutyChanged() {
      follow();
      tellAll();
    },
    stop() {
      for (const stop of stops) stop();
      stops = [];
      frameListeners.clear();
      groupListeners.clear();
    },
  };
}
