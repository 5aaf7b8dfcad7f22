/** What somebody reads on a page, and what of it has no room: for tests of words in every language. */
import type { Page } from 'playwright-core';
import type { Words } from './catalogue-keys';
import { sentencesOf } from './catalogue-keys';

export interface SeenText {
  readonly text: string;
  /** CSS pixels. */
  readonly size: number;
  /** Beyond the window, or beyond what cuts it off. */
  readonly isCut: boolean;
  readonly place: string;
}

/** Every text on the page with its size, whether drawn whole; those for hearing only are left out. */
export function textsOn(page: Page): Promise<readonly SeenText[]> {
  return page.evaluate(() => {
    const cutting = (element: Element | null): Element | null => {
      for (let at = element; at !== null; at = at.parentElement) {
        if (getComputedStyle(at).overflowX === 'hidden') return at;
      }
      return null;
    };
    const seen: { text: string; size: number; isCut: boolean; place: string }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const parent = node.parentElement;
      if (text === '' || parent === null || parent.closest('.unseen, script, style, title, option')) continue;
      const style = getComputedStyle(parent);
      if (style.visibility === 'hidden' || parent.getClientRects().length === 0) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const edge = cutting(parent)?.getBoundingClientRect();
      const isPast = ({
        left,
        right,
        top,
        bottom,
      }: {
        left: number;
        right: number;
        top: number;
        bottom: number;
      }) =>
        box.left < left - 1 ||
        box.right > right + 1 ||
        box.top < top - box.height / 3 ||
        box.bottom > bottom + box.height / 3;
      const window = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
      seen.push({
        text,
        size: Number.parseFloat(style.fontSize),
        isCut: isPast(window) || (edge !== undefined && isPast(edge)),
        place: parent.className.toString() || parent.tagName.toLowerCase(),
      });
    }
    return seen;
  });
}

/** All that is read or heard: texts, labels, titles, of the page and of its tab. */
export function wordsOn(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found = new Set<string>([document.title]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (!node.parentElement?.closest('script, style, [lang]:not(html)'))
        found.add(node.textContent?.trim() ?? '');
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      for (const name of ['aria-label', 'title', 'placeholder']) found.add(element.getAttribute(name) ?? '');
    }
    found.delete('');
    return [...found];
  });
}

/** Those of them that are sentences of one language and not of the other. */
export function sentencesLeft(words: readonly string[], from: Words, to: Words): readonly string[] {
  const other = sentencesOf(to);
  const wanted = new Set(other.values());
  const patterns = [...sentencesOf(from)].flatMap(([path, said]) => {
    const isShared = said === other.get(path) || wanted.has(said);
    return isShared || /\{\w+, (plural|select)/.test(said) ? [] : [patternOf(said)];
  });
  return words.filter((text) => patterns.some((pattern) => pattern.test(text)));
}

/** Of a sentence with what stands in it: `{…}` is anything. One that has hardly any words of its own fits nothing. */
function patternOf(sentence: string): RegExp {
  const parts = sentence.replace(/<\/?\w+>/g, '').split(/\{[^{}]*\}/);
  if (parts.length > 1 && parts.join('').replace(/[^a-z]/gi, '').length < 4) return /^$/;
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&')).join('.+')}$`);
}
