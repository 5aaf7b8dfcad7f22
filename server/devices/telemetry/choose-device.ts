/**
 * From the customers that were found to the one device that it is about, or why there is none. Pure. Nothing is
 * guessed: of several none is taken.
 */
import type { TelemetryReason } from '../../../lib/contracts/device';
import type { KnownCustomer } from '../ports';
import { noDevices, noMatch, severalCustomers, severalDevices } from './reasons';

/** `customerId`: known also where it is not known which of the customer's devices it is. */
export type Target =
  | { readonly kind: 'device'; readonly deviceId: string; readonly customerId: string | null }
  | { readonly kind: 'none'; readonly reason: TelemetryReason; readonly customerId: string | null };

export function chooseDevice(customers: readonly KnownCustomer[]): Target {
  const [customer, ...others] = customers;
  if (customer === undefined) return { kind: 'none', reason: noMatch, customerId: null };
  if (others.length > 0) {
    return { kind: 'none', reason: severalCustomers(customers.length), customerId: null };
  }
  const { customerId, devices } = customer;
  const [device, ...more] = devices;
  if (device === undefined) return { kind: 'none', reason: noDevices, customerId };
  if (more.length > 0) return { kind: 'none', reason: severalDevices(devices.length), customerId };
  return { kind: 'device', deviceId: device.deviceId, customerId };
}

/** Whose device it is, where it is one customer's. */
export function ownerOf(customers: readonly KnownCustomer[], deviceId: string): string | null {
  const owners = customers.filter(({ devices }) => devices.some((device) => device.deviceId === deviceId));
  const [owner, ...others] = owners;
  return owner !== undefined && others.length === 0 ? owner.customerId : null;
}
