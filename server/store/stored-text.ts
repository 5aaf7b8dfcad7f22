/**
 * Text as the store's driver must be asked for it: as bytes (`CAST(… AS BLOB)`). A text that is no UTF-8, written by
 * somebody else or by a dying disk, would end the whole process inside the driver.
 */

/** The driver gives a Buffer for one row, and an ArrayBuffer for one of several. */
export type StoredBytes = Buffer | ArrayBuffer;

/** `null` for bytes that no text of ours can have been. */
export function textOf(stored: StoredBytes | null): string | null {
  const bytes = Buffer.from(new Uint8Array(stored ?? []));
  const text = likelyTextOf(bytes);
  return bytes.equals(Buffer.from(text, 'utf8')) ? text : null;
}

/** Something to call it by, where it is no text either. */
export function likelyTextOf(stored: StoredBytes | null): string {
  return Buffer.from(new Uint8Array(stored ?? [])).toString('utf8');
}
