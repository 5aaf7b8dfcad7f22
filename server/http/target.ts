/**
 * What a request asks for, read strictly: a path has one way of being written, so that whoever decides about it and
 * whoever answers it read the same. Nothing is made canonical here: what is not, is refused.
 */
import { err, ok, type Result } from '../../lib/result';
import type { HttpProblem } from './reply';

export interface Target {
  /** As it was sent, without the question. */
  readonly path: string;
  /** Decoded; none of `/`. No part is empty or holds a slash. */
  readonly parts: readonly string[];
  readonly parameters: URLSearchParams;
}

/** Codes of sign-in providers have some 2,000 characters; ours have far less. */
export const MAX_TARGET_LENGTH = 8_192;
const MAX_PARTS = 16;

/** RFC 3986, pchar. */
const PART = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+$/;
/** Encoded though it need not be: two ways of writing one path. */
const NEEDLESSLY_ENCODED = /%(?:2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are what must not be in a path
const FORBIDDEN = /[/\\%\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

export function parseTarget(sent: string): Result<Target, HttpProblem> {
  if (sent.length > MAX_TARGET_LENGTH) {
    return err({ status: 414, code: 'address.long', message: 'the address is too long' });
  }
  const question = sent.indexOf('?');
  const path = question < 0 ? sent : sent.slice(0, question);
  const parts = partsOf(path);
  if (parts === null) return err({ status: 400, code: 'address.invalid', message: 'the address is none' });
  const parameters = new URLSearchParams(question < 0 ? '' : sent.slice(question + 1));
  return ok({ path, parts, parameters });
}

function partsOf(path: string): readonly string[] | null {
  if (path === '/') return [];
  if (!path.startsWith('/')) return null;
  const parts = path.slice(1).split('/');
  if (parts.length > MAX_PARTS) return null;
  const decoded = parts.map(decodePart);
  return decoded.every((part) => part !== null) ? decoded : null;
}

function decodePart(part: string): string | null {
  if (!PART.test(part) || NEEDLESSLY_ENCODED.test(part)) return null;
  try {
    const text = decodeURIComponent(part);
    return text === '.' || text === '..' || FORBIDDEN.test(text) ? null : text;
  } catch {
    // Not UTF-8.
    return null;
  }
}
