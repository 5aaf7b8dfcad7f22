/** Matches the parts of a path with patterns: `/a/:id` names a part, `/a/*` takes all that follows. Pure. */

/** The parts of a pattern, `[]` for `/`. */
export function patternParts(pattern: string): readonly string[] {
  return pattern === '/' ? [] : pattern.slice(1).split('/');
}

/** The named parts where it matches; else `null`. A part that is named, or follows a `*`, is never empty. */
export function matchParts(
  pattern: readonly string[],
  parts: readonly string[],
): ReadonlyMap<string, string> | null {
  const isOpen = pattern.at(-1) === '*';
  const fixed = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? parts.length <= fixed.length : parts.length !== fixed.length) return null;
  const ids = new Map<string, string>();
  for (const [index, expected] of fixed.entries()) {
    const part = parts[index] ?? '';
    if (expected.startsWith(':')) ids.set(expected.slice(1), part);
    else if (part !== expected) return null;
  }
  return ids;
}

/** First the patterns that leave least open, so that `/a/b` is found before `/a/:id`. */
export function byOpenness(a: readonly string[], b: readonly string[]): number {
  return openness(a) - openness(b);
}

function openness(pattern: readonly string[]): number {
  return pattern.filter((part) => part.startsWith(':')).length + (pattern.at(-1) === '*' ? 100 : 0);
}
