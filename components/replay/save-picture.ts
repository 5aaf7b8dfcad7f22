/**
 * Saves a part of the page as a picture, drawn by the browser itself; nothing of it leaves this machine. The fonts are
 * put in here: the library finds them through a <base>, which our policy forbids.
 */

const PIXEL_RATIO = 2;
const FONT_TIMEOUT_MS = 8_000;

/** Whether there is a file of that name now. `node` is drawn as it stands on the page. */
export async function savePicture(node: HTMLElement, name: string): Promise<boolean> {
  try {
    // Large, and needed only here.
    const { toBlob } = await import('html-to-image');
    const picture = await toBlob(node, {
      ...{ pixelRatio: PIXEL_RATIO, fontEmbedCSS: await usedFonts() },
      // Of its place on the page nothing is left.
      style: { margin: '0' },
    });
    if (picture === null) return false;
    saveAs(picture, name);
    return true;
  } catch {
    // A browser that cannot draw it, a picture too large for it, or a font that does not come.
    return false;
  }
}

/** The fonts that this page has loaded, whole, as style sheets write them. */
async function usedFonts(): Promise<string> {
  const loaded = new Set(
    [...document.fonts].filter(({ status }) => status === 'loaded').map((font) => plain(font.unicodeRange)),
  );
  const faces = [...document.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules]
      .filter((rule) => rule instanceof CSSFontFaceRule)
      .filter(({ style }) => loaded.has(plain(style.getPropertyValue('unicode-range'))))
      .map((rule) => embedded(rule.cssText, sheet.href ?? document.baseURI)),
  );
  return (await Promise.all(faces)).join('\n');
}

function plain(range: string): string {
  return range.replaceAll(/\s/g, '').toUpperCase();
}

const SOURCE = /url\("?([^")]+)"?\)/;

async function embedded(face: string, from: string): Promise<string> {
  const [whole, address] = SOURCE.exec(face) ?? [];
  if (whole === undefined || address === undefined) return face;
  const response = await fetch(new URL(address, from), { signal: AbortSignal.timeout(FONT_TIMEOUT_MS) });
  return face.replace(whole, `url("${await asDataAddress(await response.blob())}")`);
}

function asDataAddress(content: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error('it cannot be read'));
    reader.readAsDataURL(content);
  });
}

function saveAs(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
