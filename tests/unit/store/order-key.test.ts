import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderedNumber, orderKey } from '../../../server/store/redis/order-key';

const number = fc.oneof(fc.double({ noNaN: true }), fc.maxSafeInteger(), fc.constantFrom(0, -0, 1, -1));

describe('orderKey', () => {
  it('STORE-108 sorts as its numbers do, and gives them back', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [first, second] = [orderKey(a), orderKey(b)];
        expect(first < second).toBe(a < b);
        expect(first === second).toBe(a === b);
        expect(first).toMatch(/^[0-9a-f]{16}$/);
        expect(orderedNumber(first)).toBe(a === 0 ? 0 : a);
      }),
    );
  });

  it('STORE-108 has no place for what is no number', () => {
    expect(() => orderKey(Number.NaN)).toThrow('has no order');
  });
});
