/**
 * Numbers as text that sorts as they do: the sixteen hex digits of a double, turned so that negative ones come first.
 * Members of a sorted set with one score are walked by their bytes, from any place, without counting to it. Pure.
 */
const bytes = new DataView(new ArrayBuffer(8));
const SIGN = 1n << 63n;
const ALL = (1n << 64n) - 1n;

/** Sixteen digits. −0 is 0; a number that is none has no order. */
export function orderKey(value: number): string {
  if (Number.isNaN(value)) throw new Error('invariant: not a number has no order');
  bytes.setFloat64(0, value === 0 ? 0 : value);
  const bits = bytes.getBigUint64(0);
  return (bits < SIGN ? bits | SIGN : bits ^ ALL).toString(16).padStart(16, '0');
}

/** Back again, from what `orderKey` made. */
export function orderedNumber(key: string): number {
  const bits = BigInt(`0x${key}`);
  bytes.setBigUint64(0, bits >= SIGN ? bits ^ SIGN : bits ^ ALL);
  return bytes.getFloat64(0);
}
