import { describe, expect, it } from 'vitest';
import { createCallers } from '../../../server/simulator/conversations/callers';
import { planCustomers } from '../../../server/simulator/world/customers';
import { planFleet } from '../../../server/simulator/world/device-fleet';

const SEEDS = [1, 2, 3];
const plan = (seed: number, devices = 400) => {
  const fleet = planFleet({ devices, seed });
  return { fleet, customers: planCustomers(fleet, seed) };
};

describe('the owners of the devices', () => {
  it.each(SEEDS)('SIM-60 are the same for a seed, and each device has at most one (seed %i)', (seed) => {
    const { fleet, customers } = plan(seed);
    expect(customers).toEqual(plan(seed).customers);
    const owned = customers.flatMap(({ devices }) => devices.map(({ deviceId }) => deviceId));
    expect(new Set(owned).size).toBe(owned.length);
    expect([owned.length < fleet.length, owned.length > fleet.length * 0.9]).toEqual([true, true]);
    for (const name of ['customerId', 'account'] as const) {
      expect(new Set(customers.map((one) => one[name])).size).toBe(customers.length);
    }
    const withCount = (count: number) => customers.filter(({ devices }) => devices.length === count).length;
    expect([withCount(0), withCount(1) > 200, withCount(2) > 10, withCount(3)]).toEqual([10, true, true, 0]);
    const numbers = new Set(customers.map(({ ani }) => ani));
    expect([numbers.size < customers.length, numbers.size > customers.length * 0.9]).toEqual([true, true]);
  });

  it('SIM-60 call from numbers that are kept for fiction, however many they are', () => {
    const { customers } = plan(1, 20_000);
    expect(customers.every(({ ani }) => /^\+1[2-9]\d{2}55501\d{2}$/.test(ani))).toBe(true);
  });

  it('SIM-60 are none where there are no devices but customers without one', () => {
    expect(plan(1, 0).customers.every(({ devices }) => devices.length === 0)).toBe(true);
  });
});

describe('callers', () => {
  const { customers } = plan(1);
  const draw = createCallers(customers, 1);
  const many = (queueName: string | null, mediaType: string) =>
    Array.from({ length: 500 }, (_, number) => draw({ queueName, mediaType, number }));
  const known = new Set(customers.map(({ ani }) => ani));

  it('SIM-75 are mostly owners of what the queue is for, and the same whenever they are asked', () => {
    const calls = many('Washers', 'voice');
    expect(calls).toEqual(many('Washers', 'voice'));
    for (const { customer, ani, account } of calls.filter((one) => known.has(one.ani ?? ''))) {
      expect([customer?.ani, account]).toEqual([ani, null]);
      expect(customer?.devices.some(({ product }) => product.queueName === 'Washers')).toBe(true);
    }
    const unknown = calls.filter(({ ani }) => !known.has(ani ?? ''));
    expect([unknown.length > 30, unknown.length < 100]).toEqual([true, true]);
    expect(new Set(calls.map(({ ani }) => ani)).size).toBeGreaterThan(50);
    expect(calls.some(({ customer }) => customer?.devices.length === 2)).toBe(true);
  });

  it('SIM-75 of an unknown number have typed an account, or are nobody', () => {
    const unknown = many('Billing', 'voice').filter(({ ani }) => !known.has(ani ?? ''));
    for (const { customer, account } of unknown) expect(customer?.account ?? null).toBe(account);
    expect(new Set(unknown.map(({ account }) => account === null))).toEqual(new Set([true, false]));
  });

  it('SIM-75 by chat have no number but an account', () => {
    for (const { customer, ani, account } of many('Smart Home', 'chat')) {
      expect(ani).toBeNull();
      expect(account).toBe(customer?.account ?? null);
    }
  });

  it('SIM-75 are nobody where nobody owns anything', () => {
    const lonely = createCallers([], 1)({ queueName: 'Washers', mediaType: 'voice', number: 7 });
    expect(lonely.customer).toBeNull();
  });
});
