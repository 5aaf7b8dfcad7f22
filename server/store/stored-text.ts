/**
 * Text as the store's driver must be asked for it: as bytes (`CAST(… AS BLOB)`). A text that is no UTF-8, written by
 * somebody else or by a dying disk, would end the whole process inside the driver.
 */
import { isUtf8 } from 'node:buffer';

/** The driver gives a Buffer for one row, and an ArrayBuffer for one of several. */
export type StoredBytes = Buffer | ArrayBuffer;

/** `null` for bytes that no text of ours can have been. */
export function textOf(stored: StoredBytes | null): string | null {
  const bytes = bytesOf(stored);
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

/** Something to call it by, where it is no text either. */
export function likelyTextOf(stored: StoredBytes | null): string {
  return bytesOf(stored).toString('utf8');
}

function bytesOf(stored: StoredBytes | null): Buffer {
  if (stored === null) return Buffer.alloc(0);
  return Buffer.isBuffer(stored) ? stored : Buffer.from(stored);
}
