/**
 * Makes anything safe to be written down: no secrets, by value (`scrub-known`), by the field's name or by shape
 * (`scrub-shapes`); no control characters and no reversed text, so that nothing forges a line or what it says;
 * bounded in length, width and depth. Whatever it is given, it does not throw and calls no `toJSON`.
 */
import { knownSecrets, SCRUBBED } from './scrub-known';
import { isSecretName, withoutShapes } from './scrub-shapes';

export interface Scrubber {
  text(text: string): string;
  /** A plain copy of any value. */
  value(value: unknown): unknown;
}

const MAX_DEPTH = 6;
const MAX_TEXT = 4_000;
const MAX_WIDTH = 100;
const MAX_VALUES = 2_000;
/** Of one value with all that is in it. */
const MAX_CHARACTERS = 100_000;
/** A secret of a known shape that is cut in two is not recognised: so much is looked at behind the cut, and left out. */
const SHAPE_SLACK = 512;
const UNREADABLE = '[unreadable]';
const MORE = '[more]';
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are what must not reach a log
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from outside, for places that are no log: known shapes only. */
export const scrubText: (text: string) => string = (text) => PLAIN.text(text);

interface Walk {
  readonly text: (text: string) => string;
  readonly numeric: boolean;
  valuesLeft: number;
}

/** `secrets`: values that must stand nowhere; those under six characters cannot be looked for. */
export function createScrubber(secrets: readonly string[] = []): Scrubber {
  const { replace, longest, numeric } = knownSecrets(secrets);
  const slack = SHAPE_SLACK + longest;
  function text(given: string): string {
    const isLong = given.length > MAX_TEXT;
    const seen = withoutShapes(replace(isLong ? given.slice(0, MAX_TEXT + slack) : given));
    const kept = given.length > MAX_TEXT + slack ? seen.slice(0, Math.max(0, seen.length - slack)) : seen;
    const cut = isLong || kept.length > MAX_TEXT ? `${kept.slice(0, MAX_TEXT)}…` : kept;
    return cut.replace(CONTROL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }
  function value(given: unknown): unknown {
    let charactersLeft = MAX_CHARACTERS;
    const bounded = (part: string) => {
      if (charactersLeft <= 0) return MORE;
      const safe = text(part);
      charactersLeft -= safe.length;
      return safe;
    };
    return copyOf(given, 0, { text: bounded, numeric, valuesLeft: MAX_VALUES });
  }
  return { text, value };
}

function copyOf(value: unknown, depth: number, walk: Walk): unknown {
  if (--walk.valuesLeft < 0) return MORE;
  switch (typeof value) {
    case 'string':
      return walk.text(value);
    case 'number':
      return walk.numeric && walk.text(String(value)) !== String(value) ? SCRUBBED : value;
    case 'bigint':
    case 'symbol':
      return walk.text(String(value));
    case 'function':
      return '[function]';
    case 'object':
      if (value === null) return null;
      if (depth >= MAX_DEPTH) return '[deep]';
      try {
        return copyOfObject(value, depth, walk);
      } catch {
        // A getter, a trap of a Proxy or an iterator of somebody else's threw.
        return UNREADABLE;
      }
    default:
      return value;
  }
}

function copyOfObject(value: object, depth: number, walk: Walk): unknown {
  if (value instanceof Error) return copyOfError(value, depth, walk);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : walk.text(value.toISOString());
  if (value instanceof URL || value instanceof URLSearchParams || value instanceof String) {
    return walk.text(String(value));
  }
  if (Array.isArray(value)) {
    return Array.from({ length: Math.min(value.length, MAX_WIDTH) }, (_, at) =>
      copyOf(value[at], depth + 1, walk),
    );
  }
  if (value instanceof Set) return firstOf(value).map((item) => copyOf(item, depth + 1, walk));
  if (value instanceof Map) {
    return copyOfFields(
      firstOf(value).map(([key, item]) => [nameOf(key), () => item]),
      depth,
      walk,
    );
  }
  // The cast only reads what Object.keys has just named.
  const fields = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).slice(0, MAX_WIDTH);
  return copyOfFields(
    names.map((name) => [name, () => fields[name]]),
    depth,
    walk,
  );
}

/** Each field is read on its own: one that throws takes no other along. */
function copyOfFields(
  fields: readonly (readonly [string, () => unknown])[],
  depth: number,
  walk: Walk,
): Record<string, unknown> {
  // fromEntries makes own fields of every name, `__proto__` too.
  return Object.fromEntries(
    fields.map(([name, read]) => [walk.text(name), fieldOf(isSecretName(name), read, depth, walk)]),
  );
}

function fieldOf(isSecret: boolean, read: () => unknown, depth: number, walk: Walk): unknown {
  try {
    const value = read();
    if (value === null || value === undefined || typeof value === 'boolean') return value;
    return isSecret ? SCRUBBED : copyOf(value, depth + 1, walk);
  } catch {
    return UNREADABLE;
  }
}

function copyOfError(error: Error, depth: number, walk: Walk): Record<string, unknown> {
  // Errors of others carry more than the type says.
  const more = error as Error & { readonly code?: unknown; readonly errors?: unknown };
  const read = (get: () => unknown) => fieldOf(false, get, depth, walk);
  const fields: [string, unknown][] = [
    ['name', read(() => error.name)],
    ['message', read(() => error.message)],
    ['stack', read(() => error.stack)],
    ['code', read(() => more.code)],
    ['cause', read(() => error.cause)],
    ['errors', read(() => more.errors)],
  ];
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function firstOf<T>(items: Iterable<T>): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length >= MAX_WIDTH) break;
    first.push(item);
  }
  return first;
}

function nameOf(key: unknown): string {
  return typeof key === 'object' && key !== null ? '[object]' : String(key);
}

const PLAIN = createScrubber();
