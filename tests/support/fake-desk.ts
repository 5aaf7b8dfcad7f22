/** A desk of alerts that shows what it is given and notes what it is asked. */
import type { AcknowledgeWish, AlertRecord, AlertsQuery, Forwarding } from '../../lib/contracts/alert';
import type { DeviceRule } from '../../lib/contracts/settings';
import type { AlertDesk } from '../../server/alerts/desk';

export const NO_FORWARDING: Forwarding = {
  ...{ state: 'off', since: 1, backlog: 0, oldestAt: null, dead: 0, lastSentAt: null },
};

export const AN_ALERT: AlertRecord = {
  ...{ id: 'a1', deviceId: 'thermo-1', sensorType: 'temperature', level: 'critical', readingValue: 91.5 },
  ...{ product: 'Thermo', firmwareVersion: '3.2', site: 'Cork', queueId: 'q1', raisedAt: 10, receivedAt: 11 },
  ...{ clockSkewMs: null, state: 'active-unacknowledged', clearedAt: null, clearedBy: null },
  ...{ acknowledgement: null, delivery: 'none' },
};

export class FakeDesk implements AlertDesk {
  #frame: ReturnType<AlertDesk['frame']> = { groups: [], more: 0, faults: [], forwarding: NO_FORWARDING };
  #listeners = new Set<() => void>();
  #rules: readonly DeviceRule[] = [];
  readonly asked: unknown[] = [];

  show(more: number): void {
    this.#frame = { ...this.#frame, more };
    for (const listener of this.#listeners) listener();
  }
  get listeners(): number {
    return this.#listeners.size;
  }
  frame() {
    return this.#frame;
  }
  groups(): ReturnType<AlertDesk['groups']> {
    return this.frame().groups;
  }
  knownFaults(): ReturnType<AlertDesk['knownFaults']> {
    return { faults: this.frame().faults, isWhole: true };
  }
  subscribeGroups(listener: () => void) {
    return this.subscribe(listener);
  }
  subscribe(listener: () => void) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  async find(query: AlertsQuery) {
    this.asked.push(query);
    return { alerts: [AN_ALERT], next: 'a1' };
  }
  async acknowledge(wish: AcknowledgeWish, by: string) {
    this.asked.push({ ...wish, by });
    return 3;
  }
  async refused() {
    return { counts: [{ reason: 'not-json' as const, count: 2 }], messages: [] };
  }
  async deliveries() {
    return {
      forwarding: NO_FORWARDING,
      dead: [{ alert: AN_ALERT, reason: '24 h old', attempts: 9, diedAt: 5 }],
    };
  }
  async retry(ids: readonly string[]) {
    this.asked.push(ids);
    return ids.length;
  }
  devices(site?: string) {
    this.asked.push(site);
    return [{ site: 'Cork', total: 0, devices: [] }];
  }
  counted: ReturnType<AlertDesk['siteCounts']> = { sites: [], more: 0 };
  siteCounts() {
    return this.counted;
  }
  rules() {
    return this.#rules;
  }
  async setRules(rules: readonly DeviceRule[]) {
    this.#rules = rules;
  }
}
