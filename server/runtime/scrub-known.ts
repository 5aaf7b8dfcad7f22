/**
 * Finds secrets that are known by value, however they were written: as they are, in base64 or base64url (alone or
 * inside something longer, as in `Basic` of id:secret), percent-encoded, escaped for JSON (also twice) or for HTML,
 * in any case of letters. It says nothing about secrets that it was not told.
 */

/** Shorter ones stand in too many innocent words. */
export const SHORTEST_KNOWN = 6;
export const SCRUBBED = '[scrubbed]';

export interface KnownSecrets {
  /** The text with a mark in the place of each. */
  replace(text: string): string;
  /** The longest way to write one of them. */
  readonly longest: number;
  /** Whether one could be written as a number. */
  readonly numeric: boolean;
}

/** One character takes at most this many to write: four bytes in percent. */
const LONGEST_ESCAPE = 12;
const SHORT_ESCAPES = new Map([
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['"', '"'],
  ["'", "'"],
  ['/', '/'],
]);
const ENTITIES = new Map([
  ['&', 'amp'],
  ['<', 'lt'],
  ['>', 'gt'],
  ['"', 'quot'],
  ["'", 'apos'],
]);

export function knownSecrets(secrets: readonly string[]): KnownSecrets {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST_KNOWN);
  // Of two that begin alike the longer one is looked for first, else its end would be left standing.
  known.sort((a, b) => b.length - a.length);
  if (known.length === 0) return { replace: (text) => text, longest: 0, numeric: false };
  const written = new RegExp(known.map(anyWriting).join('|'), 'gi');
  const encoded = new RegExp(known.flatMap(base64Cores).join('|'), 'g');
  return {
    replace: (text) => text.replace(written, SCRUBBED).replace(encoded, SCRUBBED),
    longest: Math.max(...known.map((secret) => secret.length)) * LONGEST_ESCAPE,
    numeric: known.some((secret) => /^[\d.e+-]+$/i.test(secret)),
  };
}

/** A pattern for the secret in which each character may be written in each way. */
function anyWriting(secret: string): string {
  const parts = secret.match(/\\+|[^\\]/gsu) ?? [];
  return parts.map((part) => `(?:${writingsOf(part).join('|')})`).join('');
}

function writingsOf(character: string): string[] {
  if (character.startsWith('\\')) return writingsOfBackslashes(character.length);
  const code = character.codePointAt(0) ?? 0;
  const writings = [escapePattern(character), percent(character), inUnits(character)];
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined) writings.push(`\\\\{1,4}${short}`);
  if (character === ' ') writings.push('\\+');
  const entity = ENTITIES.get(character);
  if (entity !== undefined) writings.push(`&(?:${entity}|#0*${code}|#x0*${code.toString(16)});`);
  return writings;
}

/** A run of them as one: a pattern for each would try all ways to divide a long run among them. */
function writingsOfBackslashes(count: number): string[] {
  return [`\\\\{${count},${count * 4}}`, `(?:%5C){${count}}`, `(?:\\\\{1,4}u005c){${count}}`];
}

function percent(character: string): string {
  return [...Buffer.from(character, 'utf8')].map((byte) => `%${hex(byte, 2)}`).join('');
}

/** `\u00e9`, or two of these. */
function inUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\\\{1,4}u${hex(unit, 4)}`).join('');
}

/**
 * What of the secret's base64 is the same whatever stands before and behind it, for each of the three places that its
 * first byte can have among the four characters of three bytes.
 */
function base64Cores(secret: string): string[] {
  return [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret, 'utf8')]);
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    const core = [...bytes.toString('base64').slice(from, to)].map((character) => {
      if (character === '+') return '(?:[+-]|%2[Bb])';
      return character === '/' ? '(?:\\\\{0,4}/|_|%2[Ff])' : character;
    });
    // The character behind it holds the secret's last bits.
    return `${core.join('')}[\\w+/-]?(?:=|%3[Dd]){0,2}`;
  });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
