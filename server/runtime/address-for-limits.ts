/** What counts as one client wherever clients are counted by address. Logs and the audit log keep the whole address. */
import { isIP } from 'node:net';

/** An IPv6 client has a whole network of 64 bits to choose from. */
export function addressForLimits(address: string): string {
  if (isIP(address) !== 6) return address;
  return expanded(address).slice(0, 4).join(':');
}

function expanded(address: string): readonly string[] {
  const [head = '', tail] = address.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: missing }, () => '0'), ...right];
}
