/**
 * From a caller to the device that it is about: the customer is looked up and verified first. What was found is good
 * for a minute, that nobody was found for some seconds; where the list of customers fails, what it said before holds
 * for ten minutes more. Only the choice is kept, no list.
 */
import {
  accountSchema,
  aniSchema,
  type DeviceStatusQuery,
  deviceKeySchema,
} from '../../../lib/contracts/device';
import type { Clock } from '../../runtime/clock';
import type { Failure } from '../../runtime/errors';
import type { CustomerQuery } from '../customers';
import type { CustomerDirectory, Interaction, KnownCustomer } from '../ports';
import { chooseDevice, ownerOf, type Target } from './choose-device';
import { customersOff, noMatch, reasonOf } from './reasons';
import { SharedCache } from './shared-cache';

export interface TargetFinderOptions {
  /** `null`: customers cannot be looked up. */
  readonly customers: CustomerDirectory | null;
  readonly clock: Clock;
  readonly onCall: (failure: Failure | null) => void;
  /** Callers whose choice is kept. */
  readonly max: number;
}

interface Found {
  readonly target: Target;
  /** Monotonic ms at which the list of customers said so; `null`: it did not. */
  readonly saidAt: number | null;
  readonly isFailing: boolean;
}

/** Attributes of the customer's participant, by which a flow says what it has learnt. */
export const DEVICE_ATTRIBUTE = 'deviceId';
export const ACCOUNT_ATTRIBUTE = 'account';

const KEEP_MS = 60_000;
const KEEP_NOTHING_MS = 5_000;
const KEEP_FAILURE_MS = 2_000;
const HOLDS_MS = 10 * 60_000;

export class TargetFinder {
  readonly #options: TargetFinderOptions;
  readonly #cache: SharedCache<Found>;

  constructor(options: TargetFinderOptions) {
    this.#options = options;
    const { clock, max } = options;
    this.#cache = new SharedCache({ clock, max, keepMs, ask: (key, before) => this.#ask(key, before) });
  }

  /** A device that is named needs nobody. */
  async ofQuery({ device_id, account, ani }: DeviceStatusQuery): Promise<Target> {
    if (device_id !== undefined) return { kind: 'device', deviceId: device_id, customerId: null };
    return account === undefined ? this.#find('ani', ani ?? '') : this.#find('account', account);
  }

  /** What the flow wrote down goes before the number that calls; the owner of a named device where he is known. */
  async ofInteraction({ customerAttributes, customerAni }: Interaction): Promise<Target> {
    const device = deviceKeySchema.safeParse(customerAttributes.get(DEVICE_ATTRIBUTE));
    if (device.success) {
      const { customerId } = await this.#find('deviceId', device.data);
      return { kind: 'device', deviceId: device.data, customerId };
    }
    const account = accountSchema.safeParse(customerAttributes.get(ACCOUNT_ATTRIBUTE));
    if (account.success) return this.#find('account', account.data);
    const ani = aniSchema.safeParse(customerAni);
    return ani.success ? this.#find('ani', ani.data) : { kind: 'none', reason: noMatch, customerId: null };
  }

  async #find(by: 'account' | 'ani' | 'deviceId', value: string): Promise<Target> {
    if (this.#options.customers === null) return { kind: 'none', reason: customersOff, customerId: null };
    return (await this.#cache.get(`${by}:${value}`)).target;
  }

  async #ask(key: string, before: Found | null): Promise<Found> {
    const { customers, clock, onCall } = this.#options;
    const query = queryOf(key);
    const said = await customers?.find(query);
    const now = clock.monotonicNow();
    if (said?.ok) {
      onCall(null);
      return { target: targetOf(query, said.value), saidAt: now, isFailing: false };
    }
    if (said !== undefined) onCall(said.error);
    if (before !== null && before.saidAt !== null && now - before.saidAt < HOLDS_MS) {
      return { ...before, isFailing: true };
    }
    const reason = said === undefined ? customersOff : reasonOf(said.error, 'customers');
    return { target: { kind: 'none', reason, customerId: null }, saidAt: null, isFailing: true };
  }
}

function targetOf(query: CustomerQuery, customers: readonly KnownCustomer[]): Target {
  if (!('deviceId' in query)) return chooseDevice(customers);
  const { deviceId } = query;
  return { kind: 'device', deviceId, customerId: ownerOf(customers, deviceId) };
}

function queryOf(key: string): CustomerQuery {
  const value = key.slice(key.indexOf(':') + 1);
  if (key.startsWith('account:')) return { account: value };
  return key.startsWith('ani:') ? { ani: value } : { deviceId: value };
}

function keepMs({ target, isFailing }: Found): number {
  if (isFailing) return KEEP_FAILURE_MS;
  return target.kind === 'device' ? KEEP_MS : KEEP_NOTHING_MS;
}
