/**
 * What a stranger sent, so that a person can read it safely: bounded, and without characters that act. Controls show as
 * their pictures (␀ … ␡), others that act by their number, bytes that are no text as �.
 */
const ACTING = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;
const PICTURES = 0x2400;
const PICTURE_OF_DELETE = '\u2421';

/** At most about `maxLength` characters of the original; `…` where there was more. */
export function visibleText(text: string, maxLength: number): string {
  const shown = text.slice(0, maxLength).replace(ACTING, pictureOf);
  return text.length > maxLength ? `${shown}…` : shown;
}

/** The same of bytes, which are read as UTF-8 as far as they are some. */
export function visibleBytes(bytes: Uint8Array, maxLength: number): string {
  // As stream: a letter that the cut leaves half is dropped, not shown as damage.
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, maxLength), { stream: true });
  const shown = visibleText(text, maxLength);
  return bytes.length > maxLength ? `${shown}…` : shown;
}

function pictureOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(PICTURES + code);
  if (code === 0x7f) return PICTURE_OF_DELETE;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
