/** Ids made from names, so that a queue keeps its id from run to run. */
import { createHash } from 'node:crypto';

/** A UUID (version 5 in form) of a kind and a name. */
export function stableUuid(kind: string, name: string): string {
  const hex = createHash('sha256').update(`floorcast-simulator:${kind}:${name}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
