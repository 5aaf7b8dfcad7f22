/** Saves a part of the page as a picture, drawn by the browser itself; nothing of it leaves this machine. */

const PIXEL_RATIO = 2;

/** Whether there is a file of that name now. `node` is drawn as it stands on the page. */
export async function savePicture(node: HTMLElement, name: string): Promise<boolean> {
  try {
    // Large, and needed only here.
    const { toBlob } = await import('html-to-image');
    const picture = await toBlob(node, { pixelRatio: PIXEL_RATIO, cacheBust: false });
    if (picture === null) return false;
    saveAs(picture, name);
    return true;
  } catch {
    // A browser that cannot draw it, or a picture too large for it.
    return false;
  }
}

function saveAs(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
