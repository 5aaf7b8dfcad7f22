/** One file out of a zip archive (APPNOTE 6.3, sections 4.3.7 to 4.3.16): stored or deflated, below 4 GiB. */
import * as zlib from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;

/** Throws where it is not in there, or damaged. */
export function fileOfZip(zip, name) {
  for (const entry of entriesOf(zip)) {
    if (entry.name !== name) continue;
    const start = entry.at + LOCAL_BYTES + zip.readUInt16LE(entry.at + 26) + zip.readUInt16LE(entry.at + 28);
    const packed = zip.subarray(start, start + entry.packedBytes);
    if (entry.method !== 0 && entry.method !== 8) throw new Error(`${name} is packed by ${entry.method}`);
    const content = entry.method === 0 ? packed : zlib.inflateRawSync(packed);
    if (content.length !== entry.bytes) throw new Error(`${name} is damaged`);
    // Node has it from 20.15 on; the length is looked at everywhere.
    if (zlib.crc32 !== undefined && zlib.crc32(content) !== entry.crc) throw new Error(`${name} is damaged`);
    return content;
  }
  throw new Error(`${name} is not in the archive`);
}

function* entriesOf(zip) {
  let end = zip.length - END_BYTES;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('no zip archive');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error('the archive is damaged');
    const nameBytes = zip.readUInt16LE(at + 28);
    yield {
      name: zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes),
      method: zip.readUInt16LE(at + 10),
      crc: zip.readUInt32LE(at + 16),
      packedBytes: zip.readUInt32LE(at + 20),
      bytes: zip.readUInt32LE(at + 24),
      at: zip.readUInt32LE(at + 42),
    };
    at += ENTRY_BYTES + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}
