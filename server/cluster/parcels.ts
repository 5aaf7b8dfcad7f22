/**
 * Large messages in pieces, so that none holds up the others on its way. A piece says whose it is, which and of how
 * many; pieces come in any order, and one that is lost loses its message only. What is being put together is bounded in
 * number, size and time: the oldest goes first.
 */
export const MOST_PARCEL_CHARACTERS = 8_000_000;
const PIECE_CHARACTERS = 200_000;
const MOST_PIECES = 64;
const MOST_OPEN = 32;
const MOST_OPEN_CHARACTERS = 64_000_000;
const OPEN_MS = 15_000;
/** Begins no JSON. */
const MARK = '~';
const HEAD = /^~([\w-]{1,64})\/(\d{1,2})\/(\d{1,2})~/;

/** `null`: too large to be sent. `id`: letters, digits, `-` and `_`, at most 64. */
export function toPieces(id: string, text: string): readonly string[] | null {
  if (text.length > MOST_PARCEL_CHARACTERS) return null;
  if (text.length <= PIECE_CHARACTERS && !text.startsWith(MARK)) return [text];
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = boundary(text, from + PIECE_CHARACTERS);
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts.map((part, index) => `~${id}/${index}/${parts.length}~${part}`);
}

/** Two halves of one character stay together: alone they cannot be sent. */
function boundary(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}

interface Parcel {
  readonly parts: (string | undefined)[];
  readonly openedTick: number;
  missing: number;
  characters: number;
}

export interface Parcels {
  /** The message that is whole by this piece; `null`: none is. */
  take(text: string): string | null;
}

export function createParcels(monotonicNow: () => number): Parcels {
  const open = new Map<string, Parcel>();
  let characters = 0;

  function drop(id: string, parcel: Parcel): void {
    open.delete(id);
    characters -= parcel.characters;
  }

  function sweep(): void {
    const now = monotonicNow();
    for (const [id, parcel] of open) {
      // In the order in which they were opened.
      const isTooMuch = open.size > MOST_OPEN || characters > MOST_OPEN_CHARACTERS;
      if (!isTooMuch && now - parcel.openedTick < OPEN_MS) return;
      drop(id, parcel);
    }
  }

  return {
    take(text) {
      if (!text.startsWith(MARK)) return text;
      const head = HEAD.exec(text);
      if (head === null) return null;
      const [all, id = '', place, of] = head;
      const [index, count] = [Number(place), Number(of)];
      if (index >= count || count > MOST_PIECES) return null;
      const known = open.get(id);
      if (known !== undefined && known.parts.length !== count) return null;
      const parcel = known ?? {
        ...{ parts: new Array<string | undefined>(count), openedTick: monotonicNow() },
        ...{ missing: count, characters: 0 },
      };
      if (parcel.parts[index] !== undefined) return null;
      open.set(id, parcel);
      parcel.parts[index] = text.slice(all.length);
      parcel.missing -= 1;
      parcel.characters += text.length;
      characters += text.length;
      if (parcel.missing === 0 || parcel.characters > MOST_PARCEL_CHARACTERS + MOST_PIECES * 80)
        drop(id, parcel);
      sweep();
      return parcel.missing === 0 ? parcel.parts.join('') : null;
    },
  };
}
