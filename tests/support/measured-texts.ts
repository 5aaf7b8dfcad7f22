/** Every text that a page shows, as the browser draws it: the height of its capitals, its contrast, whether it is cut. */
import type { Page } from 'playwright-core';

export interface MeasuredText {
  readonly text: string;
  /** Height of a capital H in the text's own font and size, in CSS pixels. */
  readonly capPx: number;
  /** Against the least favourable of the colours behind it (WCAG 2). */
  readonly contrast: number;
  /** It is broader or higher than what may be seen of it. */
  readonly isCut: boolean;
}

/** Of `main`, without what is there only for those who hear the page. */
export function measuredTexts(page: Page): Promise<MeasuredText[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    const drawing = canvas.getContext('2d', { willReadFrequently: true });
    if (drawing === null) throw new Error('no canvas');
    const rgba = (colour: string) => {
      drawing.clearRect(0, 0, 1, 1);
      drawing.fillStyle = colour;
      drawing.fillRect(0, 0, 1, 1);
      return [...drawing.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r = 0, g = 0, b = 0]: number[]) => {
      const linear = [r, g, b].map((part) => {
        const level = part / 255;
        return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
    };
    /** All colours that may stand behind: of a hatching each, else the first ground that is not clear. */
    const grounds = (element: Element | null): number[][] => {
      for (let at = element; at !== null; at = at.parentElement) {
        const { backgroundColor, backgroundImage } = getComputedStyle(at);
        const stripes = (backgroundImage.match(/rgba?\([^)]*\)|color\([^)]*\)/g) ?? [])
          .map(rgba)
          .filter((colour) => colour[3] === 255);
        const own = rgba(backgroundColor);
        if (own[3] === 255) return [...stripes, own];
        if (stripes.length > 1) return stripes;
        if (stripes.length === 1) return [...stripes, ...grounds(at.parentElement)];
      }
      return [[255, 255, 255]];
    };
    const capOf = ({ fontStyle, fontWeight, fontSize, fontFamily }: CSSStyleDeclaration) => {
      drawing.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
      return drawing.measureText('H').actualBoundingBoxAscent;
    };
    const found: MeasuredText[] = [];
    const walker = document.createTreeWalker(
      document.querySelector('main') ?? document.body,
      NodeFilter.SHOW_TEXT,
    );
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (element === null || text === '' || element.closest('.unseen, svg') !== null) continue;
      const style = getComputedStyle(element);
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width === 0 || style.visibility === 'hidden') continue;
      const ink = luminance(rgba(style.color));
      const contrast = Math.min(
        ...grounds(element).map((ground) => {
          const behind = luminance(ground);
          return (Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05);
        }),
      );
      let isCut =
        box.left < -0.5 || box.right > innerWidth + 0.5 || box.top < -0.5 || box.bottom > innerHeight + 0.5;
      // A blank at the end of a line hangs out of its box, and is not seen.
      const blankPx = Number.parseFloat(style.fontSize) * 0.35;
      for (let at: Element | null = element; at !== null && !isCut; at = at.parentElement) {
        const { overflowX } = getComputedStyle(at);
        if (overflowX === 'visible') continue;
        const frame = at.getBoundingClientRect();
        isCut = box.left < frame.left - 1 || box.right > frame.right + blankPx;
      }
      found.push({ text: text.slice(0, 40), capPx: capOf(style), contrast, isCut });
    }
    return found;
  });
}
