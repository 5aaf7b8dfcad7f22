import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownCustomer } from '../../../../server/devices/ports';
import { chooseDevice, ownerOf } from '../../../../server/devices/telemetry/choose-device';

const customer = (customerId: string, ...devices: string[]): KnownCustomer => ({
  ...{ customerId, account: null },
  devices: devices.map((deviceId) => ({ deviceId, product: null })),
});

describe('which device it is about', () => {
  it.each<[string, KnownCustomer[], object]>([
    [
      'one customer with one device',
      [customer('c1', 'd1')],
      { kind: 'device', deviceId: 'd1', customerId: 'c1' },
    ],
    ['nobody', [], { kind: 'none', customerId: null, reason: { code: 'no-match' } }],
    ['a customer without a device', [customer('c1')], { customerId: 'c1', reason: { code: 'no-match' } }],
    [
      'a customer with two devices',
      [customer('c1', 'd1', 'd2')],
      {
        kind: 'none',
        customerId: 'c1',
        reason: { code: 'ambiguous', message: expect.stringContaining('2 devices') },
      },
    ],
    [
      'two customers',
      [customer('c1', 'd1'), customer('c2')],
      {
        kind: 'none',
        customerId: null,
        reason: { code: 'ambiguous', message: expect.stringContaining('2 customers') },
      },
    ],
    [
      'two customers with the same device',
      [customer('c1', 'd1'), customer('c2', 'd1')],
      { kind: 'none', customerId: null, reason: { code: 'ambiguous' } },
    ],
  ])('DEV-8 is answered for %s', (_, customers, target) => {
    expect(chooseDevice(customers)).toMatchObject(target);
  });

  it('DEV-8 says what to do next wherever there is no device', () => {
    for (const customers of [
      [],
      [customer('c')],
      [customer('c', 'd', 'e')],
      [customer('a'), customer('b')],
    ]) {
      const target = chooseDevice(customers);
      expect(target.kind === 'none' && target.reason.message).toContain('ask for the serial number');
    }
  });

  it('DEV-8 takes no device of several, whoever has them', () => {
    const someone = fc.record({ customerId: fc.string(), devices: fc.array(fc.string(), { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(someone, { maxLength: 3 }), (list) => {
        const customers = list.map(({ customerId, devices }) => customer(customerId, ...devices));
        const isClear = customers.length === 1 && customers[0]?.devices.length === 1;
        expect(chooseDevice(customers).kind).toBe(isClear ? 'device' : 'none');
      }),
    );
  });

  it('DEV-15 knows the owner of a named device where there is one', () => {
    expect(ownerOf([customer('c1', 'd1'), customer('c2', 'd2')], 'd2')).toBe('c2');
    expect(ownerOf([customer('c1', 'd1'), customer('c2', 'd1')], 'd1')).toBeNull();
    expect(ownerOf([customer('c1', 'd1')], 'd9')).toBeNull();
  });
});
