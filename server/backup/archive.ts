/**
 * A backup as one file: parts one after another in a tar, compressed by gzip, the manifest last. Written beside its
 * place and renamed once it is on the disk, so that a file of that name is a whole one; for its owner only. Streams both
 * ways: memory does not grow with the store.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { messageOf } from '../runtime/errors';
import { syncToDisk } from '../store/pending-restore';
import {
  type BackupPart,
  MANIFEST_NAME,
  type Manifest,
  MOST_MANIFEST_BYTES,
  manifestText,
  readManifest,
} from './manifest';
import { BLOCK_BYTES, padding, readTarHeader, TAR_END, type TarEntry, tarHeader } from './tar';

/** A part that lies ready as a file. */
export interface ReadyPart {
  readonly name: string;
  readonly file: string;
  readonly schema: number;
}

export interface ArchiveOptions {
  readonly file: string;
  readonly parts: readonly ReadyPart[];
  readonly about: Omit<Manifest, 'parts'>;
}

/** Rejects, with nothing left behind, where it cannot be written or the file is there already. */
export async function writeArchive({ file, parts, about }: ArchiveOptions): Promise<Manifest> {
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  const written: BackupPart[] = [];
  const manifest = () => ({ ...about, parts: written });
  try {
    const blocks = archiveBlocks(parts, Date.parse(about.savedAt), written, manifest);
    const out = createWriteStream(unfinished, { flags: 'wx', mode: 0o600 });
    await pipeline(Readable.from(blocks, { objectMode: false }), createGzip(), out);
    syncToDisk(unfinished);
    refuseToOverwrite(file);
    renameSync(unfinished, file);
    syncToDisk(path.dirname(path.resolve(file)));
    return manifest();
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** An older backup may be the only good one. */
export function refuseToOverwrite(file: string): void {
  if (existsSync(file)) throw new Error(`${file} is there already: name another file`);
}

async function* archiveBlocks(
  parts: readonly ReadyPart[],
  savedAt: number,
  written: BackupPart[],
  manifest: () => Manifest,
): AsyncGenerator<Buffer> {
  for (const { name, file, schema } of parts) {
    const { size } = statSync(file);
    yield tarHeader({ name, bytes: size }, savedAt);
    const hash = createHash('sha256');
    let bytes = 0;
    // A stream of buffers, since no encoding is set.
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
    if (bytes !== size) throw new Error(`${file} changed while it was saved`);
    yield Buffer.alloc(padding(bytes));
    written.push({ name, schema, bytes, sha256: hash.digest('hex') });
  }
  const text = Buffer.from(manifestText(manifest()));
  yield tarHeader({ name: MANIFEST_NAME, bytes: text.length }, savedAt);
  yield text;
  yield Buffer.alloc(padding(text.length));
  yield TAR_END;
}

/**
 * Unpacks a backup into a folder that it makes, and compares each part with the manifest. `mayHold`: names that it may
 * have. Rejects with a sentence that begins with the file's name; the folder may then hold anything.
 */
export async function readArchive(
  file: string,
  folder: string,
  mayHold: (name: string) => boolean,
): Promise<Manifest> {
  await mkdir(folder, { mode: 0o700 });
  let unpacking: Promise<Manifest> | null = null;
  const unpackAll = (chunks: AsyncIterable<Buffer>) => {
    unpacking = unpackParts(new Blocks(chunks), folder, mayHold);
    return unpacking;
  };
  try {
    return await pipeline(createReadStream(file), createGunzip(), unpackAll);
  } catch (thrown) {
    // Who began to write a part is done with the folder first.
    await Promise.allSettled([unpacking]);
    throw new Error(`${file} cannot be restored: ${wordsOf(thrown)}`, { cause: thrown });
  }
}

async function unpackParts(
  blocks: Blocks,
  folder: string,
  mayHold: (name: string) => boolean,
): Promise<Manifest> {
  const found = new Map<string, { readonly bytes: number; readonly sha256: string }>();
  let manifest: Manifest | null = null;
  for (let entry = await nextEntry(blocks); entry !== null; entry = await nextEntry(blocks)) {
    if (entry.name === MANIFEST_NAME) {
      manifest = readManifest(await textOf(blocks, entry));
    } else if (!mayHold(entry.name) || found.has(entry.name)) {
      throw new Error(`it holds ${entry.name}, which is no part of such a backup`);
    } else {
      found.set(entry.name, await unpack(blocks, entry, path.join(folder, entry.name)));
    }
    await blocks.skip(padding(entry.bytes));
  }
  await blocks.drain();
  return compared(manifest, found);
}

async function nextEntry(blocks: Blocks): Promise<TarEntry | null> {
  return readTarHeader(await blocks.take(BLOCK_BYTES));
}

async function unpack(blocks: Blocks, { bytes }: TarEntry, to: string) {
  const hash = createHash('sha256');
  const out = await open(to, 'wx', 0o600);
  try {
    for await (const chunk of blocks.stream(bytes)) {
      hash.update(chunk);
      await out.writeFile(chunk);
    }
    await out.sync();
  } finally {
    await out.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function textOf(blocks: Blocks, { bytes }: TarEntry): Promise<string> {
  if (bytes > MOST_MANIFEST_BYTES) throw new Error('its manifest is too long');
  return (await blocks.take(bytes)).toString('utf8');
}

function compared(
  manifest: Manifest | null,
  found: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>,
): Manifest {
  if (manifest === null) throw new Error('it has no manifest: it is not whole');
  for (const { name, bytes, sha256 } of manifest.parts) {
    const part = found.get(name);
    if (part === undefined) throw new Error(`${name} is missing`);
    if (part.bytes !== bytes || part.sha256 !== sha256) {
      throw new Error(`${name} is damaged: it does not give the hash that was noted when it was saved`);
    }
  }
  const noted = new Set(manifest.parts.map(({ name }) => name));
  const more = [...found.keys()].find((name) => !noted.has(name));
  if (more !== undefined) throw new Error(`it holds ${more}, of which its manifest knows nothing`);
  return manifest;
}

function wordsOf(thrown: unknown): string {
  const { code = '' } = thrown as { readonly code?: unknown };
  if (CUT_SHORT.includes(String(code))) return 'it ends in the middle';
  return String(code).startsWith('Z_') ? 'it is no backup of Floorcast, or a damaged one' : messageOf(thrown);
}

/** What the streams say of it, whichever of them sees it first. */
const CUT_SHORT = ['Z_BUF_ERROR', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'];

/** Bytes of a stream, as many as are asked for. */
class Blocks {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Small ones, as one piece. */
  async take(bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.stream(bytes)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async skip(bytes: number): Promise<void> {
    await this.take(bytes);
  }

  async *stream(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      const chunk = this.#rest.length > 0 ? this.#rest : await this.#next();
      if (chunk === null) throw new Error('it ends in the middle');
      const piece = chunk.subarray(0, left);
      this.#rest = chunk.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** To the end: only then is it known that gzip's own sum is right. */
  async drain(): Promise<void> {
    while ((await this.#next()) !== null);
  }

  async #next(): Promise<Buffer | null> {
    const { value, done } = await this.#chunks.next();
    return done === true ? null : value;
  }
}
