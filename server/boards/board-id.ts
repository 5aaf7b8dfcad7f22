/** The id of a new board: its name in the letters of addresses, and a number where that is taken. Pure. */
import { DEFAULT_BOARD_ID, EVERY_QUEUE_BOARD_ID } from './default-board';

const MAX_LENGTH = 40;
/** Boards that are always there or are made of queues, and a word of the addresses of the desk. */
const RESERVED: ReadonlySet<string> = new Set([DEFAULT_BOARD_ID, EVERY_QUEUE_BOARD_ID, 'subjects']);

/** “Einkauf Köln” becomes `einkauf-koln`; a name without such letters `board`. */
export function newBoardId(name: string, isTaken: (id: string) => boolean): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^-+|-+$/g, '');
  const stem = plain === '' || plain.startsWith('division-') ? `board-${plain}`.replace(/-$/, '') : plain;
  const isFree = (id: string) => !RESERVED.has(id) && !isTaken(id);
  if (isFree(stem)) return stem;
  let number = 2;
  while (!isFree(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}
