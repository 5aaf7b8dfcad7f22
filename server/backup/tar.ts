/**
 * The little of tar (POSIX ustar) that a backup needs: plain files in one row, so that any tar lists and unpacks it.
 * Sizes from 8 GiB on are written in base 256, as GNU and BSD tar do. What is read must be what is written here: a name
 * of small letters, digits, dots and hyphens, never a path. Pure.
 */
export const BLOCK_BYTES = 512;
/** Two blocks of zeros. */
export const TAR_END = Buffer.alloc(2 * BLOCK_BYTES);

export interface TarEntry {
  readonly name: string;
  readonly bytes: number;
}

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const LARGEST_OCTAL = 8 ** 11 - 1;
const SIZE_AT = 124;
const SIZE_LENGTH = 12;
const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;
const KIND_AT = 156;
const MAGIC_AT = 257;
const MAGIC = 'ustar\u000000';

/** `savedAt`: epoch ms, shown by tools as the time of the file. */
export function tarHeader({ name, bytes }: TarEntry, savedAt: number): Buffer {
  if (!NAME.test(name)) throw new Error(`${name} is no name of a part`);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0, 'latin1');
  writeOctal(block, 0o600, 100, 8);
  writeOctal(block, 0, 108, 8);
  writeOctal(block, 0, 116, 8);
  writeSize(block, bytes);
  writeOctal(block, Math.floor(savedAt / 1_000), 136, 12);
  block.write('0', KIND_AT, 'latin1');
  block.write(MAGIC, MAGIC_AT, 'latin1');
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT, 'latin1');
  return block;
}

/** `null`: the end. Throws where it is no header of a backup. */
export function readTarHeader(block: Buffer): TarEntry | null {
  if (block.every((byte) => byte === 0)) return null;
  const isOurs =
    block.toString('latin1', MAGIC_AT, MAGIC_AT + MAGIC.length) === MAGIC && block[KIND_AT] === 0x30;
  const name = block.toString('latin1', 0, 100).replace(/\0+$/, '');
  const bytes = readSize(block);
  const checksum = Number.parseInt(block.toString('latin1', CHECKSUM_AT, CHECKSUM_AT + 6), 8);
  if (!isOurs || checksum !== checksumOf(block) || !NAME.test(name) || !Number.isSafeInteger(bytes)) {
    throw new Error('it is no backup of Floorcast, or a damaged one');
  }
  return { name, bytes };
}

/** What fills the last block of a file. */
export function padding(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

function writeSize(block: Buffer, bytes: number): void {
  if (bytes <= LARGEST_OCTAL) {
    writeOctal(block, bytes, SIZE_AT, SIZE_LENGTH);
    return;
  }
  block[SIZE_AT] = 0x80;
  block.writeBigUInt64BE(BigInt(bytes), SIZE_AT + SIZE_LENGTH - 8);
}

function readSize(block: Buffer): number {
  if (block[SIZE_AT] === 0x80) return Number(block.readBigUInt64BE(SIZE_AT + SIZE_LENGTH - 8));
  const text = block.toString('latin1', SIZE_AT, SIZE_AT + SIZE_LENGTH - 1);
  return /^[0-7]{11}$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

function writeOctal(block: Buffer, value: number, at: number, length: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
}

/** The sum of all bytes, with blanks in the place of itself. */
function checksumOf(block: Buffer): number {
  let sum = 0;
  for (const [index, byte] of block.entries()) {
    sum += index >= CHECKSUM_AT && index < CHECKSUM_AT + CHECKSUM_LENGTH ? 0x20 : byte;
  }
  return sum;
}
