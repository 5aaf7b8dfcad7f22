/** Secrets that are none: too short, of too few characters, or known to everybody. Pure. */

/** 32 characters of base64 hold 192 bits. */
export const SHORTEST_SESSION_SECRET = 32;
const FEWEST_CHARACTERS = 12;
/** What guides, examples and tired people write. */
const WELL_KNOWN =
  /^(change[-_ ]?(me|it|this)?|secret|password|passwd|default|example|test|demo|floorcast|floorcast-demo-secret|your[-_ ].*|replace[-_ ].*|x+|\*+|0+|1234\d*)+[!.\d]*$/i;

export function isWellKnown(secret: string): boolean {
  return WELL_KNOWN.test(secret.trim());
}

/** Why a secret of our own making is refused; `null`: it is none of these. */
export function weaknessOf(secret: string): string | null {
  if (isWellKnown(secret)) return 'is a default that everybody knows';
  if (secret.length < SHORTEST_SESSION_SECRET) {
    return `has ${secret.length} characters, it needs ${SHORTEST_SESSION_SECRET}`;
  }
  const different = new Set(secret).size;
  if (different < FEWEST_CHARACTERS) return `has only ${different} different characters`;
  return null;
}
