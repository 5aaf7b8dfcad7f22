/**
 * What we take out of what a provider says of a person. Pure. Only own properties count, whatever they are called;
 * what is not of the expected shape is as if it were not there; everything is bounded.
 */

/** More groups than that nobody maps; what comes after is not looked at. */
export const MAX_ROLE_NAMES = 200;
export const MAX_ROLE_NAME = 200;
const MAX_PATH_PARTS = 8;
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * The claim of that name, else the one that its dots lead to (`realm_access.roles`); `undefined`: there is none.
 * The whole name goes first, because names may be addresses (`https://example.com/groups`).
 */
export function claimAt(claims: unknown, path: string): unknown {
  const whole = ownValue(claims, path);
  if (whole !== undefined) return whole;
  const parts = path.split('.');
  if (parts.length > MAX_PATH_PARTS) return undefined;
  return parts.reduce<unknown>((value, part) => ownValue(value, part), claims);
}

/** The names in a claim: of a list those that are text, else one name, which holds no blank and no comma. */
export function roleNamesOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return /[\s,]/u.test(claim) ? [] : boundedNames([claim]);
  return Array.isArray(claim) ? boundedNames(claim) : [];
}

/** Each name once. One that is too long is left out, not cut: cut, it could be another group's. */
export function boundedNames(values: readonly unknown[]): readonly string[] {
  const names = new Set<string>();
  for (const value of values) {
    if (names.size >= MAX_ROLE_NAMES) break;
    if (typeof value === 'string' && isName(value)) names.add(value);
  }
  return [...names];
}

/** A claim that is text of that length at most and not empty, else `null`. */
export function textClaim(claims: unknown, name: string, maxLength: number): string | null {
  const value = ownValue(claims, name);
  return typeof value === 'string' && value !== '' && value.length <= maxLength ? value : null;
}

function isName(text: string): boolean {
  return text !== '' && text.length <= MAX_ROLE_NAME && !UNPRINTABLE.test(text);
}

function ownValue(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return undefined;
  return Object.getOwnPropertyDescriptor(holder, name)?.value;
}
