/**
 * How much room a text takes in Inter, near enough to choose words and sizes by design instead of letting them
 * overflow. Widths in em, a little on the broad side. Pure.
 */
const NARROW = new Set([..." .,:;'’|!iljt()[]·"]);
const SLIM = new Set([...'fr-–/I']);
const BROAD = new Set([...'mwMWÄÖÜ%≥@⌀…']);
/** Written in squares: Chinese, Japanese, Korean, and forms that are made to stand beside them. */
const SQUARE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const PICTOGRAPH = /\p{Extended_Pictographic}/u;

/** Width in em; digits are tabular. */
export function textWidthEm(text: string): number {
  let width = 0;
  for (const character of text) {
    if (NARROW.has(character)) width += 0.3;
    else if (SLIM.has(character)) width += 0.4;
    else if (BROAD.has(character)) width += 0.9;
    else if (character >= '0' && character <= '9') width += 0.63;
    else if (SQUARE.test(character)) width += 1;
    else if (character !== character.toLowerCase()) width += 0.7;
    else if (PICTOGRAPH.test(character)) width += 1.35;
    else width += 0.57;
  }
  return width;
}

/** The first of the texts that fits, else the last one shortened by `cut`. */
export function firstThatFits(
  texts: readonly string[],
  roomEm: number,
  cut: (text: string, length: number) => string,
): string {
  const fitting = texts.find((text) => textWidthEm(text) <= roomEm);
  if (fitting !== undefined) return fitting;
  const last = texts[texts.length - 1] ?? '';
  for (let length = [...last].length - 1; length > 1; length -= 1) {
    const shorter = cut(last, length);
    if (textWidthEm(shorter) <= roomEm) return shorter;
  }
  return cut(last, 1);
}

/** What a tile says beside its digits, in one of several ways from full to terse. */
export interface TileWords {
  /** Drawn smaller behind the digits: "%", "of 31". */
  readonly unit: string;
  /** The lines at the tile's end: "max", "2:00". */
  readonly limit: readonly string[];
}

/** Sizes of a tile's type, in u, and the words that it has room for. */
export interface TileType {
  readonly valueU: number;
  readonly unitU: number;
  readonly labelU: number;
  /** Room for the label, in em of its own size. */
  readonly labelRoomEm: number;
  readonly words: TileWords;
}

const SMALLEST_U = 0.8;
const LARGEST_VALUE_U = 6.5;
const PADDING_U = 0.3;
const UNIT_PART = 0.44;
/** Large digits are set tight. */
const VALUE_TIGHTNESS = 0.95;
/** Words go before the value gets smaller than this, and than this part of what its tile has the height for. */
const FAIR_VALUE_U = 1.6;
const FAIR_PART = 0.55;

/** The fullest words beside which the value is as large as its tile allows, or fairly large; else the tersest. */
export function tileType(
  size: { readonly widthU: number; readonly heightU: number },
  text: string,
  variants: readonly TileWords[],
): TileType {
  const labelU = clamp(Math.min(size.heightU * 0.19, size.widthU * 0.12), SMALLEST_U, 1.35);
  const inner = size.widthU - 2 * PADDING_U;
  const byHeight = Math.min(LARGEST_VALUE_U, (size.heightU - 2 * PADDING_U - labelU * 1.15) / 0.98);
  const textEm = Math.max(1.2, textWidthEm(text) * VALUE_TIGHTNESS);
  const tersest = variants[variants.length - 1] ?? { unit: '', limit: [] };
  const fair = Math.min(byHeight, Math.max(FAIR_VALUE_U, byHeight * FAIR_PART));
  const words = variants.find((some) => roomFor(some, labelU, inner, textEm) >= fair) ?? tersest;
  const valueU = clamp(
    Math.min(byHeight, roomFor(words, labelU, inner, textEm)),
    SMALLEST_U,
    LARGEST_VALUE_U,
  );
  return { valueU, unitU: unitSize(valueU), labelU, labelRoomEm: inner / labelU, words };
}

function unitSize(valueU: number): number {
  return Math.max(SMALLEST_U, valueU * UNIT_PART);
}

/** How large the value can be beside these words. */
function roomFor(words: TileWords, labelU: number, inner: number, textEm: number): number {
  const limitEm = Math.max(0, ...words.limit.map(textWidthEm));
  const room = inner - (limitEm === 0 ? 0 : limitEm * labelU + 0.2);
  if (words.unit === '') return room / textEm;
  const unitEm = textWidthEm(words.unit) + 0.2;
  const withPart = room / (textEm + unitEm * UNIT_PART);
  // The unit stops shrinking at the smallest type: then only the digits give way.
  return withPart * UNIT_PART >= SMALLEST_U ? withPart : (room - unitEm * SMALLEST_U) / textEm;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
