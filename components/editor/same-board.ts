/**
 * Whether two boards say the same, whatever the order of their fields: one that went to the server and came back is
 * what it was. A field that is undefined is one that is not there. Pure.
 */
import type { Board } from '../../lib/contracts/board';

export function isSameBoard(one: Board, other: Board): boolean {
  return isSame(one, other);
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => isSame(item, other[index]));
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [fields, others] = [fieldsOf(one), fieldsOf(other)];
  return fields.size === others.size && [...fields].every(([key, value]) => isSame(value, others.get(key)));
}

function fieldsOf(thing: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(thing).filter(([, value]) => value !== undefined));
}
