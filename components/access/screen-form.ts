/** Between the fields of a form and what the server takes of a screen. Pure. */
import {
  type ChangeScreen,
  changeScreenSchema,
  PAIRING_ALPHABET,
  PAIRING_CODE_LENGTH,
  type PairScreen,
  pairScreenSchema,
  type ScreenRecord,
} from '../../lib/contracts/access';

/** As they stand in the fields. */
export interface PlaceText {
  readonly name: string;
  readonly room: string;
  readonly boardId: string;
  readonly diagonalInches: string;
  readonly farthestSeatMetres: string;
}

export const NEW_PLACE: PlaceText = {
  name: '',
  room: '',
  boardId: '',
  diagonalInches: '55',
  farthestSeatMetres: '8',
};

export function placeText(screen: ScreenRecord): PlaceText {
  const { name, room, boardId, diagonalInches, farthestSeatMetres } = screen;
  return {
    ...{ name, room, boardId },
    diagonalInches: String(diagonalInches),
    farthestSeatMetres: String(farthestSeatMetres),
  };
}

function placeOf(text: PlaceText): unknown {
  return {
    ...text,
    diagonalInches: numberOf(text.diagonalInches),
    farthestSeatMetres: numberOf(text.farthestSeatMetres),
  };
}

/** Where there is one board only, it is chosen already. The same object where nothing is to be chosen. */
export function withOnlyBoard(text: PlaceText, boards: readonly { readonly id: string }[]): PlaceText {
  const [only, ...others] = boards;
  if (text.boardId !== '' || only === undefined || others.length > 0) return text;
  return { ...text, boardId: only.id };
}

/** `letters`: it has some that no code has, as they are taken for others: to be read again rather than tried. */
export type CodeFault = 'length' | 'letters';

/** `null`: it may be the code of a screen. */
export function codeFault(code: string): CodeFault | null {
  const letters = [...code.toUpperCase().replace(/[\s-]/g, '')];
  if (letters.some((letter) => !PAIRING_ALPHABET.includes(letter))) return 'letters';
  return letters.length === PAIRING_CODE_LENGTH ? null : 'length';
}

/** `null`: something in it is not as it must be. */
export function pairingOf(code: string, text: PlaceText): PairScreen | null {
  if (codeFault(code) !== null) return null;
  // Checked as the server will, and sent as it was typed: the server reads it once more.
  const wish = { code, ...(placeOf(text) as object) };
  const parsed = pairScreenSchema.safeParse(wish);
  return parsed.success ? parsed.data : null;
}

/** Only what is another than before; `null`: something in it is not as it must be. */
export function changeOf(screen: ScreenRecord, text: PlaceText): ChangeScreen | null {
  const parsed = changeScreenSchema.safeParse(placeOf(text));
  if (!parsed.success) return null;
  const before = new Map<string, unknown>(Object.entries(screen));
  const changed = Object.entries(parsed.data).filter(([field, value]) => before.get(field) !== value);
  return changeScreenSchema.parse(Object.fromEntries(changed));
}

function numberOf(text: string): number | null {
  const value = Number(text.replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}
