/**
 * Texts that people wrote, broken into lines and given the largest type that their room has, never under what can be
 * read at the farthest seat. What has no room is cut by design, and marked as cut. Pure; in u and em.
 */
import { textWidthEm } from './text-fit';

/** Lines no broader than this; a word that is broader alone is broken. */
export function wrapLines(text: string, roomEm: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph.trim(), roomEm));
}

function wrapParagraph(paragraph: string, roomEm: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/).flatMap((word) => brokenWord(word, roomEm))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || textWidthEm(longer) <= roomEm) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function brokenWord(word: string, roomEm: number): readonly string[] {
  if (textWidthEm(word) <= roomEm) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && textWidthEm(piece + character) > roomEm) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

export interface TextBox {
  readonly widthU: number;
  readonly heightU: number;
}

export interface TypeRange {
  readonly leastU: number;
  readonly mostU: number;
  /** In parts of the type. */
  readonly lineHeight: number;
}

export interface FittedText {
  readonly sizeU: number;
  readonly lines: readonly string[];
  /** Whether all of it has room. */
  readonly isWhole: boolean;
}

const STEP_U = 0.1;

/** The largest type in which all of it has room; else the least, with as many lines as there are. */
export function fittedText(text: string, box: TextBox, range: TypeRange): FittedText {
  for (let sizeU = range.mostU; sizeU > range.leastU; sizeU -= STEP_U) {
    const lines = wrapLines(text, box.widthU / sizeU);
    if (lines.length * sizeU * range.lineHeight <= box.heightU) return { sizeU, lines, isWhole: true };
  }
  const sizeU = range.leastU;
  const lines = wrapLines(text, box.widthU / sizeU);
  return { sizeU, lines, isWhole: lines.length <= linesIn(box, range) };
}

/** How many lines of the least type have room; one at least. */
export function linesIn({ heightU }: TextBox, { leastU, lineHeight }: TypeRange): number {
  return Math.max(1, Math.floor((heightU + 1e-9) / (leastU * lineHeight)));
}

/** The first lines, the last of them marked where more follow. */
export function cutLines(lines: readonly string[], most: number, roomEm: number): readonly string[] {
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? '';
  let kept = [...last];
  while (kept.length > 1 && textWidthEm(`${kept.join('')}…`) > roomEm) kept = kept.slice(0, -1);
  return [...lines.slice(0, most - 1), `${kept.join('').replace(/[\s,.;:–-]+$/u, '')}…`];
}
