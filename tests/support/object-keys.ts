/** Ids that something would find, break or grow by, were they ever keys of a plain object or a part of a text. */
export const OBJECT_KEYS: readonly string[] = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];

export const HOSTILE_IDS: readonly string[] = [
  ...OBJECT_KEYS,
  'length',
  'then',
  'toJSON',
  'null',
  'undefined',
  '0',
  ' ',
  'a:b',
  'a#b',
  "'; DROP TABLE documents; --",
  '<img src=x onerror=alert(1)>',
  'line\nbreak\u2028',
  '\ud800',
  'x'.repeat(100_000),
];

const BUILT_IN = [Object, Array, Function, String, Number, Boolean, Map, Set, Error].flatMap((type) => [
  type,
  type.prototype,
]);

/** Everything that all objects inherit, to compare before and after: two of them are equal where nothing was added. */
export function inheritedByAll(): string {
  return JSON.stringify(BUILT_IN.map((object) => Reflect.ownKeys(object).map(String)));
}
