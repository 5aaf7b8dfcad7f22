/**
 * Secrets that nobody told us of, by the shape that they have in text: headers, cookies, parameters of addresses and
 * forms, JSON in text, tokens, keys. What looks like one is taken for one: a word too few in a log harms nobody.
 */
import { SCRUBBED } from './scrub-known';

/** A field of such a name holds a secret, whatever it is. */
const SECRET_NAME =
  /secret|passw(?:or)?d|passphrase|token|authorization|cookie|api[-_]?key|connect[-_]?uri|assertion|verifier|private[-_]?key|credential|jwt/i;
/** Parameters of OAuth and our own, in an address, a form, or an address inside an address. */
const PARAMETERS =
  '(?:access_|refresh_|id_|logout_)?token(?:_hint)?|(?:client_)?secret|password|passwd|code(?:_verifier)?|state|nonce|(?:client_)?assertion|once|api_?key';

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]*(?:KEY|CERTIFICATE)-----.*?(?:-----END [A-Z0-9 ]*-----|$)/gs, SCRUBBED],
  [/\b((?:set-)?cookie\s*:)[^\r\n]*/gi, `$1 ${SCRUBBED}`],
  [/(__(?:Host|Secure)-[\w-]+=)[^;\s"',]+/g, `$1${SCRUBBED}`],
  [/\b(bearer|basic)\s+[\w+/=.~-]+/gi, `$1 ${SCRUBBED}`],
  // A JWT, whole or cut off: JSON in base64url begins with these letters.
  [/\beyJ[\w-]{10,}(?:\.[\w-]*){0,4}/g, SCRUBBED],
  [new RegExp(`((?<![\\w-])(?:${PARAMETERS})=)[^&\\s"'#;,]+`, 'gi'), `$1${SCRUBBED}`],
  [new RegExp(`(%(?:26|3F|23)(?:${PARAMETERS})%3D)[^&\\s"'#;,%]+`, 'gi'), `$1${SCRUBBED}`],
  // JSON, or an object as Node prints it, in text.
  [
    /((?:token|secret|passw(?:or)?d|assertion|verifier|authorization|cookie|connecturi)\\*["']?\s*:\s*\\*["'])[^"'\\]+/gi,
    `$1${SCRUBBED}`,
  ],
  [/\b(passw(?:or)?d\s*[:=]\s*)[^\s"',;]+/gi, `$1${SCRUBBED}`],
  [/(\/\/[^/\s:@]*:)[^/\s@]+@/g, `$1${SCRUBBED}@`],
  // A channel's id is all that one needs to listen to it.
  [/(\/channels\/)[\w.-]+/gi, `$1${SCRUBBED}`],
];

/** None of the shapes is without one of these: most text is spared the search. */
const SUSPICIOUS = /[=:%/]|-----|eyJ|bearer|basic/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

export function withoutShapes(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let clean = text;
  for (const [pattern, replacement] of SHAPES) clean = clean.replace(pattern, replacement);
  return clean;
}
