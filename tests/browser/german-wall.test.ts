/** Every view of a wall in German, on screens of each shape: what is drawn whole, how large it is, and in which language. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import de from '../../messages/de.json';
import en from '../../messages/en.json';
import { closePages, openBrowser } from '../support/browser';
import { sentencesLeft, textsOn, wordsOn } from '../support/wall-words';
import { openWordStand, QUEUE_NAMES, type WordStand } from '../support/word-stand';

const SOON = { timeout: 15_000, interval: 50 };
const MOST_VIEWS = 20;

let browser: Browser;
let stand: WordStand;

beforeAll(async () => {
  browser = await openBrowser();
  stand = await openWordStand();
  stand.publish({ locale: 'de' });
});
afterAll(async () => {
  await stand.pages.stop();
  await browser.close();
  await closePages();
});

/** Which figures stand on the stage: two views are never the same. */
function figuresOn(page: Page): Promise<string> {
  const places = '.stage .tile, .stage th[scope="col"], .stage .trend';
  return page
    .locator(places)
    .evaluateAll((all) =>
      all.map((one) => `${(one as HTMLElement).dataset.kpi} ${one.textContent?.length}`).join(),
    );
}

describe('a wall in German', () => {
  it.each([
    [1280, 800, 3],
    [1920, 1080, 8],
    [1080, 1920, 8],
  ])(
    'UI-240 cuts no word off and draws none under 16 arc-minutes, at %i × %i from %i m',
    async (width, height, metres) => {
      const page = await browser.newPage({ viewport: { width, height }, timezoneId: 'Europe/Berlin' });
      // 16 arc-minutes on 55″: 0.97 % of the shorter side a metre.
      const least = 0.0096 * metres * Math.min(width, height);
      const seen: string[] = [];
      for (let view = 1; view <= MOST_VIEWS; view += 1) {
        await page.goto(`${stand.pages.url}/screen/default?distance=${metres}&page=${view}`);
        await page.locator('.stage [data-value]:not([data-value=""])').first().waitFor(SOON);
        const figures = await figuresOn(page);
        if (seen.includes(figures)) break;
        seen.push(figures);
        // Names are people's own, and have a short form; what cannot be cut is ours.
        const texts = (await textsOn(page)).filter(({ place }) => place !== 'head-name');
        const isName = (text: string) =>
          QUEUE_NAMES.some((name) => name.startsWith(text.replace(/ *…$/, '')));
        const wrong = texts.filter(
          ({ text, size, isCut }) => isCut || size < least || (text.endsWith('…') && !isName(text)),
        );
        expect([view, wrong]).toEqual([view, []]);
        expect([view, sentencesLeft(await wordsOn(page), en, de)]).toEqual([view, []]);
      }
      expect(seen.length).toBeGreaterThan(2);
      await page.close();
    },
  );
});
