/** What hostile names do to a page where they are more than text; see `hostile-names`. */
import type { Page } from 'playwright-core';

/** What a name became, were it more than text. */
export function harm(page: Page) {
  return page.evaluate(() => ({
    ran: (window as unknown as { ran?: number }).ran ?? null,
    elements: document.querySelectorAll(
      '.hostile, base, iframe, [onerror], [onload], [onmouseover], [onfocus]',
    ).length,
    scripts: [...document.scripts].filter((one) => /window\.ran/.test(one.text) && !/__next_f/.test(one.text))
      .length,
    links: [...document.links]
      .filter((link) => !link.href.startsWith(`${location.origin}/`))
      .map((link) => link.href),
    styles: [...document.querySelectorAll('style')].filter((one) =>
      one.textContent?.includes('*{display:none}'),
    ).length,
    hidden: getComputedStyle(document.body).display === 'none',
    turned: document.body.innerText.match(/.{0,20}[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c].{0,20}/g),
    title: document.title,
  }));
}
export const HARMLESS = {
  ran: null,
  elements: 0,
  scripts: 0,
  links: [],
  styles: 0,
  hidden: false,
  turned: null,
};
